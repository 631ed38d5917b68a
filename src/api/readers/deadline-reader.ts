import type { Collection, Filter } from 'mongodb';
import type { Connection } from 'mongoose';
import { withStoreErrors } from '../../events/store-error.js';
import { readPageCursor, writePageCursor } from '../../page-cursor.js';
import type { DeadlineDocument } from '../../work-orders/deadline-store.js';
import type { Deadline, DeadlineQuery, DeadlineReader } from '../deps.js';

/** The due list for people, from the collection `deadlines`. `init` builds the index it is read by. */
export function makeDeadlineReader(connection: Connection): DeadlineReader & { init(): Promise<void> } {
  const deadlines = connection.collection('deadlines') as unknown as Collection<DeadlineDocument>;
  const alerts = connection.collection('alerts') as unknown as Collection<OpenAlert>;

  async function withAlerts(items: readonly Deadline[]): Promise<Deadline[]> {
    const recordId = { $in: [...new Set(items.map((item) => item.recordId))] };
    const open = await alerts
      .find({ recordId, open: true }, { projection: { recordId: 1, 'rule.id': 1, stage: 1 } })
      .toArray();
    const byPlace = new Map(open.map((alert) => [placeOf(alert), alert._id]));
    return items.map((item) => {
      const alertId = byPlace.get(placeOf(item));
      return alertId === undefined ? item : { ...item, alertId };
    });
  }

  return withStoreErrors<DeadlineReader & { init(): Promise<void> }>({
    async init() {
      await deadlines.createIndex({ dueAt: 1, _id: 1 }, { partialFilterExpression: { state: 'running' } });
    },
    async find(query) {
      const documents = await deadlines
        .find({ $and: [filterOf(query), ...(query.cursor === undefined ? [] : [after(query.cursor)])] })
        .sort({ dueAt: 1, _id: 1 })
        .limit(query.limit + 1)
        .toArray();
      const items = await withAlerts(documents.slice(0, query.limit).flatMap(toDeadline));
      const last = items.at(-1);
      return documents.length > query.limit && last
        ? { items, nextCursor: writePageCursor([last.dueAt.getTime(), last.id]) }
        : { items };
    },
  });
}

interface OpenAlert {
  readonly _id: string;
  readonly recordId: string;
  readonly rule: { readonly id: string };
  readonly stage?: string;
}

/** What a deadline and its alert have in common. */
function placeOf({ recordId, rule, stage }: Omit<OpenAlert, '_id'>): string {
  return JSON.stringify([recordId, rule.id, stage]);
}

function filterOf({ due, now, until, process, rule, orgUnits }: DeadlineQuery): Filter<DeadlineDocument> {
  return {
    state: 'running',
    dueAt: due === 'overdue' ? { $lt: now } : { $gte: now, $lt: until },
    ...(process && { process: { $in: [...process] } }),
    ...(rule && { 'rule.id': { $in: [...rule] } }),
    ...(orgUnits && { orgUnit: { $in: [...orgUnits] } }),
  };
}

function toDeadline(document: DeadlineDocument): Deadline[] {
  const { _id, recordId, rule, stage, process, orgUnit, anchorAt, dueAt } = document;
  if (dueAt === null) return [];
  return [
    {
      id: _id,
      recordId,
      rule,
      anchorAt,
      dueAt,
      ...(stage === undefined ? {} : { stage }),
      ...(process === undefined ? {} : { process }),
      ...(orgUnit === undefined ? {} : { orgUnit }),
    },
  ];
}

function after(cursor: string): Filter<DeadlineDocument> {
  const [time, id] = readPageCursor(cursor);
  const dueAt = new Date(time);
  return { $or: [{ dueAt: { $gt: dueAt } }, { dueAt, _id: { $gt: id } }] };
}
