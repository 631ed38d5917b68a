import { InvalidRequestError, type FieldError } from '../errors.js';
import type { InspectionItem, InspectionResult, InspectionTask } from './inspection-task.js';

/** What somebody found at one item, as he says it. */
export interface ResultEntry {
  readonly item: string;
  /** Sample plans: the work order it was looked at. */
  readonly workOrder?: string;
  readonly result: InspectionResult['result'];
  /** fail: what is wrong. */
  readonly finding?: string;
  /** fail: operator id of the one who did the work. */
  readonly responsible?: string;
  /** Ids of evidence of the task: photos. */
  readonly attachments?: readonly string[];
}

export interface RecordRequest {
  readonly entries: readonly ResultEntry[];
  /** True ends the task: then every item must have its result. */
  readonly submit: boolean;
  readonly by: string;
  readonly now: number;
}

/**
 * A task with results entered: those of items that have one already are replaced while it is a draft. Pure.
 * @throws InvalidRequestError naming every entry that is wrong, or every item that is still open
 */
export function recordResults(task: InspectionTask, request: RecordRequest): InspectionTask {
  const { submit, by, now } = request;
  if (task.status === 'done')
    throw new InvalidRequestError('The task is submitted; its results do not change any more.', {
      fields: [{ path: 'results', message: 'the task is submitted' }],
    });
  const places = new Map(placesOf(task).map((place) => [place.key, place]));
  const results = new Map(
    (task.results ?? []).map((result) => [keyOf(result.item, result.workOrder), result]),
  );
  const entries = request.entries.map((entry) => {
    const before = results.get(keyOf(entry.item, entry.workOrder));
    return keepWords(entry, before);
  });
  refuse(entries.flatMap((entry, index) => problemsOf(entry, places, `results[${index}]`)));
  const at = new Date(now);
  for (const entry of entries) results.set(keyOf(entry.item, entry.workOrder), { ...entry, at, by });
  if (submit)
    refuse(
      [...places.values()]
        .filter(({ key }) => !results.has(key))
        .map(({ item, workOrder }) => ({
          path: 'results',
          message: `${workOrder === undefined ? '' : `${workOrder}: `}"${item.id}" has no result yet`,
        })),
    );
  return {
    ...task,
    results: [...results.values()],
    status: submit ? 'done' : 'started',
    version: (task.version ?? 0) + 1,
    ...(submit && { submittedAt: at, submittedBy: by, late: at > task.dueAt, alertsOwed: true }),
  };
}

/**
 * An item that fails again keeps what was said of it and who did the work, unless something else is said: who reads it back
 * sees it masked, and must not have to send that. An empty text takes the person away.
 */
function keepWords(entry: ResultEntry, before: InspectionResult | undefined): ResultEntry {
  if (entry.result !== 'fail') return entry;
  const { finding = before?.finding, responsible = before?.responsible, ...rest } = entry;
  const someone = responsible?.trim() ? { responsible } : {};
  return { ...rest, ...(finding !== undefined && { finding }), ...someone };
}

/** Everything that is to be looked at: items of a checklist, or each item at each work order drawn. */
export function placesOf(task: InspectionTask): Place[] {
  const own = task.items.map((item) => ({ key: keyOf(item.id, undefined), item }));
  const sampled = task.samples.flatMap(({ workOrder, items }) =>
    items.map((item) => ({ key: keyOf(item.id, workOrder), item, workOrder })),
  );
  return [...own, ...sampled];
}
export interface Place {
  readonly key: string;
  readonly item: InspectionItem;
  readonly workOrder?: string;
}

function problemsOf(entry: ResultEntry, places: ReadonlyMap<string, Place>, path: string): FieldError[] {
  const { item, workOrder, result, finding, responsible } = entry;
  if (!places.has(keyOf(item, workOrder))) {
    const where = workOrder === undefined ? 'this task' : `work order ${workOrder} of this task`;
    return [{ path: `${path}.item`, message: `"${item}" is no item of ${where}` }];
  }
  if (result === 'fail' && !finding?.trim())
    return [{ path: `${path}.finding`, message: 'must say what is wrong where the result is fail' }];
  if (result !== 'fail' && responsible !== undefined)
    return [{ path: `${path}.responsible`, message: 'is for results that fail' }];
  return [];
}

function refuse(fields: readonly FieldError[]): void {
  if (fields.length > 0) throw new InvalidRequestError('The results cannot be taken.', { fields });
}
function keyOf(item: string, workOrder: string | undefined): string {
  return JSON.stringify([item, workOrder ?? null]);
}
