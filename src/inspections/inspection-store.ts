import type { Collection, Filter } from 'mongodb';
import { Schema, type Connection } from 'mongoose';
import { withStoreErrors } from '../events/store-error.js';
import { readPageCursor, writePageCursor } from '../page-cursor.js';
import type { InspectionTask } from './inspection-task.js';

/** What to list. Lists are alternatives, fields are all required; an absent field does not restrict, an empty list matches nothing. */
export interface InspectionQuery {
  /** Business date YYYY-MM-DD. */
  readonly date?: string;
  readonly status?: readonly string[];
  /** Exactly these units; whoever asks resolves what is below them. */
  readonly orgUnits?: readonly string[];
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
}

export interface InspectionPage {
  readonly items: InspectionTask[];
  /** Absent on the last page. */
  readonly nextCursor?: string;
}

/** Inspection tasks: collection `inspections`, `_id` = the task's id. All methods throw `StoreUnavailableError` when MongoDB cannot be reached. */
export interface InspectionStore {
  /** Creates the indexes; await it before the first use. */
  init(): Promise<void>;
  /**
   * Adds the tasks that are not there yet and leaves the others as they are: planning a date again neither
   * doubles a task nor touches its results nor draws another sample.
   * @returns those that were new
   */
  addTasks(tasks: readonly InspectionTask[]): Promise<InspectionTask[]>;
  /** One page, those of the latest date first. @throws InvalidRequestError on a cursor that this list did not give */
  find(query: InspectionQuery): Promise<InspectionPage>;
  get(id: string): Promise<InspectionTask | undefined>;
  /** Replaces a task over the version before it. @returns false when somebody else changed it meanwhile */
  replace(task: InspectionTask): Promise<boolean>;
  /** What was drawn by a plan on and after a date, and what came of it. */
  samplesSince(planId: string, date: string): Promise<SampledBefore[]>;
  /** Alerts that tasks of a plan went into, on and after a date and before another. */
  foundAlertsSince(planId: string, date: string, before: string): Promise<ReadonlySet<string>>;
  /** Tasks that were due before `now`, are not submitted, and have no alert yet. */
  overdue(now: Date, limit: number): Promise<InspectionTask[]>;
  /** The alert of a task that is overdue was written; should it be submitted by now, that alert is to be looked at again. */
  markOverdue(id: string): Promise<void>;
  /** Submitted tasks whose alerts are still to be written. */
  owingAlerts(limit: number): Promise<InspectionTask[]>;
  settleAlerts(id: string): Promise<void>;
}

/** A work order drawn earlier. */
export interface SampledBefore {
  readonly workOrder: string;
  readonly date: string;
  readonly stratum?: string;
  /** Of a submitted task: whether any item failed at it. */
  readonly outcome?: 'pass' | 'fail';
}

type InspectionDocument = Omit<InspectionTask, 'id'> & { readonly _id: string };

const MODEL = 'Inspection';
const DUPLICATE_KEY = 11000;

const inspectionSchema = new Schema(
  { _id: String },
  { collection: 'inspections', strict: false, versionKey: false, autoIndex: true },
);
inspectionSchema.index({ date: -1, _id: -1 });
inspectionSchema.index({ orgUnit: 1, date: -1, _id: -1 });
inspectionSchema.index({ 'plan.id': 1, date: -1 });
inspectionSchema.index(
  { dueAt: 1 },
  { partialFilterExpression: { status: { $in: ['planned', 'started'] } } },
);
inspectionSchema.index({ alertsOwed: 1 }, { partialFilterExpression: { alertsOwed: true } });

