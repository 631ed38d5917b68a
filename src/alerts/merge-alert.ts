import { createHash } from 'node:crypto';
import type { RuleFile } from '../engine/rule-file.js';
import type { Finding } from '../engine/work-order-record.js';
import type { WorkOrder } from '../work-orders/work-order.js';
import type { Alert, AlertHistoryEntry } from './alert.js';
import { statusByPeople } from './take-step.js';

/** Where a finding comes from. */
export interface FindingSource {
  readonly workOrder: WorkOrder;
  /** The rule that found it; absent when the rule set no longer has it (the alert then keeps what it knows). */
  readonly rule?: RuleFile;
  /** Hash of the rule set, where it is the one that judged. */
  readonly ruleSet?: string;
  /** Revision of the record the finding was read from. */
  readonly revision: number;
}

/** Source revision of an alert whose record retention has removed. */
export const OUTLIVED = 0;

/** URL-safe and stable: the same finding is the same alert on every machine and after every refold. */
export function alertIdOf(fingerprint: string, episode: number): string {
  return `${createHash('sha256').update(fingerprint).digest('base64url').slice(0, 22)}-${episode}`;
}

/**
 * Brings an alert up to what the rules know now, and leaves alone what people did with it. Pure.
 *
 * - the finding closed → an alert still open becomes `auto_closed`;
 * - it opened again by later knowledge → an `auto_closed` one is where people had brought it before;
 * - it happened again after a person closed it (other than as 无效) → open again, `recurred`;
 * - a person reopened it over the very evidence that closed it → it stays as people have it.
 *
 * @returns the alert to store, or undefined when nothing changed or `existing` stems from a newer record
 */
export function mergeAlert(
  existing: Alert | undefined,
  finding: Finding,
  source: FindingSource,
  now: number,
): Alert | undefined {
  if (!existing) return source.rule ? newAlert(finding, source, source.rule, now) : undefined;
  if (existing.sourceRevision > source.revision) return undefined;
  // Its rule was taken out of use, and it with it: there is nothing that could close it again.
  if (!source.rule && existing.status === 'auto_closed' && finding.closedAt === undefined) return undefined;
  // One that outlived its record belongs to the new record from now on, though nothing else of it changes.
  const isBound = !existing.retracted && existing.sourceRevision !== OUTLIVED;
  if (isBound && sameFinding(existing, finding, source)) return undefined;

  const note = (what: AlertHistoryEntry['what']): AlertHistoryEntry => ({
    at: new Date(now),
    what,
    who: 'system',
  });
  const history = [...existing.history];
  const next: Alert = { ...existing };
  for (const field of OPTIONAL_FIELDS) delete next[field];
  delete next.retracted;
  Object.assign(next, derivedFields(finding, source), { history, version: existing.version + 1 });
  if (source.ruleSet !== undefined) next.ruleSet = source.ruleSet;
  if (finding.phase === 'overdue' && existing.phase === 'early') history.push(note('overdue'));

  const closedByPerson = existing.status === 'closed';
  if (closedByEvidence(existing, finding)) {
    if (existing.open) history.push(note('auto_closed'));
    if (!closedByPerson)
      Object.assign(next, { status: 'auto_closed', open: false, closedAt: new Date(finding.closedAt) });
  } else if (existing.status === 'auto_closed') {
    reinstate(next, history, note('reinstated'));
  } else if (closedByPerson && existing.outcome?.result !== 'invalid' && happenedSince(existing, finding)) {
    reopen(next, history, note('recurred'));
  }
  return next;
}

/**
 * Takes back an alert whose finding fell away when late events were folded in. It stays on record, closed
 * and marked, because somebody may have seen it. What was found by a record that is gone stands: a record made anew by a late
 * event knows nothing of it.
 */
export function retractAlert(existing: Alert, revision: number, now: number): Alert | undefined {
  const { sourceRevision } = existing;
  if (existing.retracted || sourceRevision > revision || sourceRevision === OUTLIVED) return undefined;
  const at = new Date(now);
  return {
    ...existing,
    retracted: true,
    ...(existing.open && { status: 'auto_closed', open: false, closedAt: at }),
    history: [...existing.history, { at, what: 'retracted', who: 'system' }],
    sourceRevision: revision,
    version: existing.version + 1,
  };
}

/** Closes an alert that a person held open, because a later episode of the same finding begins. */
export function supersedeAlert(existing: Alert, now: number): Alert {
  const { nextLookAt: _, ...alert } = existing;
  const at = new Date(now);
  return {
    ...alert,
    status: 'auto_closed',
    open: false,
    closedAt: at,
    history: [...existing.history, { at, what: 'superseded', who: 'system' }],
    version: existing.version + 1,
  };
}

