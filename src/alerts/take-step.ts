import { ConflictError, ForbiddenError } from '../errors.js';
import type { Alert, AlertHistoryEntry, AlertOutcome, AlertStatus, Assignee } from './alert.js';

/** What a person can do with an alert: 确认, 派单, 整改反馈, 复核销号, 重开, 备注. */
export const STEP_KINDS = ['acknowledge', 'dispatch', 'rectify', 'close', 'reopen', 'comment'] as const;
export type StepKind = (typeof STEP_KINDS)[number];

/** A step and what goes with it. */
export type Step = StepBase &
  (
    | { readonly kind: 'acknowledge' | 'rectify' | 'reopen' | 'comment' }
    | { readonly kind: 'dispatch'; readonly to: Assignee; readonly dueAt?: Date }
    | { readonly kind: 'close'; readonly outcome: AlertOutcome }
  );
interface StepBase {
  readonly note?: string;
  readonly attachments?: readonly string[];
  /** Names this request; the same key again is the same request. */
  readonly key?: string;
}

/** Who takes it. */
export interface Actor {
  /** As in the history. */
  readonly id: string;
  /** Ids under which the sales system knows this person, see `Alert.responsible`. */
  readonly aliases?: readonly string[];
  /** Whether he directs others' work in a unit; who does not rectifies only what is dispatched to him. */
  readonly directs: (orgUnit: string | undefined) => boolean;
}

const ANY_OPEN = ['open', 'acknowledged', 'dispatched', 'rectified', 'silenced'] as const;

/** From which statuses each step leads on. */
export const STEPS_FROM: Readonly<Record<StepKind, readonly AlertStatus[]>> = {
  acknowledge: ['open', 'silenced'],
  // Again = to somebody else; from `rectified` = sent back by the reviewer.
  dispatch: ANY_OPEN,
  rectify: ['acknowledged', 'dispatched'],
  // What evidence closed is still judged: a limit that was broken stays broken.
  close: [...ANY_OPEN, 'auto_closed'],
  reopen: ['closed', 'auto_closed'],
  comment: [...ANY_OPEN, 'closed', 'auto_closed'],
};

/**
 * The alert after a person's step; undefined when this very request was taken before. Pure.
 * @throws ConflictError when the alert is not at that point, ForbiddenError when this person may not
 */
export function takeStep(alert: Alert, step: Step, actor: Actor, now: number): Alert | undefined {
  if (wasTaken(alert, step, actor)) return undefined;
  const reason = whyNot(alert, step, actor);
  if (reason) throw reason;
  const { note, attachments, key } = step;
  const entry: AlertHistoryEntry = {
    at: new Date(now),
    what: wordOf(alert, step),
    who: actor.id,
    ...(note !== undefined && { note }),
    ...(attachments && attachments.length > 0 && { attachments }),
    ...(key !== undefined && { key }),
    ...(step.kind === 'dispatch' && { to: addressOf(alert, step.to) }),
    ...(step.kind === 'close' && { outcome: step.outcome }),
  };
  const next: Alert = { ...alert, history: [...alert.history, entry], version: alert.version + 1 };
  if (step.kind === 'comment') return next;
  delete next.stepDueAt;
  switch (step.kind) {
    case 'acknowledge':
      next.status = 'acknowledged';
      break;
    case 'dispatch':
      Object.assign(next, { status: 'dispatched', assignee: step.to });
      if (step.dueAt) next.stepDueAt = step.dueAt;
      break;
    case 'rectify':
      next.status = 'rectified';
      break;
    case 'close':
      Object.assign(next, { status: 'closed', open: false, outcome: step.outcome });
      next.closedAt ??= new Date(now);
      delete next.nextLookAt;
      break;
    case 'reopen':
      if (alert.status === 'auto_closed' && alert.closedAt) next.overruledAt = alert.closedAt;
      Object.assign(next, { status: 'open', open: true });
      for (const field of ['closedAt', 'outcome', 'assignee'] as const) delete next[field];
      break;
  }
  return next;
}

