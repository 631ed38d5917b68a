import { Schema } from 'mongoose';
import type { Connection } from 'mongoose';
import { feedStateOf } from './feed-state.js';

/** A source of events that may fall silent. */
export interface Feed {
  readonly feed: string;
  /** Newest occurred time among its events. */
  readonly lastSeenAt: Date;
  /** Newest heartbeat; absent for a feed that never promised to give signs of life. */
  readonly lastHeartbeatAt?: Date;
  /** Set while it is silent: its last sign of life. */
  readonly silentSince?: Date;
  /** The business date of the newest sweep that has not looked at its work orders because it was silent. */
  readonly sweepOwed?: string;
}

/** A sign of life of a feed. */
export interface FeedSign {
  /** Occurred time, epoch ms. */
  readonly at: number;
  /** True when a heartbeat was among the events. */
  readonly heartbeat: boolean;
}

/** Collection `feeds`, `_id` = feed. */
export interface FeedStore {
  /** How long one that sends heartbeats may give no sign of life. */
  readonly silentAfterMs: number;
  init(): Promise<void>;
  /** Takes note of signs of life, in one bulk write; older ones than known change nothing. */
  touch(signs: ReadonlyMap<string, FeedSign>): Promise<void>;
  /** Feeds that have sent heartbeats and then nothing for longer than `silentAfterMs`. */
  silentFeeds(now: number): Promise<Feed[]>;
  /** Marks the silent feeds and unmarks those that speak again; answers those whose state changed. */
  updateSilence(now: number): Promise<{ readonly fellSilent: Feed[]; readonly resumed: Feed[] }>;
  /**
   * Up to when the absence of an event may be believed: `now`, but for a silent feed its last sign of life. A feed that
   * never sent a heartbeat, an unknown feed and no feed at all are believed. From a copy up to `cacheMs` old.
   */
  horizonOf(feed: string | undefined, now: number): Promise<number>;
  /** Takes note that the sweep of a business date is still to look at the work orders of these feeds. */
  oweSweep(feeds: readonly string[], date: string): Promise<void>;
  /** Feeds that speak (again) and are owed a sweep. */
  sweepsOwed(now: number): Promise<readonly { readonly feed: string; readonly date: string }[]>;
  /** The sweep of this date, and any before it, has looked at the feed's work orders. */
  settleSweep(feed: string, date: string): Promise<void>;
  /** By name. */
  list(): Promise<Feed[]>;
}

export interface FeedStoreOptions {
  /** How long a feed may give no sign of life before it counts as silent. */
  readonly silentAfterMs: number;
  /** Epoch ms, for the age of the copy. */
  readonly now: () => number;
  /** Default 2 000. */
  readonly cacheMs?: number;
}

interface FeedDocument extends Omit<Feed, 'feed'> {
  readonly _id: string;
}

export function makeFeedStore(connection: Connection, options: FeedStoreOptions): FeedStore {
  const { silentAfterMs, now: clock, cacheMs = 2_000 } = options;
  const schema = new Schema(
    { _id: String, lastSeenAt: Date, lastHeartbeatAt: Date, silentSince: Date, sweepOwed: String },
    { collection: 'feeds', versionKey: false },
  );
  const model = connection.models['Feed'] ?? connection.model('Feed', schema);
  const feeds = connection.collection<FeedDocument>('feeds');
  /** There are few feeds and many work orders: the whole collection, read again when it is too old. */
  let copy: { readonly at: number; readonly docs: Promise<ReadonlyMap<string, FeedDocument>> } | undefined;

  async function readAll(): Promise<ReadonlyMap<string, FeedDocument>> {
    const docs = await feeds.find().toArray();
    return new Map(docs.map((doc) => [doc._id, doc]));
  }

  function readCopy(): Promise<ReadonlyMap<string, FeedDocument>> {
    if (copy && clock() - copy.at < cacheMs) return copy.docs;
    const docs = readAll();
    const mine = { at: clock(), docs };
    copy = mine;
    docs.catch(() => {
      if (copy === mine) copy = undefined;
    });
    return docs;
  }

  const isSilent = (doc: FeedDocument, now: number): boolean =>
    feedStateOf(doc, silentAfterMs, now) === 'silent';

  return {
    silentAfterMs,

    async init() {
      await model.init();
    },

    async touch(signs) {
      if (signs.size === 0) return;
      await feeds.bulkWrite(
        [...signs].map(([_id, { at, heartbeat }]) => ({
          updateOne: {
            filter: { _id },
            update: {
              $max: { lastSeenAt: new Date(at), ...(heartbeat ? { lastHeartbeatAt: new Date(at) } : {}) },
            },
            upsert: true,
          },
        })),
        { ordered: false },
      );
      copy = undefined;
    },

    async silentFeeds(now) {
      const docs = await readAll();
      return [...docs.values()].filter((doc) => isSilent(doc, now)).map(toFeed);
    },

    async updateSilence(now) {
      const docs = [...(await readAll()).values()];
      const fellSilent = docs
        .filter((doc) => isSilent(doc, now) && !doc.silentSince)
        .map((doc) => ({ ...doc, silentSince: doc.lastSeenAt }));
      const resumed = docs.filter((doc) => !isSilent(doc, now) && doc.silentSince);
      const changes = [
        ...fellSilent.map(({ _id, lastSeenAt }) => ({
          updateOne: { filter: { _id, lastSeenAt }, update: { $set: { silentSince: lastSeenAt } } },
        })),
        ...resumed.map(({ _id }) => ({
          updateOne: { filter: { _id }, update: { $unset: { silentSince: 1 as const } } },
        })),
      ];
      if (changes.length > 0) await feeds.bulkWrite(changes, { ordered: false });
      copy = undefined;
      return { fellSilent: fellSilent.map(toFeed), resumed: resumed.map(toFeed) };
    },

    async horizonOf(feed, now) {
      if (feed === undefined) return now;
      const doc = (await readCopy()).get(feed);
      return doc && isSilent(doc, now) ? doc.lastSeenAt.getTime() : now;
    },

    async oweSweep(owed, date) {
      if (owed.length === 0) return;
      await feeds.updateMany({ _id: { $in: [...owed] } }, { $max: { sweepOwed: date } });
    },

    async sweepsOwed(now) {
      const docs = [...(await readAll()).values()];
      return docs.flatMap((doc) =>
        doc.sweepOwed === undefined || isSilent(doc, now) ? [] : [{ feed: doc._id, date: doc.sweepOwed }],
      );
    },

    async settleSweep(feed, date) {
      await feeds.updateOne({ _id: feed, sweepOwed: { $lte: date } }, { $unset: { sweepOwed: 1 } });
    },

    async list() {
      const docs = [...(await readAll()).values()];
      return docs.map(toFeed).sort((a, b) => (a.feed < b.feed ? -1 : 1));
    },
  };
}

function toFeed({ _id, ...rest }: FeedDocument): Feed {
  return { feed: _id, ...rest };
}