/** Inspection tasks in MongoDB. */
export function makeInspectionStore(connection: Connection): InspectionStore {
  const model = connection.models[MODEL] ?? connection.model(MODEL, inspectionSchema);
  const inspections = model.collection as unknown as Collection<InspectionDocument>;
  return withStoreErrors<InspectionStore>({
    async init() {
      await model.init();
    },
    async addTasks(tasks) {
      if (tasks.length === 0) return [];
      try {
        await inspections.insertMany(tasks.map(toDocument), { ordered: false });
        return [...tasks];
      } catch (error) {
        const duplicates = duplicateIndexes(error);
        return tasks.filter((_task, index) => !duplicates.has(index));
      }
    },
    async find({ date, status, orgUnits, limit, cursor }) {
      const filter: Filter<InspectionDocument> = {
        ...(date !== undefined && { date }),
        ...(status && { status: { $in: [...status] as InspectionTask['status'][] } }),
        ...(orgUnits && { orgUnit: { $in: [...orgUnits] } }),
      };
      const documents = await inspections
        .find({ $and: [filter, cursor === undefined ? {} : after(cursor)] })
        .sort({ date: -1, _id: -1 })
        .limit(limit + 1)
        .toArray();
      const items = documents.slice(0, limit).map(toTask);
      const last = items.at(-1);
      return documents.length > limit && last
        ? { items, nextCursor: writePageCursor([Date.parse(last.date), last.id]) }
        : { items };
    },
    async get(id) {
      const document = await inspections.findOne({ _id: id });
      return document ? toTask(document) : undefined;
    },
    async replace(task) {
      const { _id, ...rest } = toDocument(task);
      const before = (task.version ?? 1) - 1;
      const version = before === 0 ? { $exists: false } : before;
      const { matchedCount } = await inspections.replaceOne({ _id, version }, rest);
      return matchedCount === 1;
    },
    async samplesSince(planId, date) {
      const documents = await inspections
        .find({ 'plan.id': planId, date: { $gte: date } } as Filter<InspectionDocument>)
        .toArray();
      return documents.flatMap((document) => sampledIn(toTask(document)));
    },
    async foundAlertsSince(planId, date, before) {
      const filter = { 'plan.id': planId, date: { $gte: date, $lt: before } } as Filter<InspectionDocument>;
      const found: readonly unknown[] = await inspections.distinct('foundAlerts', filter);
      return new Set(found.map(String));
    },
    async overdue(now, limit) {
      const documents = await inspections
        .find({ status: { $in: ['planned', 'started'] }, dueAt: { $lt: now }, overdue: { $exists: false } })
        .sort({ dueAt: 1 })
        .limit(limit)
        .toArray();
      return documents.map(toTask);
    },
    async markOverdue(id) {
      await inspections.updateOne({ _id: id }, { $set: { overdue: true } });
      await inspections.updateOne({ _id: id, status: 'done' }, { $set: { alertsOwed: true } });
    },
    async owingAlerts(limit) {
      return (await inspections.find({ alertsOwed: true }).limit(limit).toArray()).map(toTask);
    },
    async settleAlerts(id) {
      await inspections.updateOne({ _id: id }, { $unset: { alertsOwed: '' as const } });
    },
  });
}

function sampledIn({ date, samples, status, results = [] }: InspectionTask): SampledBefore[] {
  const failed = new Set(results.filter(({ result }) => result === 'fail').map(({ workOrder }) => workOrder));
  return samples.map(({ workOrder, stratum }) => ({
    workOrder,
    date,
    ...(stratum !== undefined && { stratum }),
    ...(status === 'done' && { outcome: failed.has(workOrder) ? 'fail' : 'pass' }),
  }));
}

/** Positions of what was there already in an unordered insert; anything else that went wrong is thrown on. */
function duplicateIndexes(error: unknown): Set<number> {
  const writeErrors = (error as { writeErrors?: unknown }).writeErrors;
  const list = (Array.isArray(writeErrors) ? writeErrors : writeErrors ? [writeErrors] : []) as {
    code: number;
    index: number;
  }[];
  if (list.length === 0 || list.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
  return new Set(list.map(({ index }) => index));
}

function after(cursor: string): Filter<InspectionDocument> {
  const [time, id] = readPageCursor(cursor);
  const date = new Date(time).toISOString().slice(0, 10);
  return { $or: [{ date: { $lt: date } }, { date, _id: { $lt: id } }] };
}

function toDocument({ id, ...rest }: InspectionTask): InspectionDocument {
  return { _id: id, ...rest };
}
function toTask({ _id, ...rest }: InspectionDocument): InspectionTask {
  return { id: _id, ...rest };
}
