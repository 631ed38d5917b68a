import type { Alert } from '../alerts/alert.js';
import { personalKindOfFact, shorten } from '../access/personal-data.js';
import type { ConditionResult } from '../engine/rule-set.js';
import type { JsonValue } from '../json.js';
import {
  noAlerts,
  type AlertCounts,
  type AlertSketch,
  type ChangeKind,
  type Example,
} from './backtest-result.js';
import { makeDailyLoad, type DailyLoad, type DayOf } from './daily-load.js';

/** Counts of one rule, with those of rules in shadow apart. */
export interface ComparedRule extends AlertCounts {
  liveShadow: number;
  candidateShadow: number;
}

/** Takes the alerts of both sides, record by record, and keeps counts and a few examples. */
export interface CompareAlerts {
  /** The alerts of the same records by either set. */
  add(live: readonly Alert[], candidate: readonly Alert[]): void;
  readonly total: AlertCounts;
  readonly byRule: ReadonlyMap<string, ComparedRule>;
  /** By code; '' = no unit. */
  readonly byUnit: ReadonlyMap<string, AlertCounts>;
  readonly load: DailyLoad;
  readonly examples: readonly Example[];
}

/** However many rules and units there are. */
const MOST_EXAMPLES = 1_000;

export function makeCompareAlerts(options: {
  /** Alerts raised in [from, to) count, epoch ms. */
  readonly from: number;
  readonly to: number;
  /** Examples kept of a rule, a unit and a kind of change. */
  readonly examples: number;
  readonly dayOf: DayOf;
}): CompareAlerts {
  const { from, to } = options;
  const total = noAlerts();
  const byRule = new Map<string, ComparedRule>();
  const byUnit = new Map<string, AlertCounts>();
  const load = makeDailyLoad(options.dayOf);
  const examples: Example[] = [];
  const kept = new Map<string, number>();
  const isInPeriod = ({ raisedAt }: Alert) => raisedAt.getTime() >= from && raisedAt.getTime() < to;

  function countersOf(alert: Alert): AlertCounts[] {
    const { id } = alert.rule;
    const rule = byRule.get(id) ?? { ...noAlerts(), liveShadow: 0, candidateShadow: 0 };
    byRule.set(id, rule);
    const unit = byUnit.get(alert.orgUnit ?? '') ?? noAlerts();
    byUnit.set(alert.orgUnit ?? '', unit);
    return [total, rule, unit];
  }

  function countShadow(side: 'live' | 'candidate', alert: Alert): void {
    const { id } = alert.rule;
    const rule = byRule.get(id) ?? { ...noAlerts(), liveShadow: 0, candidateShadow: 0 };
    byRule.set(id, rule);
    rule[`${side}Shadow`] += 1;
  }

  function compare(live: Alert | undefined, candidate: Alert | undefined): void {
    const alert = candidate ?? live;
    if (!alert || ![live, candidate].some((one) => one && isInPeriod(one))) return;
    const kinds = changesBetween(live, candidate);
    const counters = countersOf(alert);
    for (const [side, one] of [['live', live], ['candidate', candidate]] as const) {
      if (!one || !isInPeriod(one)) continue;
      load.add(side, one);
      for (const counter of counters) {
        counter[side] += 1;
        if (one.retracted) counter[`${side}Retracted`] += 1;
      }
    } // prettier-ignore
    for (const kind of kinds) for (const counter of counters) counter[kind] += 1;
    if (kinds.length > 0) keepExample(kinds, live, candidate);
  }

  function keepExample(kinds: readonly ChangeKind[], live: Alert | undefined, candidate: Alert | undefined): void {
    const alert = candidate ?? live;
    if (!alert || examples.length >= MOST_EXAMPLES) return;
    const places = kinds.map((kind) => `${alert.rule.id}|${alert.orgUnit ?? ''}|${kind}`);
    if (places.every((place) => (kept.get(place) ?? 0) >= options.examples)) return;
    for (const place of places) kept.set(place, (kept.get(place) ?? 0) + 1);
    examples.push({
      kinds,
      rule: alert.rule.id,
      subject: alert.subject,
      ...(alert.stage !== undefined && { stage: alert.stage }),
      ...(alert.orgUnit !== undefined && { orgUnit: alert.orgUnit }),
      ...(live && { live: sketch(live) }),
      ...(candidate && { candidate: sketch(candidate) }),
    });
  } // prettier-ignore

  return {
    add(live, candidate) {
      const told = new Map<string, { live?: Alert; candidate?: Alert }>();
      for (const [side, alerts] of [['live', live], ['candidate', candidate]] as const)
        for (const alert of alerts) {
          if (alert.raisedAt.getTime() >= to) continue;
          if (!alert.shadow) told.set(alert.id, { ...told.get(alert.id), [side]: alert });
          else if (isInPeriod(alert)) countShadow(side, alert);
        } // prettier-ignore
      for (const pair of told.values()) compare(pair.live, pair.candidate);
    },
    total,
    byRule,
    byUnit,
    load,
    examples,
  };
}

