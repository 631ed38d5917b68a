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

export function toStoredClock(clock: Clock): StoredClock {
  const { key, rule, warnTimes, warned, expired, state, ...rest } = clock;
  return {
    rule: `${rule.id}@${rule.version}`,
    ...rest,
    ...(key !== usualKey(rule.id, clock) && { key }),
    ...(warnTimes.length > 0 && { warnTimes }),
    ...(warned > 0 && { warned }),
    ...(expired && { expired }),
    ...(state !== usualState(clock.stoppedAt) && { state }),
  };
}

export function fromStoredClock(stored: StoredClock): Clock {
  const { key, rule, warnTimes, warned, expired, state, ...rest } = stored;
  const at = rule.lastIndexOf('@');
  const id = rule.slice(0, at);
  return {
    key: key ?? usualKey(id, stored),
    rule: { id, version: Number(rule.slice(at + 1)) },
    ...rest,
    warnTimes: warnTimes ?? [],
    warned: warned ?? 0,
    expired: expired ?? false,
    state: state ?? usualState(stored.stoppedAt),
  };
}

function usualKey(ruleId: string, { stage, visit }: { stage?: string; visit?: number }): string {
  return stage === undefined ? ruleId : `${ruleId}|${stage}#${visit}`;
}

function usualState(stoppedAt: number | undefined): Clock['state'] {
  return stoppedAt === undefined ? 'running' : 'stopped';
}
