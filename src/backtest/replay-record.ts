import type { Alert } from '../alerts/alert.js';
import type { BusinessEvent } from '../events/business-event.js';
import { compareEvents } from '../events/business-event.js';
import { makeHandleEvents, type HandleEventDeps } from '../handle-event.js';
import type { FeedTimeline } from './feed-timeline.js';
import type { Lane } from './lane.js';
import { lastSweep, nextWake } from './wake-times.js';

/** An event, and when it became known. */
export interface Arrival {
  readonly event: BusinessEvent;
  /** Epoch ms. */
  readonly knownAt: number;
}

/** A record that could not be folded: its error, and since when. */
export interface ReplayFailure {
  readonly recordId: string;
  readonly message: string;
}

/** Replays one record after the other through a rule set. */
export type ReplayRecord = (
  recordId: string,
  arrivals: readonly Arrival[],
  until: number,
) => Promise<{ readonly alerts: Alert[]; readonly failure?: ReplayFailure }>;

type Stored =
  Awaited<ReturnType<HandleEventDeps['records']['loadRecords']>> extends Map<string, infer S> ? S : never;

/**
 * Lets the service's own story (handle-event.ts) run over the events of a record, on stores that hold this one record:
 * events as they became known, and between them the passes that the service would have made, each at its time by the lane's
 * clock. So alerts are raised, closed and taken back when the service would have, knowing what it knew then.
 *
 * Records share nothing but what is known of their feeds: one at a time is enough, and only its events are in memory.
 */
export function makeReplayRecord(lane: Lane, feeds: FeedTimeline): ReplayRecord {
  const known = new Map<string, BusinessEvent>();
  let current: { readonly recordId: string; stored: Stored | undefined } = {
    recordId: '',
    stored: undefined,
  };
  const load = () =>
    Promise.resolve(new Map(current.stored ? [[current.recordId, current.stored] as const] : []));

  const { handleChunk, advanceRecords } = makeHandleEvents({
    inbox: {
      loadEvents: (keys) =>
        Promise.resolve(
          keys
            .flatMap((key) => known.get(key) ?? [])
            .sort(compareEvents)
            .map((event) => ({
              event,
              recordId: current.recordId,
              partition: 0,
              status: 'received' as const,
              attempts: 0,
            })),
        ),
      loadByRecords: () =>
        Promise.resolve(new Map([[current.recordId, [...known.values()].sort(compareEvents)]])),
      markProcessed: () => Promise.resolve([]),
    },
    records: {
      loadRecords: load,
      loadRecent: load,
      replaceRecords(writes) {
        for (const { expectedRevision, record } of writes)
          current.stored = { revision: expectedRevision + 1, record };
        return Promise.resolve({ written: writes.map(({ recordId }) => recordId), conflicted: [] });
      },
      settle: (records) => Promise.resolve(records.length),
      loadRevisions: () =>
        Promise.resolve(new Map(current.stored ? [[current.recordId, current.stored.revision]] : [])),
    },
    raiseAlerts: lane.raiseAlerts,
    feeds: {
      touch: () => Promise.resolve(),
      horizonOf: (feed, now) => feeds.horizonOf(feed, now),
    },
    ruleSets: { current: () => lane.ruleSet },
    calendar: lane.calendar,
    now: () => lane.clock,
    observe: { looks: lane.looks, alerts: () => undefined, refolded: () => undefined },
  });

  async function passTimeUntil(until: number): Promise<ReplayFailure | undefined> {
    for (;;) {
      const record = current.stored?.record;
      const wake = record && (await nextWake(lane.context, record, feeds, lane.clock, until));
      if (!wake) return undefined;
      lane.clock = wake.at;
      const { failed } = await advanceRecords([current.recordId], wake.passage);
      // The pass would come again each minute, and fail again.
      if (failed.length > 0) return toFailure(failed[0]);
    }
  }

  async function sweepOnceMore(until: number): Promise<ReplayFailure | undefined> {
    const record = current.stored?.record;
    const at = record && lastSweep(lane.context, record, lane.clock, until);
    if (at === undefined) return undefined;
    lane.clock = at;
    return toFailure((await advanceRecords([current.recordId], 'sweep')).failed[0]);
  }

  return async (recordId, arrivals, until) => {
    known.clear();
    current = { recordId, stored: undefined };
    lane.clock = 0;
    let failure: ReplayFailure | undefined;
    for (let from = 0; from < arrivals.length && !failure;) {
      const at = arrivals[from]?.knownAt ?? 0;
      failure = await passTimeUntil(at);
      const keys: string[] = [];
      for (; arrivals[from]?.knownAt === at; from += 1) {
        const event = (arrivals[from] as Arrival).event;
        known.set(event.key, event);
        keys.push(event.key);
      }
      lane.clock = at;
      const { failed } = await handleChunk(keys);
      failure ??= toFailure(failed[0]);
    }
    failure ??= (await passTimeUntil(until)) ?? (await sweepOnceMore(until));
    return { alerts: lane.takeAlerts(), ...(failure && { failure }) };
  };
}

function toFailure(
  failed: { readonly recordId: string; readonly error: unknown } | undefined,
): ReplayFailure | undefined {
  if (!failed) return undefined;
  const { recordId, error } = failed;
  return { recordId, message: error instanceof Error ? error.message : String(error) };
}
