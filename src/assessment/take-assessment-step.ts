import { ConflictError, ForbiddenError, InvalidRequestError } from '../errors.js';
import { type AssessmentEntry, type AssessmentStatus, counterIdOf } from './assessment-entry.js';

/** What people do with an entry: 认责, 申诉, 复核申诉, 冲销. */
export const ASSESSMENT_STEPS = ['acknowledge', 'appeal', 'decide', 'reverse'] as const;
export type AssessmentStepKind = (typeof ASSESSMENT_STEPS)[number];

/** 维持, 减轻, 撤销. */
export const DECISIONS = ['upheld', 'reduced', 'revoked'] as const;

export type AssessmentStep = { readonly key?: string } & (
  | { readonly kind: 'acknowledge'; readonly note?: string }
  | { readonly kind: 'appeal' | 'reverse'; readonly reason: string }
  | {
      readonly kind: 'decide';
      readonly result: (typeof DECISIONS)[number];
      readonly reason: string;
      /** reduced: what is left; what is not named stays. */
      readonly points?: number;
      readonly money?: number;
    }
);

/** How somebody stands to an entry. */
export interface AssessmentActor {
  /** As in the history. */
  readonly id: string;
  /** He is the one who is charged. */
  readonly isCharged: boolean;
  /** He is a supervisor of the unit or above it: may acknowledge and appeal for it and its people. */
  readonly directs: boolean;
  /** He is a supervisor above the unit that is charged; for entries of a person, of the unit or above it. */
  readonly judges: boolean;
}

const STEPS_FROM: Readonly<Record<AssessmentStepKind, readonly AssessmentStatus[]>> = {
  acknowledge: ['charged'],
  appeal: ['charged'],
  decide: ['appealed'],
  reverse: ['charged', 'acknowledged', 'upheld', 'reduced'],
};

/** What a step makes of an entry. */
export interface AssessmentStepResult {
  /** The entry as it is after it; absent where it is frozen and stays as it is. */
  readonly entry?: AssessmentEntry;
  /** Of a frozen entry: the entry of the current month that takes it back. */
  readonly counter?: AssessmentEntry;
}

/**
 * The entry after a step; undefined when this very request was taken before. Pure.
 * @throws ConflictError when the entry is not at that point, ForbiddenError when this person may not, InvalidRequestError on a
 * reduction that reduces nothing
 */
export function takeAssessmentStep(
  entry: AssessmentEntry,
  step: AssessmentStep,
  actor: AssessmentActor,
  now: { readonly at: number; readonly month: string },
): AssessmentStepResult | undefined {
  const { key } = step;
  if (key !== undefined && entry.history.some((before) => before.key === key && before.who === actor.id))
    return undefined;
  const reason = whyNotStep(entry, step.kind, actor, now.at);
  if (reason) throw reason;
  const at = new Date(now.at);
  const note = step.kind === 'acknowledge' ? step.note : step.reason;
  const next = (what: Exclude<AssessmentStatus, 'counter'>, changes: Partial<AssessmentEntry> = {}) => ({
    entry: {
      ...entry,
      ...changes,
      status: what,
      history: [
        ...entry.history,
        { at, what, who: actor.id, ...(note !== undefined && { note }), ...(key !== undefined && { key }) },
      ],
      version: entry.version + 1,
    },
  });
  switch (step.kind) {
    case 'acknowledge':
      return next('acknowledged');
    case 'appeal':
      return next('appealed', { appeal: { at, by: actor.id, reason: step.reason } });
    case 'decide':
      return next(step.result, amountsAfter(entry, step));
    case 'reverse':
      return entry.frozen
        ? { counter: counterOf(entry, actor.id, step.reason, now) }
        : next('reversed', { points: 0, money: 0 });
  }
}

