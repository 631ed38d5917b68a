import type { Collection, Filter } from 'mongodb';
import type { Connection } from 'mongoose';
import type { RiskKind, Severity } from '../engine/rule-file.js';
import { withStoreErrors } from '../events/store-error.js';
import { readPageCursor, writePageCursor } from '../page-cursor.js';
import type { Alert, AlertStatus } from './alert.js';

/** What to list. Lists are alternatives, fields are all required; an absent field does not restrict, an empty list matches nothing. */
export interface AlertQuery {
  readonly status?: readonly AlertStatus[];
  readonly severity?: readonly Severity[];
  readonly kind?: readonly RiskKind[];
  /** Rule ids. */
  readonly rule?: readonly string[];
  /** Exactly these units; whoever asks resolves what is below them. */
  readonly orgUnits?: readonly string[];
  /** Work order nos. or codes of halls, org units, feeds. */
  readonly subject?: readonly string[];
  readonly process?: readonly string[];
  /** Last happened at or after `from` and before `to`. */
  readonly from?: Date;
  readonly to?: Date;
  /** Alerts of rules in shadow: without them (default), only them, or both. */
  readonly shadow?: 'without' | 'only' | 'with';
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
}

export interface AlertPage {
  readonly items: Alert[];
  /** Absent on the last page. */
  readonly nextCursor?: string;
}

/** Reading alerts; writing is alert-store.ts, which also owns the indexes. */
export interface AlertReader {
  /** @throws InvalidRequestError on a cursor that this list did not give */
  find(query: AlertQuery): Promise<AlertPage>;
  get(id: string): Promise<Alert | undefined>;
  /** All alerts of one record, oldest first. */
  listByRecord(recordId: string): Promise<Alert[]>;
}

type AlertDocument = Omit<Alert, 'id'> & { readonly _id: string };

/**
 * Alerts in MongoDB, collection `alerts`, those that happened last first. Paging goes on after the last item seen
 * (`lastAt`, `_id`), so what is inserted meanwhile neither repeats nor hides an item. An alert that recurs meanwhile
 * moves to the front, where a later first page shows it.
 */
export function makeAlertReader(connection: Connection): AlertReader {
  const alerts = connection.collection('alerts') as unknown as Collection<AlertDocument>;
  return withStoreErrors<AlertReader>({
    async find(query) {
      const documents = await alerts
        .find({ $and: [filterOf(query), ...(query.cursor === undefined ? [] : [after(query.cursor)])] })
        .sort({ lastAt: -1, _id: -1 })
        .limit(query.limit + 1)
        .toArray();
      const items = documents.slice(0, query.limit).map(toAlert);
      const last = items.at(-1);
      return documents.length > query.limit && last
        ? { items, nextCursor: writePageCursor([last.lastAt.getTime(), last.id]) }
        : { items };
    },
    async get(id) {
      const document = await alerts.findOne({ _id: id });
      return document ? toAlert(document) : undefined;
    },
    async listByRecord(recordId) {
      const documents = await alerts.find({ recordId }).toArray();
      return documents
        .map(toAlert)
        .sort((a, b) => a.firstAt.getTime() - b.firstAt.getTime() || (a.id < b.id ? -1 : 1));
    },
  });
}

function filterOf(query: AlertQuery): Filter<AlertDocument> {
  const { shadow = 'without', from, to } = query;
  const any = <Value>(values: readonly Value[] | undefined) => (values ? { $in: [...values] } : undefined);
  const fields = {
    status: any(query.status),
    severity: any(query.severity),
    'riskPoint.kind': any(query.kind),
    'rule.id': any(query.rule),
    orgUnit: any(query.orgUnits),
    process: any(query.process),
    shadow: shadow === 'with' ? undefined : shadow === 'only',
    lastAt: from || to ? { ...(from && { $gte: from }), ...(to && { $lt: to }) } : undefined,
    $or: query.subject?.flatMap(ofSubject),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** By the index on `recordId`: the record of a work order is its no.; a hall, org unit or feed has one a day. */
function ofSubject(subject: string): Filter<AlertDocument>[] {
  const days = ['hall', 'orgUnit', 'feed'].map((kind) => ({
    // `A` follows `@`: everything that begins with `kind:subject@`.
    recordId: { $gte: `${kind}:${subject}@`, $lt: `${kind}:${subject}A` },
  }));
  return [{ recordId: subject }, ...days];
}

function toAlert({ _id, ...rest }: AlertDocument): Alert {
  return { id: _id, ...rest };
}

function after(cursor: string): Filter<AlertDocument> {
  const [time, id] = readPageCursor(cursor);
  const lastAt = new Date(time);
  return { $or: [{ lastAt: { $lt: lastAt } }, { lastAt, _id: { $lt: id } }] };
}
