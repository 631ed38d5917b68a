import { ConflictError, InvalidRequestError } from '../errors.js';
import type { EvidenceStore } from '../evidence/evidence-store.js';
import type { InspectionStore } from './inspection-store.js';
import type { InspectionTask } from './inspection-task.js';
import { recordResults, type RecordRequest } from './record-results.js';

/** How often it is tried again when somebody else enters results of the same task at the same moment. */
const MAX_TRIES = 5;

/** Enters results of a task, as a draft or for good. */
export function makeRecordInspection({
  store,
  evidence,
}: {
  readonly store: Pick<InspectionStore, 'get' | 'replace'>;
  readonly evidence: Pick<EvidenceStore, 'missing'>;
}) {
  /**
   * Two people may enter different items of one task side by side: what one enters does not take the other's away.
   * @param id of a task that exists
   * @param putOnRecord called once, when nothing stands against them, before they are written
   * @throws InvalidRequestError as recordResults, and for photos that are none of this task
   */
  return async function recordInspection(
    id: string,
    request: RecordRequest,
    putOnRecord: () => Promise<void> = () => Promise.resolve(),
  ): Promise<InspectionTask> {
    let isOnRecord = false;
    await refuseForeignPhotos(evidence, id, request);
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const task = await store.get(id);
      if (!task) break;
      const next = recordResults(task, request);
      if (!isOnRecord) await putOnRecord();
      isOnRecord = true;
      if (await store.replace(next)) return next;
    }
    throw new ConflictError(`The task ${id} is being changed by others; send the results again.`);
  };
}
export type RecordInspection = ReturnType<typeof makeRecordInspection>;

async function refuseForeignPhotos(
  evidence: Pick<EvidenceStore, 'missing'>,
  id: string,
  { entries }: RecordRequest,
): Promise<void> {
  const named = entries.flatMap(({ attachments }) => attachments ?? []);
  if (named.length === 0) return;
  const missing = new Set(await evidence.missing({ type: 'inspection', id }, named));
  const fields = entries.flatMap(({ attachments = [] }, index) =>
    attachments
      .filter((file) => missing.has(file))
      .map((file) => ({ path: `results[${index}].attachments`, message: `${file} is no evidence of it` })),
  );
  if (fields.length > 0)
    throw new InvalidRequestError(
      `The task ${id} has no evidence ${[...missing].join(', ')}; upload it first.`,
      {
        fields,
      },
    );
}
