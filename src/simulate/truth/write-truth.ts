import { faultKind, type FaultKind } from '../fault-kinds.js';
import { isoOf } from '../office-time.js';
import type { CloudEvent, ExpectedFinding, TruthRow } from '../simulation.js';
import { COUNTER_RULES, type Oracle } from './counter-rules.js';
import type { Finding } from './follow.js';
import { FEED_RULES, HALL_RULES } from './hall-rules.js';
import { PAPER_RULES } from './paper-rules.js';
import type { RuleContent } from '../rule-content.js';
import type { SimulationContent } from '../world.js';
import { obstaclesOf, secondOpinion, subjectOf } from './second-opinion.js';
import { makeTimeline } from './timeline.js';
import { makeWindowWatch, WINDOW_RULES, type WindowFinding } from './window-rules.js';

export interface Committed {
  readonly on: FaultKind['on'];
  readonly subject: string;
  readonly recordId: string;
  /** All events of the record. */
  readonly events: readonly CloudEvent[];
  /** Signs of life, epoch ms, that events of other records gave; of a feed only. */
  readonly signs?: readonly number[];
  /** What was done wrong. */
  readonly kinds: readonly string[];
  /** Epoch ms up to which anybody looks. */
  readonly until: number;
}

const RULES = {
  workOrder: new Map([...COUNTER_RULES, ...PAPER_RULES]),
  hall: new Map(HALL_RULES),
  feed: new Map(FEED_RULES),
  orgUnit: new Map<string, Oracle>(),
  account: new Map<string, Oracle>(),
} as const satisfies Record<FaultKind['on'], ReadonlyMap<string, Oracle>>;

/** Every rule the truth can speak of. */
export const TRUE_RULES: readonly string[] = [
  ...Object.values(RULES).flatMap((rules) => [...rules.keys()]),
  ...WINDOW_RULES,
];

/** Rules that no function here speaks of but that can be read from their files, and those that cannot, with the reasons. */
export function sortRules(rules: readonly RuleContent[]) {
  const others = rules.filter(({ id }) => !TRUE_RULES.includes(id));
  return {
    read: others.filter((rule) => obstaclesOf(rule).length === 0),
    unread: others
      .map((rule) => ({ id: rule.id, why: obstaclesOf(rule) }))
      .filter(({ why }) => why.length > 0),
  };
}

/** Ids of all rules the truth can speak of. */
export function judgedRules(rules: readonly RuleContent[]): string[] {
  return [...TRUE_RULES, ...sortRules(rules).read.map(({ id }) => id)];
}

/** Says what the rules must find on records of the simulation. */
export interface Judge {
  /** A row for each fault, and one for each other rule that has something to find. */
  truthOf(record: Committed): TruthRow[];
  /** What must be seen over many records, once `truthOf` has been asked about all of them. */
  truthOfWindows(): TruthRow[];
  /** All that the functions here find wrong with a record, whatever was meant to be. */
  allFindings(record: Committed): ExpectedFinding[];
}

/**
 * The truth is computed from the events alone. A fault only says which rules it is about, and all of them must have
 * something to find: a fault without a consequence is a mistake of the simulator.
 */
