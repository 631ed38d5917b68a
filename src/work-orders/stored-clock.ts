import type { Clock } from '../engine/work-order-record.js';

/**
 * A clock as it lies in a record's document: without what can be told from the rest. Clocks are two fifths of a record,
 * and most of them have stopped.
 */
export interface StoredClock extends Omit<
  Clock,
  'key' | 'rule' | 'warnTimes' | 'warned' | 'expired' | 'state'
> {
  /** `id@version`. */
  readonly rule: string;
  /** Where it is not the rule's id with stage and visit. */
  readonly key?: string;
  readonly warnTimes?: number[];
  readonly warned?: number;
  readonly expired?: true;
  /** Absent: stopped where there is `stoppedAt`, else running. */
  readonly state?: Clock['state'];
}

type Written =
  | 'key' | 'rule' | 'stage' | 'visit' | 'part' | 'anchorAt' | 'limit' | 'dueAt' | 'warnTimes' | 'warned' | 'expired'
  | 'undecided' | 'state' | 'stoppedAt' | 'uncoveredYears'; // prettier-ignore
/** `true`, or no type at all when a clock has a field that is not written here: a test holds it against `true`. */
export type EveryFieldIsWritten = [Exclude<keyof Clock, Written>] extends [never] ? true : never;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

// Field by field: spreading objects takes longer than writing the fields left out would.
export function toStoredClock(clock: Clock): StoredClock {
  const { rule, stage, visit } = clock;
  const stored: Writable<StoredClock> = {
    rule: `${rule.id}@${rule.version}`,
    anchorAt: clock.anchorAt,
  };
  if (stage !== undefined) stored.stage = stage;
  if (visit !== undefined) stored.visit = visit;
  if (clock.key !== usualKey(rule.id, stage, visit)) stored.key = clock.key;
  if (clock.part !== undefined) stored.part = clock.part;
  if (clock.limit !== undefined) stored.limit = clock.limit;
  if (clock.dueAt !== undefined) stored.dueAt = clock.dueAt;
  if (clock.warnTimes.length > 0) stored.warnTimes = clock.warnTimes;
  if (clock.warned > 0) stored.warned = clock.warned;
  if (clock.expired) stored.expired = true;
  if (clock.undecided !== undefined) stored.undecided = clock.undecided;
  if (clock.state !== usualState(clock.stoppedAt)) stored.state = clock.state;
  if (clock.stoppedAt !== undefined) stored.stoppedAt = clock.stoppedAt;
  if (clock.uncoveredYears !== undefined) stored.uncoveredYears = clock.uncoveredYears;
  return stored;
}

export function fromStoredClock(stored: StoredClock): Clock {
  const { stage, visit } = stored;
  const at = stored.rule.lastIndexOf('@');
  const id = stored.rule.slice(0, at);
  const clock: Writable<Clock> = {
    key: stored.key ?? usualKey(id, stage, visit),
    rule: { id, version: Number(stored.rule.slice(at + 1)) },
    anchorAt: stored.anchorAt,
    warnTimes: stored.warnTimes ?? [],
    warned: stored.warned ?? 0,
    expired: stored.expired ?? false,
    state: stored.state ?? usualState(stored.stoppedAt),
  };
  if (stage !== undefined) clock.stage = stage;
  if (visit !== undefined) clock.visit = visit;
  if (stored.part !== undefined) clock.part = stored.part;
  if (stored.limit !== undefined) clock.limit = stored.limit;
  if (stored.dueAt !== undefined) clock.dueAt = stored.dueAt;
  if (stored.undecided !== undefined) clock.undecided = stored.undecided;
  if (stored.stoppedAt !== undefined) clock.stoppedAt = stored.stoppedAt;
  if (stored.uncoveredYears !== undefined) clock.uncoveredYears = stored.uncoveredYears;
  return clock;
}

function usualKey(ruleId: string, stage: string | undefined, visit: number | undefined): string {
  return stage === undefined ? ruleId : `${ruleId}|${stage}#${visit}`;
}

function usualState(stoppedAt: number | undefined): Clock['state'] {
  return stoppedAt === undefined ? 'running' : 'stopped';
}