/** Why this step cannot be taken by this person now; undefined when it can. */
export function whyNotStep(
  entry: AssessmentEntry,
  kind: AssessmentStepKind,
  actor: AssessmentActor,
  now: number,
): ConflictError | ForbiddenError | undefined {
  const { id, status, appealUntil } = entry;
  const from = STEPS_FROM[kind];
  if (status === 'counter')
    return conflict(entry, `Entry ${id} takes entry ${entry.corrects ?? ''} back; it does not change.`);
  if (!from.includes(status))
    return conflict(entry, `Entry ${id} is ${status}; ${kind} is possible when it is ${from.join(', ')}.`);
  if (entry.frozen && kind !== 'reverse')
    return conflict(
      entry,
      `Month ${entry.month} is frozen: entry ${id} does not change any more. Reversing it makes a counter entry in the current month.`,
    );
  if (kind === 'acknowledge' || kind === 'appeal') {
    if (!actor.isCharged && !actor.directs)
      return new ForbiddenError(
        `Only the one who is charged, or a supervisor of the unit, can ${kind} entry ${id}.`,
      );
    if (kind === 'appeal' && appealUntil && now > appealUntil.getTime())
      return conflict(
        entry,
        `The time to appeal against entry ${id} was over at ${appealUntil.toISOString()}.`,
      );
    return undefined;
  }
  if (actor.isCharged)
    return new ForbiddenError(`Entry ${id} is charged to you; somebody else has to ${kind} it.`);
  if (!actor.judges)
    return new ForbiddenError(
      entry.charged.kind === 'team'
        ? `Entry ${id} is charged to the unit itself; a supervisor above it has to ${kind} it.`
        : `Only a supervisor of the unit, or above it, can ${kind} entry ${id}.`,
    );
  if (kind === 'decide') {
    if (entry.appeal?.by === actor.id)
      return new ForbiddenError(`You appealed against entry ${id}; somebody else has to decide.`);
    if (entry.finding.confirmedBy === actor.id)
      return new ForbiddenError(`You confirmed what entry ${id} is about; somebody else has to decide.`);
  }
  return undefined;
}

/** Taken back by the service, because what it stands on fell away; undefined when nothing is left to take back. Pure. */
export function voidEntry(
  entry: AssessmentEntry,
  reason: string,
  now: { readonly at: number; readonly month: string },
): AssessmentStepResult | undefined {
  if (entry.status === 'counter' || entry.status === 'reversed' || entry.status === 'revoked')
    return undefined;
  if (entry.frozen) return { counter: counterOf(entry, 'system', reason, now) };
  const taken = { at: new Date(now.at), what: 'reversed' as const, who: 'system', note: reason };
  return {
    entry: {
      ...entry,
      status: 'reversed',
      points: 0,
      money: 0,
      history: [...entry.history, taken],
      version: entry.version + 1,
    },
  };
}

function amountsAfter(
  { points, money }: AssessmentEntry,
  step: AssessmentStep & { kind: 'decide' },
): { points: number; money: number } {
  if (step.result === 'revoked') return { points: 0, money: 0 };
  if (step.result === 'upheld') return { points, money };
  const after = { points: step.points ?? points, money: step.money ?? money };
  const isLess = after.points < points || after.money < money;
  if (after.points > points || after.money > money || !isLess || after.points + after.money === 0) {
    const message = `must be less than ${points} points and ${money} yuan, and not both 0 (that is revoked)`;
    throw new InvalidRequestError(`Body field points ${message}.`, { fields: [{ path: 'points', message }] });
  }
  return after;
}

function counterOf(
  entry: AssessmentEntry,
  who: string,
  reason: string,
  now: { readonly at: number; readonly month: string },
): AssessmentEntry {
  const at = new Date(now.at);
  const { appealUntil: _a, appeal: _b, frozen: _c, ...rest } = entry;
  return {
    ...rest,
    id: counterIdOf(entry.id),
    // Of its own: it is no charge of the finding.
    finding: { ...entry.finding, key: `counter|${entry.id}` },
    points: -entry.points,
    money: -entry.money,
    initial: { points: -entry.points, money: -entry.money },
    month: now.month,
    status: 'counter',
    createdAt: at,
    corrects: entry.id,
    history: [{ at, what: 'reversed', who, note: reason }],
    version: 1,
  };
}

function conflict({ status, version, month }: AssessmentEntry, message: string): ConflictError {
  return new ConflictError(message, { details: { status, version, month } });
}
