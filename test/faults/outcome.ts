import type { Alert } from '../../src/alerts/alert.js';
import type { WorkOrderRecord } from '../../src/engine/work-order-record.js';
import { canonicalJson } from '../../src/events/canonical-hash.js';
import type { JsonValue } from '../../src/json.js';
import type { DueFields } from '../../src/work-orders/due-fields.js';

/** All that a run leaves behind, by id, each thing as canonical text. */
export interface Outcome {
  /** Inbox keys, sorted. */
  readonly processed: readonly string[];
  readonly dead: readonly string[];
  readonly records: Readonly<Record<string, string>>;
  /** Those that stand; one that was taken back is one that the ordered telling never had. */
  readonly alerts: Readonly<Record<string, string>>;
  readonly due: Readonly<Record<string, string>>;
}

type StoredDue = DueFields & { readonly alertsOwed?: true };

/**
 * What two things must share to be the same: all but the traces of when and how often they were written, and what the passes over alerts
 * (due times of steps, escalation, inhibition, the feed of changes) add to them by the clock.
 */
export const bySignature = {
  record: ({ workOrder, clocks, findings, calendarHash }: WorkOrderRecord): string =>
    textOf({ workOrder, clocks, findings, calendarHash }),
  alert: ({
    history: _h,
    raisedAt: _r,
    sourceRevision: _s,
    version: _v,
    fed: _f,
    escalations: _e,
    stepDueAt: _d,
    nextLookAt: _n,
    muted: _m,
    status,
    ...alert
  }: Alert): string => textOf({ ...alert, status: status === 'silenced' ? 'open' : status }),
  /** Where a record stands on the due list; still owing alerts is a difference, too. */
  due: ({ nextLookAt, overdueAt, uncoveredYears, openClocks, alertsOwed }: StoredDue): string =>
    textOf({ nextLookAt, overdueAt, uncoveredYears, openClocks, alertsOwed }),
};

function textOf(value: object): string {
  return canonicalJson(JSON.parse(JSON.stringify(value)) as JsonValue);
}

/** Where two outcomes differ, a line each; none when they are the same. */
export function findDifferences(actual: Outcome, expected: Outcome): string[] {
  return [
    ...differencesOfSets('processed', actual.processed, expected.processed),
    ...differencesOfSets('dead', actual.dead, expected.dead),
    ...(['records', 'alerts', 'due'] as const).flatMap((what) => [
      ...differencesOfSets(what, Object.keys(actual[what]), Object.keys(expected[what])),
      ...Object.entries(expected[what]).flatMap(([id, text]) => {
        const found = actual[what][id];
        return found === undefined || found === text
          ? []
          : [`${what} ${id}: ${firstDifference(found, text)}`];
      }),
    ]),
  ];
}

export function differencesOfSets(
  what: string,
  actual: readonly string[],
  expected: readonly string[],
): string[] {
  const [has, wanted] = [new Set(actual), new Set(expected)];
  return [
    ...expected.filter((id) => !has.has(id)).map((id) => `${what} ${id}: missing`),
    ...actual.filter((id) => !wanted.has(id)).map((id) => `${what} ${id}: not expected`),
    ...(has.size < actual.length ? [`${what}: ${actual.length - has.size} double`] : []),
  ];
}

function firstDifference(actual: string, expected: string): string {
  let at = 0;
  while (actual[at] === expected[at]) at += 1;
  const around = (text: string) => text.slice(Math.max(0, at - 120), at + 120);
  return `…${around(actual)}… instead of …${around(expected)}…`;
}