export function makeJudge(content: SimulationContent): Judge {
  const { read } = sortRules(content.rules);
  const windows = makeWindowWatch(new Set(content.rules.map(({ id }) => id)));
  /** Faults that only windows show, on whom, and until when: somebody may have been found before, and the finding is still open. */
  const toShow: { recordId: string; kind: string; members: ReadonlySet<string>; until: number }[] = [];
  const timelineOf = ({ events, until, signs = [] }: Committed) =>
    makeTimeline(events, until, signs, content);
  return {
    truthOf(record) {
      const { on, subject, recordId } = record;
      for (const event of record.events) windows.add(event);
      const kinds = record.kinds.filter((kind) => !isOfWindows(faultKind(kind)));
      for (const kind of record.kinds.filter((one) => !kinds.includes(one)))
        toShow.push({
          recordId,
          kind,
          members: new Set([subject, ...record.events.map(({ data }) => operatorOf(data))]),
          until: Math.max(...record.events.map(({ time }) => Date.parse(time))),
        });
      const timeline = timelineOf(record);
      const row = { subject, recordId, ...(timeline.process && { process: timeline.process }) };
      const named = new Set<string>();
      const committed = kinds
        .filter((kind) => rulesOf(faultKind(kind)).length > 0)
        .map((name): TruthRow => {
          const { kind, rules: must } = faultKind(name);
          // Two faults that show to one rule are one finding.
          const rules = rulesOf(faultKind(name)).filter((rule) => !named.has(rule));
          for (const rule of rules) named.add(rule);
          const findings = rules.flatMap((rule) => {
            const other = read.find(({ id }) => id === rule);
            const found = other ? secondOpinion(other, timeline) : (RULES[on].get(rule)?.(timeline) ?? []);
            // What goes wrong in a later stage may be undone by what else happens there: then there is nothing to find.
            if (found.length === 0 && !other && must.includes(rule))
              throw new Error(`${recordId}: the fault ${kind} shows nothing to ${rule}`);
            return found.map(toExpected);
          });
          return { kind, ...row, rules: rules.filter((rule) => isMeant(rule, must, findings)), findings };
        });
      const others = read
        .filter((rule) => !named.has(rule.id) && subjectOf(rule) === on)
        .flatMap((rule): TruthRow[] => {
          const findings = secondOpinion(rule, timeline).map(toExpected);
          return findings.length === 0 ? [] : [{ kind: rule.id, ...row, rules: [rule.id], findings }];
        });
      return [...committed.filter(({ findings }) => findings.length > 0), ...others];
    },
    truthOfWindows() {
      const found = windows.findings();
      const causes = (one: WindowFinding, { kind, members, until }: (typeof toShow)[number]) =>
        faultKind(kind).rules.includes(one.rule) && members.has(one.member) && one.firstKnownAt <= until;
      for (const fault of toShow)
        if (fault.kind !== ERROR_PRONE && !found.some((one) => causes(one, fault)))
          throw new Error(`${fault.recordId}: the fault ${fault.kind} shows nothing`);
      return found.map((one) => rowOf(one, toShow.find((fault) => causes(one, fault))?.kind));
    },
    allFindings(record) {
      const timeline = timelineOf(record);
      return [...RULES[record.on].values()].flatMap((oracle) => oracle(timeline)).map(toExpected);
    },
  };
}

/** The rules that must find a fault, and those that may. */
function rulesOf({ rules, mayShow = [] }: FaultKind): readonly string[] {
  return [...rules, ...mayShow];
}

/** Of rules that may find it those are named that do. */
function isMeant(rule: string, must: readonly string[], findings: readonly ExpectedFinding[]): boolean {
  return must.includes(rule) || findings.some((finding) => finding.rule === rule);
}

function isOfWindows({ rules }: FaultKind): boolean {
  return rules.length > 0 && rules.every((rule) => WINDOW_RULES.includes(rule));
}

function operatorOf({ operator }: CloudEvent['data']): string {
  const id =
    typeof operator === 'object' && operator !== null && !Array.isArray(operator)
      ? operator['id']
      : undefined;
  return typeof id === 'string' ? id : '';
}

/** Who makes many mistakes need not make too many within the period. */
const ERROR_PRONE = 'error-prone-clerk';

/** What nobody meant to do wrong goes by the id of its rule. */
function rowOf({ rule, member, firstKnownAt, curedAt }: WindowFinding, kind: string = rule): TruthRow {
  const finding = { rule, firstKnownAt: isoOf(firstKnownAt), ...(curedAt !== undefined && { curedAt: isoOf(curedAt) }) }; // prettier-ignore
  return { kind, subject: member, recordId: `window:${rule}|${member}`, rules: [rule], findings: [finding] };
}

function toExpected({ rule, stage, visit, firstKnownAt, overdueAt, curedAt }: Finding): ExpectedFinding {
  return {
    rule,
    ...(stage !== undefined && { stage }),
    ...(visit !== undefined && { visit }),
    firstKnownAt: isoOf(firstKnownAt),
    ...(overdueAt !== undefined && { overdueAt: isoOf(overdueAt) }),
    ...(curedAt !== undefined && { curedAt: isoOf(curedAt) }),
  };
}
