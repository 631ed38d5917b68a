import { faultKind, type FaultKind } from '../fault-kinds.js';
import { isoOf } from '../office-time.js';
import type { CloudEvent, ExpectedFinding, TruthRow } from '../simulation.js';
import { COUNTER_RULES } from './counter-rules.js';
import type { Finding } from './follow.js';
import { FEED_RULES, HALL_RULES } from './hall-rules.js';
import { PAPER_RULES } from './paper-rules.js';
import { makeTimeline } from './timeline.js';

export interface Committed {
  readonly on: FaultKind['on'];
  readonly subject: string;
  readonly recordId: string;
  /** All events of the record. */
  readonly events: readonly CloudEvent[];
  /** Signs of life, epoch ms, that events of other records gave; of a feed only. */
  readonly signs?: readonly number[];
  /** Of a work order: stages of its process after which nothing is sent on. */
  readonly finalStages?: readonly string[];
  /** What was done wrong. */
  readonly kinds: readonly string[];
  /** Epoch ms up to which anybody looks. */
  readonly until: number;
}

const RULES = {
  workOrder: new Map([...COUNTER_RULES, ...PAPER_RULES]),
  hall: new Map(HALL_RULES),
  feed: new Map(FEED_RULES),
} as const;

/** Every rule the truth can speak of. */
export const TRUE_RULES: readonly string[] = Object.values(RULES).flatMap((rules) => [...rules.keys()]);

/**
 * What the rules must find on a record, a row for each fault. It is computed from the events alone; the fault only says
 * which rules it is about, and all of them must have something to find: a fault without a consequence is a mistake of the simulator.
 */
export function writeTruth(record: Committed): TruthRow[] {
  const { on, subject, recordId, kinds } = record;
  const timeline = makeTimeline(record.events, record.until, record);
  return kinds.map((name) => {
    const { kind, rules } = faultKind(name);
    const findings = rules.flatMap((rule) => {
      const found = RULES[on].get(rule)?.(timeline) ?? [];
      if (found.length === 0) throw new Error(`${recordId}: the fault ${kind} shows nothing to ${rule}`);
      return found.map(toExpected);
    });
    return {
      kind,
      subject,
      recordId,
      ...(timeline.process && { process: timeline.process }),
      rules,
      findings,
    };
  });
}

/** All that is wrong with a record, whatever was meant to be: what the rows of its faults must add up to. */
export function allFindings(record: Committed): ExpectedFinding[] {
  const timeline = makeTimeline(record.events, record.until, record);
  return [...RULES[record.on].values()].flatMap((oracle) => oracle(timeline)).map(toExpected);
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
