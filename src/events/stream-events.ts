import type { Collection } from 'mongodb';
import type { Connection } from 'mongoose';
import type { BusinessEvent } from './business-event.js';
import { toBusinessEvent, type EventDocument } from './event-document.js';
import { asStoreError } from './store-error.js';

const PAGE = 2_000;

/**
 * All events of the inbox that are not dead, in the order of their keys, page by page. By key instead of a long-lived
 * cursor: the server forgets an idle one, and a reader may take its time. Reads the whole collection: for a backtest, not
 * for the event path.
 *
 * @throws StoreUnavailableError when MongoDB cannot be reached
 */
export async function* streamEvents(
  connection: Connection,
  { receivedBefore }: { readonly receivedBefore?: number } = {},
): AsyncGenerator<BusinessEvent[]> {
  const events = connection.collection('events') as unknown as Collection<EventDocument>;
  const filter = {
    status: { $ne: 'dead' as const },
    ...(receivedBefore !== undefined && { receivedAt: { $lt: new Date(receivedBefore) } }),
  };
  let after: string | undefined;
  for (;;) {
    const documents = await events
      .find(after === undefined ? filter : { ...filter, _id: { $gt: after } })
      .sort({ _id: 1 })
      .limit(PAGE)
      .toArray()
      .catch((error: unknown) => {
        throw asStoreError(error);
      });
    if (documents.length > 0) yield documents.map(toBusinessEvent);
    if (documents.length < PAGE) return;
    after = documents.at(-1)?._id;
  }
}
