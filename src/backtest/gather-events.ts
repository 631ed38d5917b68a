import { windowGroupsOf, type WindowGroup } from '../engine/assess-window.js';
import { compareEvents, recordIdOf, type BusinessEvent } from '../events/business-event.js';
import { BacktestError } from './backtest-error.js';
import { makeEventArena } from './event-arena.js';
import { makeFeedSigns, type FeedSigns } from './feed-timeline.js';
import { knownAt, type KnownBy } from './known-at.js';
import type { RuleSide } from './lane.js';
import type { Arrival } from './replay-record.js';

/** A group of a window rule, and where its events are. */
export interface GatheredGroup {
  readonly group: WindowGroup;
  readonly places: number[];
}

/** All events of a backtest by what they are replayed with. */
export interface Gathered {
  readonly count: number;
  /** Left out: became known at or after the end. */
  readonly later: number;
  /** Left out: the same source and id came before. */
  readonly duplicates: number;
  readonly firstKnown: number;
  readonly lastKnown: number;
  /** Where the events of a record are. */
  readonly records: ReadonlyMap<string, readonly number[]>;
  /** For each side, by group id. */
  readonly groups: readonly ReadonlyMap<string, GatheredGroup>[];
  readonly signs: FeedSigns;
  /** The events at these places as they became known; of those known at once, in the order they happened. */
  readonly arrivals: (places: readonly number[]) => Arrival[];
}

export interface GatherOptions {
  readonly events: AsyncIterable<readonly BusinessEvent[]>;
  readonly knownBy: KnownBy;
  /** What became known before is left out. */
  readonly since: number;
  /** Exclusive. */
  readonly to: number;
  readonly sides: readonly RuleSide[];
  readonly maxEvents: number;
  readonly onRead: (count: number) => Promise<void> | undefined;
}

/** Reads all events that became known before `to`. @throws BacktestError where there are too many */
export async function gatherEvents(options: GatherOptions): Promise<Gathered> {
  const { sides, knownBy, since, to, maxEvents, onRead } = options;
  const arena = makeEventArena();
  const keys = new Set<string>();
  const records = new Map<string, number[]>();
  const groups = sides.map(() => new Map<string, GatheredGroup>());
  const signs = makeFeedSigns();
  const times: number[] = [];
  let later = 0;
  let duplicates = 0;
  let firstKnown = Infinity;
  let lastKnown = -Infinity;

  function add(event: BusinessEvent): void {
    const known = knownAt(event, knownBy);
    if (known < since) return;
    if (known >= to) {
      later += 1;
      return;
    }
    if (keys.has(event.key)) {
      duplicates += 1;
      return;
    }
    if (keys.size >= maxEvents)
      throw new BacktestError(
        `There are more than ${maxEvents} events. Narrow the period, or read fewer days before it (--history).`,
      );
    keys.add(event.key);
    const place = arena.add(event);
    times.push(known);
    firstKnown = Math.min(firstKnown, known);
    lastKnown = Math.max(lastKnown, known);
    signs.add(event, known);
    const [side] = sides;
    const date = side?.calendar.dateOf(event.at) ?? '';
    const recordId = recordIdOf(event.type, event.subject, date);
    const places = records.get(recordId);
    if (places) places.push(place);
    else records.set(recordId, [place]);
    for (const [index, { ruleSet }] of sides.entries())
      for (const group of windowGroupsOf(ruleSet, event)) {
        const known = groups[index]?.get(group.id);
        if (known) known.places.push(place);
        else groups[index]?.set(group.id, { group, places: [place] });
      }
  }

  for await (const batch of options.events) {
    for (const event of batch) add(event);
    await onRead(keys.size);
  }
  return {
    count: keys.size,
    later,
    duplicates,
    firstKnown,
    lastKnown,
    records,
    groups,
    signs,
    arrivals: (places) =>
      places
        .map((place): Arrival => ({ event: arena.get(place), knownAt: times[place] ?? 0 }))
        .sort((a, b) => a.knownAt - b.knownAt || compareEvents(a.event, b.event)),
  };
}
