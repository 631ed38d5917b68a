import type { Connection } from 'mongoose';
import { makeAlertStore } from '../../src/alerts/alert-store.js';
import { makeEventStore } from '../../src/events/event-store.js';
import { partitionOf } from '../../src/events/partition-of.js';
import type { JsonObject } from '../../src/json.js';
import { makeDeadlineStore } from '../../src/work-orders/deadline-store.js';
import { makeWindowStore } from '../../src/windows/window-store.js';
import { makeWorkOrderStore } from '../../src/work-orders/work-order-store.js';

/** A CloudEvent as parsed, taken on trust. */
export interface PlainEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly data: JsonObject;
}

interface EventRow {
  readonly _id: string;
  readonly type: string;
  readonly recordId: string;
  readonly at: Date;
  readonly data: JsonObject;
}
interface OrderRow {
  readonly _id: string;
  revision: number;
  status: string;
  subjectType: string;
  updatedAt: Date;
  /** On the due list: it moves with every event, as the next limit of a work order does. */
  nextLookAt: Date;
  /** What the events brought; as large as what the service keeps of them. */
  readonly told: object[];
}

/** What the service stores for a thousand events, besides the events and their work orders. */
export interface StoredInThousand {
  readonly alerts: number;
  readonly windowEntries: number;
}

/** As long as a real one. */
const HASH = 'x'.repeat(43);
const ALERT_FACTS = Object.fromEntries(
  Array.from({ length: 46 }, (_, i) => [`fact${i}`, 'as long as a value is']),
);

/**
 * Writes and reads of a pipeline that evaluates nothing. Its collections have the very indexes of the service, and its
 * documents the fields that are indexed: an index is part of what it costs to store a document.
 */
export async function makeBareStores(
  connection: Connection,
  { partitions, inThousand }: { readonly partitions: number; readonly inThousand: StoredInThousand },
) {
  await makeEventStore(connection).init();
  await makeWorkOrderStore(connection).init();
  await makeDeadlineStore(connection).init();
  await makeAlertStore(connection).init();
  await makeWindowStore(connection, Date.now).init();
  const events = connection.collection<EventRow & JsonObject>('events');
  const orders = connection.collection<OrderRow>('workOrders');
  const alerts = connection.collection('alerts');
  const windowEntries = connection.collection<{ _id: string }>('windowEntries');
  let owed = 0;
  let entriesOwed = 0;

  return {
    async insertEvents(batch: readonly PlainEvent[]): Promise<{ key: string; partition: number }[]> {
      const rows = batch.map((event) => ({
        _id: `${event.source} ${event.id}`,
        source: event.source,
        id: event.id,
        type: event.type,
        subject: event.subject,
        recordId: event.subject,
        partition: partitionOf(event.subject, partitions),
        at: new Date(event.time),
        receivedAt: new Date(),
        data: event.data,
        hash: HASH,
        status: 'received',
        attempts: 0,
      }));
      await events.insertMany(rows as never, { ordered: false });
      return rows.map(({ _id, partition }) => ({ key: _id, partition }));
    },

    async handleChunk(keys: readonly string[]): Promise<void> {
      const rows = await events.find({ _id: { $in: [...keys] } } as never).toArray();
      const bySubject = new Map<string, EventRow[]>();
      for (const row of rows as unknown as EventRow[]) {
        const others = bySubject.get(row.recordId);
        if (others) others.push(row);
        else bySubject.set(row.recordId, [row]);
      }
      const found = await orders.find({ _id: { $in: [...bySubject.keys()] } }).toArray();
      const stored = new Map(found.map((order) => [order._id, order]));
      const raised: object[] = [];
      const entries: { _id: string; groupId: string; at: Date; handedAt: Date }[] = [];
      const writes = [...bySubject].map(([_id, news]) => {
        const order = stored.get(_id) ?? {
          _id,
          revision: 0,
          status: 'open',
          subjectType: 'workOrder',
          updatedAt: new Date(),
          nextLookAt: new Date(),
          told: [],
        };
        order.revision += 1;
        order.updatedAt = new Date();
        order.nextLookAt = news.at(-1)?.at ?? order.nextLookAt;
        for (const { type, at, data, _id: key } of news) {
          order.told.push({ key, type, at: at.getTime(), ...data });
          owed += inThousand.alerts / 1_000;
          if (owed >= 1) {
            owed -= 1;
            raised.push(toAlert(key, _id, at));
          }
          entriesOwed += inThousand.windowEntries / 1_000;
          for (; entriesOwed >= 1; entriesOwed -= 1) {
            const groupId = `a-window-rule|${type}|${entries.length % 4}`;
            entries.push({ _id: `${groupId}|${key}`, groupId, at, handedAt: new Date() });
          }
        }
        return { replaceOne: { filter: { _id }, replacement: withoutId(order), upsert: true } };
      });
      await orders.bulkWrite(writes, { ordered: false });
      if (raised.length > 0) await alerts.insertMany(raised, { ordered: false });
      if (entries.length > 0) await windowEntries.insertMany(entries, { ordered: false });
      await events.updateMany(
        { _id: { $in: [...keys] } },
        {
          $set: { status: 'processed' } as never,
        },
      );
    },
  };
}

function toAlert(key: string, recordId: string, at: Date): object {
  return {
    _id: `alert-${key}`,
    fingerprint: `rule|${key}`,
    recordId,
    status: 'open',
    open: true,
    orgUnit: '334010101',
    lastAt: at,
    nextLookAt: at,
    outbox: new Date(),
    title: HASH,
    facts: ALERT_FACTS,
  };
}
function withoutId({ _id, ...rest }: OrderRow): Omit<OrderRow, '_id'> {
  return rest;
}