function changesBetween(live: Alert | undefined, candidate: Alert | undefined): ChangeKind[] {
  if (!live || !candidate) return [live ? 'lost' : 'gained'];
  const kinds: ChangeKind[] = [];
  const raised = candidate.raisedAt.getTime() - live.raisedAt.getTime();
  const moved =
    raised === 0 ? (overdueAtOf(candidate) ?? Infinity) - (overdueAtOf(live) ?? Infinity) : raised;
  // Infinity - Infinity is NaN, neither earlier nor later.
  if (moved < 0) kinds.push('earlier');
  if (moved > 0) kinds.push('later');
  if (live.severity !== candidate.severity) kinds.push('severity');
  if (live.assignTo !== candidate.assignTo) kinds.push('post');
  const closed = (alert: Alert) => (alert.retracted ? undefined : alert.closedAt?.getTime());
  if (live.retracted !== candidate.retracted || closed(live) !== closed(candidate)) kinds.push('closing');
  return kinds;
}

/** When it was told to be overdue: a change that people see. */
function overdueAtOf({ history, phase, raisedAt }: Alert): number | undefined {
  const entry = history.find(({ what }) => what === 'overdue');
  return (entry?.at ?? (phase === 'overdue' ? raisedAt : undefined))?.getTime();
}

function sketch(alert: Alert): AlertSketch {
  const { raisedAt, firstAt, severity, phase, dueAt, closedAt, retracted, assignTo, conditions } = alert;
  const overdueAt = overdueAtOf(alert);
  return {
    raisedAt: raisedAt.getTime(),
    firstAt: firstAt.getTime(),
    severity,
    ...(phase && { phase }),
    ...(overdueAt !== undefined && { overdueAt }),
    ...(dueAt && { dueAt: dueAt.getTime() }),
    ...(closedAt && { closedAt: closedAt.getTime() }),
    ...(retracted && { retracted }),
    assignTo,
    title: maskTitle(alert),
    why: conditions.map(conditionText),
  };
}

/** In a sentence nobody knows any more what a value is: so personal ones are shortened before they go into it. */
function maskTitle({ title, facts }: Alert): string {
  let masked = title;
  for (const [fact, value] of Object.entries(facts)) {
    const kind = personalKindOfFact(fact);
    if (kind && typeof value === 'string' && value.length > 1)
      masked = masked.replaceAll(value, () => shorten(value, kind));
  }
  return masked;
}

function conditionText(condition: ConditionResult): string {
  const { name, fact, params, operator, value, valueFact, factValue, result, negated } = condition;
  const given = Object.entries(params ?? {}).map(([key, word]) => `${key}=${showValue(word)}`);
  const of = given.length === 0 ? fact : `${fact}(${given.join(', ')})`;
  const wanted =
    valueFact === undefined ? showValue(value, of) : `${valueFact}（${showValue(value, valueFact)}）`;
  const text = `${negated ? '非：' : ''}${of} ${operator} ${wanted}，实为 ${showValue(factValue, of)}`;
  return `${name === undefined ? '' : `${name}：`}${text}${result ? '' : '（不成立）'}`;
}

/** @param fact that the value is of, with its params; a parameter of a fact is of none */
function showValue(value: JsonValue | undefined, fact = ''): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '—');
  const kind = value === null || typeof value === 'boolean' ? undefined : personalKindOfFact(fact);
  return kind ? shorten(text, kind) : text;
}
