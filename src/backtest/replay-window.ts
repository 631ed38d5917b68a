import type { Alert } from '../alerts/alert.js';
import type { WindowGroup } from '../engine/assess-window.js';
import type { BusinessEvent } from '../events/business-event.js';
import { compareEvents } from '../events/business-event.js';
import { makeAssessWindows } from '../windows/make-assess-windows.js';
import type { Lane } from './lane.js';
import { makeMemoryWindowStore } from './memory-window-store.js';
import type { Arrival } from './replay-record.js';
import { nextMinute } from './wake-times.js';

/**
 * Replays one group of a window rule: events are handed over as they become known, and judged by the next minute pass, as
 * jobs/watch-windows.ts does.
 *
 * @param arrivals those of the group, by when they became known
 */
export async function replayWindow(
  lane: Lane,
  { id, ruleId, group }: WindowGroup,
  arrivals: readonly Arrival[],
  until: number,
  breathe: () => Promise<void> | undefined,
): Promise<Alert[]> {
  const known = new Map<string, BusinessEvent>();
  const windows = makeMemoryWindowStore();
  const { assessGroup } = makeAssessWindows({
    windows,
    inbox: {
      loadEvents: (keys) =>
        Promise.resolve(
          keys
            .flatMap((key) => known.get(key) ?? [])
            .sort(compareEvents)
            .map((event) => ({ event, recordId: '', partition: 0, status: 'processed', attempts: 0 })),
        ),
    },
    raiseAlerts: lane.raiseAlerts,
    ruleSets: { current: () => lane.ruleSet },
    calendar: lane.calendar,
    looks: lane.looks,
    filled: new Map(),
  });
  for (let from = 0; from < arrivals.length;) {
    const pass = nextMinute(arrivals[from]?.knownAt ?? 0);
    if (pass >= until) break;
    const handed: BusinessEvent[] = [];
    for (; (arrivals[from]?.knownAt ?? Infinity) < pass; from += 1) {
      const { event } = arrivals[from] as Arrival;
      known.set(event.key, event);
      handed.push(event);
    }
    lane.clock = pass;
    const entries = handed.map(({ key, at }) => ({ group: { id, ruleId, group }, eventKey: key, at }));
    await windows.handOver(entries);
    await assessGroup(id);
    await breathe();
  }
  return lane.takeAlerts();
}