function newAlert(finding: Finding, source: FindingSource, rule: RuleFile, now: number): Alert {
  const { workOrder } = source;
  const closed = finding.closedAt !== undefined;
  return {
    id: alertIdOf(finding.fingerprint, finding.episode),
    fingerprint: finding.fingerprint,
    episode: finding.episode,
    riskPoint: rule.riskPoint,
    status: closed ? 'auto_closed' : 'open',
    open: !closed,
    subject: { type: workOrder.subjectType, id: workOrder.subject },
    recordId: workOrder.no,
    assignTo: rule.event.params.assignTo,
    raisedAt: new Date(now),
    ...(finding.closedAt !== undefined && { closedAt: new Date(finding.closedAt) }),
    shadow: rule.status === 'shadow',
    history: [
      { at: new Date(now), what: 'raised', who: 'system' },
      ...(closed ? ([{ at: new Date(now), what: 'auto_closed', who: 'system' }] as const) : []),
    ],
    version: 1,
    ...derivedFields(finding, source),
    rule: { id: rule.id, version: finding.rule.version, name: rule.name },
    ...(source.ruleSet !== undefined && { ruleSet: source.ruleSet }),
  };
}

/** Derived fields that a later look may find absent. */
const OPTIONAL_FIELDS = ['process', 'stage', 'workItem', 'orgUnit', 'responsible', 'phase', 'dueAt'] as const;

/** The part of an alert that the rules alone decide. */
function derivedFields(finding: Finding, { workOrder, rule, revision }: FindingSource) {
  const { severity, title, advice, facts, conditions, orgUnit, responsible, workItem } = finding.evidence;
  return {
    severity,
    title,
    advice,
    facts,
    conditions,
    ...(rule && {
      rule: { id: rule.id, version: finding.rule.version, name: rule.name },
      basis: rule.basis,
      assumption: rule.basis.some(({ certainty }) => certainty === 'assumption'),
    }),
    ...(workOrder.process !== undefined && { process: workOrder.process }),
    ...(finding.stage !== undefined && { stage: finding.stage }),
    ...(workItem !== undefined && { workItem }),
    ...(orgUnit !== undefined && { orgUnit }),
    ...(responsible !== undefined && { responsible }),
    ...(finding.phase && { phase: finding.phase }),
    ...(finding.dueAt !== undefined && { dueAt: new Date(finding.dueAt) }),
    occurrences: finding.occurrences,
    firstAt: new Date(finding.openedAt),
    lastAt: new Date(finding.lastAt),
    sourceRevision: revision,
  } satisfies Partial<Alert>;
}

/** The evidence has arrived, and no person has said that this very evidence does not do. */
function closedByEvidence(
  alert: Alert,
  finding: Finding,
): finding is Finding & { readonly closedAt: number } {
  return finding.closedAt !== undefined && finding.closedAt !== alert.overruledAt?.getTime();
}

function sameFinding(alert: Alert, finding: Finding, source: FindingSource): boolean {
  const closedAt = alert.status === 'auto_closed' ? alert.closedAt?.getTime() : undefined;
  const found = closedByEvidence(alert, finding) ? finding.closedAt : undefined;
  if (alert.status !== 'closed' && closedAt !== found) return false;
  // Told apart by most of what happens, before anything is put together.
  if (alert.occurrences !== finding.occurrences || alert.lastAt.getTime() !== finding.lastAt) return false;
  // A refold may find the same thing at the same time for other reasons. The revision alone is no change.
  const derived: Partial<Alert> = { ...derivedFields(finding, source), sourceRevision: alert.sourceRevision };
  const fields = new Set<string>([...Object.keys(derived), ...OPTIONAL_FIELDS]) as Set<keyof Alert>;
  // One of an earlier version is not written anew only to say what its rule rests on.
  if (alert.basis === undefined) for (const field of ['basis', 'assumption'] as const) fields.delete(field);
  for (const field of fields) if (!isSameValue(alert[field], derived[field])) return false;
  return true;
}

/** As stored: dates and nested values by what they say. Most fields are plain, and asked of every open finding of a record. */
function isSameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  return JSON.stringify(a) === JSON.stringify(b);
}

function happenedSince(alert: Alert, finding: Finding): boolean {
  return finding.occurrences > alert.occurrences && finding.lastAt > (alert.closedAt?.getTime() ?? 0);
}

/** Back to what people had made of it. */
function reinstate(alert: Alert, history: AlertHistoryEntry[], entry: AlertHistoryEntry): void {
  const status = statusByPeople(history);
  alert.status = status === 'open' && isMuted(alert) ? 'silenced' : status;
  alert.open = true;
  delete alert.closedAt;
  history.push(entry);
}

/** From the beginning: it happened again. */
function reopen(alert: Alert, history: AlertHistoryEntry[], entry: AlertHistoryEntry): void {
  alert.status = isMuted(alert) ? 'silenced' : 'open';
  alert.open = true;
  for (const field of ['closedAt', 'outcome', 'assignee', 'stepDueAt'] as const) delete alert[field];
  history.push(entry);
}

function isMuted({ muted }: Alert): boolean {
  return muted !== undefined;
}
