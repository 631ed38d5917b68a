import type { AuditStore } from '../access/audit-store.js';
import { ChangedMeanwhileError, ConflictError, InvalidRequestError, NotFoundError } from '../errors.js';
import type { EvidenceStore } from '../evidence/evidence-store.js';
import type { Alert } from './alert.js';
import type { AlertStore } from './alert-store.js';
import { type Actor, type Step, takeStep } from './take-step.js';

export interface StepAlertDeps {
  readonly alertStore: Pick<AlertStore, 'loadByIds' | 'loadOpen' | 'write'>;
  readonly evidence: Pick<EvidenceStore, 'missing'>;
  readonly audit: Pick<AuditStore, 'record' | 'inTurn'>;
  /** Gives the alert its due times, see plan-alert.ts. */
  readonly plan: (alert: Alert, now: number) => Alert;
  readonly now: () => number;
}

/** A step on one alert, and who asks for it. */
export interface StepRequest {
  readonly id: string;
  readonly step: Step;
  readonly actor: Actor;
  /** What the audit row says of who asked. */
  readonly by: { readonly who: Parameters<AuditStore['record']>[0]['who']; readonly requestId?: string };
  /** Whether the one who asks may know of this alert at all. */
  readonly isVisible: (alert: Alert) => boolean;
  /** Only if the alert is still at this version (`If-Match`). */
  readonly version?: number;
}

/** How often a step is tried again when the rules changed the alert in between. */
const MAX_TRIES = 5;

/**
 * Takes a person's step on an alert, one person after the other: puts it on record, then writes the alert over the version that was read. A step
 * that was taken before under the same key is answered as it stands.
 *
 * Rejects with NotFoundError, ChangedMeanwhileError (of `version`), ConflictError (not at that point), ForbiddenError
 * (not this person), InvalidRequestError (evidence that is not of this alert).
 */
export function makeStepAlert({ alertStore, evidence, audit, plan, now }: StepAlertDeps) {
  return (request: StepRequest): Promise<Alert> =>
    audit.inTurn(`alert|${request.id}`, () => takeInTurn(request));

  async function takeInTurn(request: StepRequest): Promise<Alert> {
    const { id, step, actor, by } = request;
    let recorded = false;
    for (let attempt = 1; ; attempt += 1) {
      const [alert] = await alertStore.loadByIds([id]);
      if (!alert || !request.isVisible(alert)) throw new NotFoundError(`There is no alert ${id}.`);
      const taken = takeStep(alert, step, actor, now());
      if (!taken) return alert;
      if (request.version !== undefined && request.version !== alert.version) throw changed(alert);
      await refuseForeignEvidence(evidence, id, step.attachments ?? []);
      await refuseSecondOpen(alertStore, taken);
      if (!recorded)
        await audit.record({
          at: new Date(now()),
          action: `alert.${step.kind}`,
          who: by.who,
          object: { type: 'alert', id },
          reason: reasonOf(step),
          ...(by.requestId !== undefined && { requestId: by.requestId }),
        });
      recorded = true;
      const next = plan(taken, now());
      const { conflicted } = await alertStore.write([{ alert: next, isNew: false }]);
      if (conflicted.length === 0) return next;
      if (attempt === MAX_TRIES) throw changed(alert);
    }
  }
}
export type StepAlert = ReturnType<typeof makeStepAlert>;

function changed({ id, version, status }: Alert): ChangedMeanwhileError {
  return new ChangedMeanwhileError(
    `Alert ${id} was changed meanwhile: it is at version ${version} and ${status}. Read it again.`,
    { details: { version, status } },
  );
}

async function refuseForeignEvidence(
  evidence: StepAlertDeps['evidence'],
  id: string,
  attachments: readonly string[],
): Promise<void> {
  if (attachments.length === 0) return;
  const missing = await evidence.missing({ type: 'alert', id }, attachments);
  if (missing.length > 0)
    throw new InvalidRequestError(`Alert ${id} has no evidence ${missing.join(', ')}; upload it first.`, {
      fields: missing.map((file) => ({ path: 'attachments', message: `${file} is no evidence of it` })),
    });
}

/** An earlier episode cannot be opened again beside a later one that is open. */
async function refuseSecondOpen(alertStore: StepAlertDeps['alertStore'], alert: Alert): Promise<void> {
  if (alert.history.at(-1)?.what !== 'reopened') return;
  const other = (await alertStore.loadOpen([alert.fingerprint])).find(({ id }) => id !== alert.id);
  if (other)
    throw new ConflictError(`The same finding is open again as alert ${other.id}; go on there.`, {
      details: { alert: other.id },
    });
}

function reasonOf(step: Step): string {
  if (step.kind === 'close') return `${step.outcome.result}: ${step.outcome.reason}`;
  return step.note ?? '';
}