/** Why this step cannot be taken by this person now; undefined when it can. */
export function whyNot(
  alert: Alert,
  step: { readonly kind: StepKind; readonly outcome?: AlertOutcome },
  actor: Actor,
): ConflictError | ForbiddenError | undefined {
  const { kind } = step;
  const { status } = alert;
  const from = STEPS_FROM[kind];
  if (!from.includes(status))
    return new ConflictError(
      `Alert ${alert.id} is ${status}; ${kind} is possible when it is ${from.join(', ')}.`,
      { details: { status, allowed: [...from], version: alert.version } },
    );
  if (alert.retracted && (kind === 'close' || kind === 'reopen'))
    return new ConflictError(
      `Alert ${alert.id} was taken back: late events showed that it never was. There is nothing to judge or to put right.`,
      { details: { status, version: alert.version } },
    );
  if (step.outcome?.result === 'confirmed' && status !== 'rectified' && status !== 'auto_closed')
    return new ConflictError(
      `Alert ${alert.id} is ${status}; it is closed as confirmed after it is rectified.`,
      { details: { status, allowed: ['rectified', 'auto_closed'], version: alert.version } },
    );
  if (kind === 'close' || kind === 'reopen') {
    const self = [actor.id, ...(actor.aliases ?? [])];
    if (alert.responsible !== undefined && self.includes(alert.responsible))
      return new ForbiddenError(
        `You are responsible for what alert ${alert.id} is about; somebody else has to ${kind} it.`,
        { details: { why: 'responsible' } },
      );
    if (kind === 'close' && self.includes(lastRectifierOf(alert) ?? ''))
      return new ForbiddenError(
        `You rectified alert ${alert.id}; somebody else has to review and close it.`,
        { details: { why: 'rectifier' } },
      );
  }
  if (kind === 'rectify' && !actor.directs(alert.orgUnit) && !isAssignedTo(alert, actor))
    return new ForbiddenError(`Alert ${alert.id} is not dispatched to you.`, {
      details: { why: 'assignee' },
    });
  return undefined;
}

/**
 * Why a person may not take a step that the alert is ready for: `responsible` for what it is about, `rectifier` of it, not
 * its `assignee`, or without the `role`.
 */
export const REFUSALS = ['responsible', 'rectifier', 'assignee', 'role'] as const;
export type Refusal = (typeof REFUSALS)[number];

/** Steps that the alert is ready for: those this person could take now, and those that are for others, with the reason. */
export function sortSteps(
  alert: Alert,
  actor: Actor,
  hasRole: (kind: StepKind) => boolean,
): { readonly possible: StepKind[]; readonly refused: { readonly step: StepKind; readonly why: Refusal }[] } {
  const possible: StepKind[] = [];
  const refused: { step: StepKind; why: Refusal }[] = [];
  for (const step of STEP_KINDS) {
    const reason = whyNot(alert, { kind: step }, actor);
    if (reason instanceof ConflictError) continue;
    if (!hasRole(step)) refused.push({ step, why: 'role' });
    else if (reason) refused.push({ step, why: refusalOf(reason) });
    else possible.push(step);
  }
  return { possible, refused };
}

function refusalOf({ details }: ForbiddenError): Refusal {
  const { why } = (details ?? {}) as { why?: unknown };
  return REFUSALS.find((one) => one === why) ?? 'role';
}

/** What people had made of an alert, whatever evidence did to it: the status it goes back to. */
export function statusByPeople(history: readonly AlertHistoryEntry[]): AlertStatus {
  let status: AlertStatus = 'open';
  for (const { what } of history) {
    if (what === 'acknowledged' || what === 'dispatched' || what === 'rectified') status = what;
    else if (what === 'returned') status = 'dispatched';
    else if (what === 'closed') status = 'closed';
    else if (what === 'reopened' || what === 'recurred' || what === 'acknowledgement_expired')
      status = 'open';
  }
  return status;
}

/** How often it has been opened: 1, and one more for each time it recurred or was reopened. */
export function roundOf({ history }: Pick<Alert, 'history'>): number {
  return 1 + history.filter(({ what }) => what === 'reopened' || what === 'recurred').length;
}

/** As in the history: a person, or whoever holds the alert's post at that unit. */
function addressOf({ assignTo }: Alert, { user, orgUnit }: Assignee): string {
  return user === undefined ? `${assignTo}@${orgUnit}` : `user:${user}`;
}

function wordOf({ status }: Alert, { kind }: Step): AlertHistoryEntry['what'] {
  switch (kind) {
    case 'acknowledge':
      return 'acknowledged';
    case 'dispatch':
      return status === 'rectified' ? 'returned' : 'dispatched';
    case 'rectify':
      return 'rectified';
    case 'close':
      return 'closed';
    case 'reopen':
      return 'reopened';
    case 'comment':
      return 'commented';
  }
}

/** Words of a request that was taken before under the same key. */
function wasTaken(alert: Alert, step: Step, actor: Actor): boolean {
  if (step.key === undefined) return false;
  const before = alert.history.find(({ key, who }) => key === step.key && who === actor.id);
  if (!before) return false;
  const words = step.kind === 'dispatch' ? ['dispatched', 'returned'] : [wordOf(alert, step)];
  if (!words.includes(before.what))
    throw new ConflictError(
      `The Idempotency-Key was used before for another step (${before.what}) on alert ${alert.id}.`,
    );
  return true;
}

function lastRectifierOf({ history }: Alert): string | undefined {
  return history.findLast(({ what }) => what === 'rectified')?.who;
}

function isAssignedTo({ assignee, status }: Alert, { id, aliases = [] }: Actor): boolean {
  if (status !== 'dispatched') return false;
  // Dispatched to a unit: whoever may see the alert there.
  return assignee?.user === undefined ? true : [id, ...aliases].includes(assignee.user);
}
