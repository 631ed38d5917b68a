import type { Collection, Filter } from 'mongodb';
import type { Connection } from 'mongoose';
import type { SubjectType } from '../../events/business-event.js';
import { withStoreErrors } from '../../events/store-error.js';
import {
  ROW_FIELDS,
  type StoredRecord,
  type WorkOrderRow,
  type WorkOrderStore,
} from '../../work-orders/work-order-store.js';
import type { WorkOrder } from '../../work-orders/work-order.js';

/** What to list. Lists are alternatives, fields are all required; an absent field does not restrict. */
export interface WorkOrderQuery {
  readonly status?: readonly WorkOrder['status'][];
  readonly subjectType?: readonly SubjectType[];
  readonly process?: readonly string[];
  readonly customerNo?: readonly string[];
  readonly feed?: readonly string[];
  /** Handled or managed by exactly these units; one list for each restriction, all of them required. */
  readonly orgUnits?: readonly (readonly string[])[];
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
}

export interface WorkOrderReader {
  /** In the order of record ids. */
  find(
    query: WorkOrderQuery,
  ): Promise<{ readonly items: readonly WorkOrderRow[]; readonly nextCursor?: string }>;
  get(recordId: string): Promise<StoredRecord | undefined>;
  /** Those that exist. */
  getMany(recordIds: readonly string[]): Promise<ReadonlyMap<string, StoredRecord>>;
}

type WorkOrderDocument = Omit<WorkOrderRow, 'id'> & { readonly _id: string };

/** Work orders for the API: lists by the query fields of the collection `workOrders`, one record by its store. */
export function makeWorkOrderReader(deps: {
  readonly connection: Connection;
  readonly store: Pick<WorkOrderStore, 'get' | 'loadRecords'>;
}): WorkOrderReader {
  const rows = deps.connection.collection('workOrders') as unknown as Collection<WorkOrderDocument>;
  return withStoreErrors<WorkOrderReader>({
    async find(query) {
      const documents = await rows
        .find(filterOf(query))
        .project<WorkOrderDocument>(ROW_FIELDS)
        .sort({ _id: 1 })
        .limit(query.limit + 1)
        .toArray();
      const items = documents
        .slice(0, query.limit)
        .map(({ _id, ...row }): WorkOrderRow => ({ id: _id, ...row }));
      const last = items.at(-1);
      return documents.length > query.limit && last
        ? { items, nextCursor: Buffer.from(last.id, 'utf8').toString('base64url') }
        : { items };
    },
    get: (recordId) => deps.store.get(recordId),
    getMany: (recordIds) => deps.store.loadRecords(recordIds),
  });
}

function filterOf(query: WorkOrderQuery): Filter<WorkOrderDocument> {
  const { status, subjectType, process, customerNo, feed, orgUnits = [], cursor } = query;
  const lists = Object.entries({ status, subjectType, process, customerNo, feed }).filter(
    ([, values]) => values,
  );
  return {
    ...Object.fromEntries(lists.map(([field, values]) => [field, { $in: [...(values ?? [])] }])),
    ...(cursor === undefined ? {} : { _id: { $gt: Buffer.from(cursor, 'base64url').toString('utf8') } }),
    ...(orgUnits.length === 0 ? {} : { $and: orgUnits.map(ofUnits) }),
  };
}

function ofUnits(units: readonly string[]): Filter<WorkOrderDocument> {
  return { $or: [{ orgUnit: { $in: [...units] } }, { managingUnit: { $in: [...units] } }] };
}
