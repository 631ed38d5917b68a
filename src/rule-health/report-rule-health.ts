import type { VersionAlertReader, VersionAlerts } from '../alerts/count-by-version.js';
import type { RuleFile } from '../engine/rule-file.js';
import type { RuleCounts } from './count-looks.js';
import type { RuleHealthStore } from './rule-health-store.js';

export const HEALTH_SIGNALS = [
  'errors',
  'slow',
  'undecided',
  'imprecise',
  'never-looked',
  'never-hits',
] as const;
/**
 * What is worth a look. `errors`: it threw. `slow`: a look took too long. `undecided`: most looks lacked a fact.
 * `imprecise`: people confirmed less than half of what they judged. `never-looked`: what triggers it never came.
 * `never-hits`: it was looked at and never hit.
 */
export type HealthSignal = (typeof HEALTH_SIGNALS)[number];

/** How a rule version did over some business days. */
export interface RuleHealth {
  readonly rule: string;
  readonly version: number;
  /** `former`: not the version in force. */
  readonly status: RuleFile['status'] | 'former';
  readonly name?: string;
  readonly looks: number;
  readonly hits: number;
  readonly noHits: number;
  readonly notEvaluated: number;
  readonly errors: number;
  /** Facts that were missing, those missed most often first. */
  readonly missing: readonly { readonly fact: string; readonly times: number }[];
  /** Of the looks that were timed, ms. `total` is what all looks took, by that sample. */
  readonly time: { readonly average: number; readonly most: number; readonly total: number } | null;
  readonly slow: number;
  readonly lastHitAt?: Date;
  readonly lastErrorAt?: Date;
  readonly lastError?: string;
  readonly alerts: Omit<VersionAlerts, 'rule' | 'version'> & {
    /** confirmed / (confirmed + unconfirmed + invalid); null while none was judged. */
    readonly precision: number | null;
  };
  readonly signals: readonly HealthSignal[];
}

export interface RuleHealthQuery {
  /** Business dates, both included. */
  readonly from: string;
  readonly to: string;
  readonly rule?: string;
}

export interface ReportRuleHealthDeps {
  readonly store: Pick<RuleHealthStore, 'sum'>;
  readonly alerts: VersionAlertReader;
  /** Rules in force, disabled ones too. */
  readonly rules: () => readonly RuleFile[];
  /** First instant of a business date, and the date after it. */
  readonly calendar: {
    instantOf(date: string, time: string): number;
    addDays(date: string, days: number): string;
  };
}

/** Fewer say nothing about a rule. */
const ENOUGH_LOOKS = 20;
const ENOUGH_JUDGED = 5;
const SHOWN_FACTS = 10;
const NO_ALERTS = { raised: 0, open: 0, shadow: 0, confirmed: 0, unconfirmed: 0, invalid: 0 };

/** Every rule in force, and every former version that did something in the time asked for; those with signals first. */
export function makeReportRuleHealth({ store, alerts, rules, calendar }: ReportRuleHealthDeps) {
  return async function reportRuleHealth(query: RuleHealthQuery): Promise<RuleHealth[]> {
    const from = new Date(calendar.instantOf(query.from, '00:00'));
    const to = new Date(calendar.instantOf(calendar.addDays(query.to, 1), '00:00'));
    const rule = query.rule === undefined ? {} : { rule: query.rule };
    const [counts, counted] = await Promise.all([store.sum(query), alerts.count({ from, to, ...rule })]);
    const files = rules().filter(({ id }) => query.rule === undefined || id === query.rule);
    const known = new Map(files.map((file) => [keyOf(file.id, file.version), file]));
    const countsOf = new Map(counts.map((item) => [keyOf(item.rule, item.version), item]));
    const alertsOf = new Map(counted.map((item) => [keyOf(item.rule, item.version), item]));
    // Alerts that no rule file raises (inspections, the rules folder) have no health.
    const keys = new Set([...known.keys(), ...countsOf.keys()]);
    return [...keys]
      .map((key) => describe(key, known.get(key), countsOf.get(key), alertsOf.get(key)))
      .sort(
        (a, b) =>
          Number(b.signals.length > 0) - Number(a.signals.length > 0) ||
          worst(a) - worst(b) ||
          (a.rule === b.rule ? b.version - a.version : a.rule < b.rule ? -1 : 1),
      );
  };
}
export type ReportRuleHealth = ReturnType<typeof makeReportRuleHealth>;

function describe(
  key: string,
  file: RuleFile | undefined,
  counts: RuleCounts | undefined,
  found: VersionAlerts | undefined,
): RuleHealth {
  const at = key.lastIndexOf('@');
  const { raised, open, shadow, confirmed, unconfirmed, invalid } = found ?? NO_ALERTS;
  const judged = confirmed + unconfirmed + invalid;
  const {
    hit = 0,
    no_hit = 0,
    not_evaluated = 0,
    error = 0,
    timed = 0,
    timedMs = 0,
    maxMs = 0,
  } = counts ?? {};
  const looks = hit + no_hit + not_evaluated + error;
  const average = timed === 0 ? 0 : timedMs / timed;
  const health = {
    rule: key.slice(0, at),
    version: Number(key.slice(at + 1)),
    status: file?.status ?? 'former',
    ...(file && { name: file.name }),
    looks,
    hits: hit,
    noHits: no_hit,
    notEvaluated: not_evaluated,
    errors: error,
    missing: [...(counts?.missing ?? [])]
      .map(([fact, times]) => ({ fact, times }))
      .sort((a, b) => b.times - a.times || (a.fact < b.fact ? -1 : 1))
      .slice(0, SHOWN_FACTS),
    time: timed === 0 ? null : { average: round(average), most: round(maxMs), total: round(average * looks) },
    slow: counts?.slow ?? 0,
    ...(counts?.lastHitAt !== undefined && { lastHitAt: new Date(counts.lastHitAt) }),
    ...(counts?.lastErrorAt !== undefined && { lastErrorAt: new Date(counts.lastErrorAt) }),
    ...(counts?.lastError !== undefined && { lastError: counts.lastError }),
    alerts: {
      raised,
      open,
      shadow,
      confirmed,
      unconfirmed,
      invalid,
      precision: judged === 0 ? null : confirmed / judged,
    },
  } satisfies Omit<RuleHealth, 'signals'>;
  return { ...health, signals: signalsOf(health, judged) };
}

function signalsOf(health: Omit<RuleHealth, 'signals'>, judged: number): HealthSignal[] {
  const { looks, hits, errors, slow, notEvaluated, status } = health;
  const isLive = status === 'active' || status === 'shadow';
  const holds: Record<HealthSignal, boolean> = {
    errors: errors > 0,
    slow: slow > 0,
    undecided: looks >= ENOUGH_LOOKS && notEvaluated > looks / 2,
    imprecise: judged >= ENOUGH_JUDGED && (health.alerts.precision ?? 1) < 0.5,
    'never-looked': isLive && looks === 0,
    'never-hits': isLive && looks > 0 && hits === 0,
  };
  return HEALTH_SIGNALS.filter((signal) => holds[signal]);
}

/** Place of the worst signal. */
function worst({ signals: [first] }: RuleHealth): number {
  return first === undefined ? HEALTH_SIGNALS.length : HEALTH_SIGNALS.indexOf(first);
}

function keyOf(rule: string, version: number): string {
  return `${rule}@${version}`;
}

/** To the microsecond. */
function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
