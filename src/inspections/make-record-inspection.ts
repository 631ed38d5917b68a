import { ConflictError } from '../errors.js';
import type { InspectionStore } from './inspection-store.js';
import type { InspectionTask } from './inspection-task.js';
import { recordResults, type RecordRequest } from './record-results.js';

/** How often it is tried again when somebody else enters results of the same task at the same moment. */
const MAX_TRIES = 5;

/** Enters results of a task, as a draft or for good. */
export function makeRecordInspection({
  store,
}: {
  readonly store: Pick<InspectionStore, 'get' | 'replace'>;
}) {
  /**
   * Two people may enter different items of one task side by side: what one enters does not take the other's away.
   * @param id of a task that exists
   * @throws InvalidRequestError as recordResults
   */
  return async function recordInspection(id: string, request: RecordRequest): Promise<InspectionTask> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const task = await store.get(id);
      if (!task) break;
      const next = recordResults(task, request);
      if (await store.replace(next)) return next;
    }
    throw new ConflictError(`The task ${id} is being changed by others; send the results again.`);
  };
}
export type RecordInspection = ReturnType<typeof makeRecordInspection>;
