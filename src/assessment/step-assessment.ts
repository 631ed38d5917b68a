import type { AuditStore } from '../access/audit-store.js';
import { ChangedMeanwhileError, ConflictError, NotFoundError } from '../errors.js';
import { type AssessmentEntry, counterIdOf } from './assessment-entry.js';
import type { AssessmentStore } from './assessment-store.js';
import type { StatisticsMonths } from './statistics-month.js';
import { type AssessmentActor, type AssessmentStep, takeAssessmentStep } from './take-assessment-step.js';

export interface StepAssessmentDeps {
  readonly store: Pick<AssessmentStore, 'get' | 'add' | 'replace'>;
  readonly audit: Pick<AuditStore, 'record' | 'inTurn'>;
  readonly months: StatisticsMonths;
  readonly now: () => number;
}

export interface AssessmentStepRequest {
  readonly id: string;
  readonly step: AssessmentStep;
  readonly actorOf: (entry: AssessmentEntry) => AssessmentActor;
  /** Whether the one who asks may know of this entry at all. */
  readonly isVisible: (entry: AssessmentEntry) => boolean;
  /** What the audit row says of who asked. */
  readonly by: { readonly who: Parameters<AuditStore['record']>[0]['who']; readonly requestId?: string };
  /** Only if the entry is still at this version (`If-Match`). */
  readonly version?: number;
}

const MAX_TRIES = 5;

/**
 * Takes a person's step on an entry, one person after the other: puts it on record, then writes. A frozen entry is not written: reversing it makes its one counter
 * entry in the current month, which is the answer.
 *
 * Rejects with NotFoundError, ChangedMeanwhileError (of `version`), and what takeAssessmentStep throws.
 */
export function makeStepAssessment({ store, audit, months, now }: StepAssessmentDeps) {
  return (request: AssessmentStepRequest): Promise<AssessmentEntry> =>
    audit.inTurn(`assessment|${request.id}`, () => takeInTurn(request));

  async function takeInTurn(request: AssessmentStepRequest): Promise<AssessmentEntry> {
    const { id, step, by } = request;
    let recorded = false;
    for (let attempt = 1; ; attempt += 1) {
      const entry = await store.get(id);
      if (!entry || !request.isVisible(entry)) throw new NotFoundError(`There is no assessment ${id}.`);
      const at = now();
      const taken = takeAssessmentStep(entry, step, request.actorOf(entry), {
        at,
        month: months.monthAt(at),
      });
      if (!taken) return entry;
      const { counter, entry: next } = taken;
      if (request.version !== undefined && request.version !== entry.version) throw changed(entry);
      if (counter) await refuseSecondCounter(store, entry);
      if (!recorded)
        await audit.record({
          at: new Date(at),
          action: `assessment.${step.kind}`,
          who: by.who,
          object: { type: 'assessment', id },
          reason: reasonOf(step),
          ...(by.requestId !== undefined && { requestId: by.requestId }),
        });
      recorded = true;
      if (counter) {
        await store.add([counter]);
        return (await store.get(counter.id)) ?? counter;
      }
      if (next && (await store.replace(next))) return next;
      if (attempt === MAX_TRIES) throw changed(entry);
    }
  }
}
export type StepAssessment = ReturnType<typeof makeStepAssessment>;

async function refuseSecondCounter(
  store: StepAssessmentDeps['store'],
  { id }: AssessmentEntry,
): Promise<void> {
  const before = await store.get(counterIdOf(id));
  if (before)
    throw new ConflictError(`Entry ${id} was taken back already, by entry ${before.id} of ${before.month}.`, {
      details: { counter: before.id, month: before.month },
    });
}

function changed({ id, version, status }: AssessmentEntry): ChangedMeanwhileError {
  return new ChangedMeanwhileError(
    `Assessment ${id} was changed meanwhile: it is at version ${version} and ${status}. Read it again.`,
    { details: { version, status } },
  );
}

function reasonOf(step: AssessmentStep): string {
  if (step.kind === 'acknowledge') return step.note ?? '';
  return step.kind === 'decide' ? `${step.result}: ${step.reason}` : step.reason;
}
