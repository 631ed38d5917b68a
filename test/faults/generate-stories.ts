import type { BusinessCalendar } from '../../src/calendar/business-calendar.js';
import type { JsonObject } from '../../src/json.js';
import { eventAt, FEED, HALLS, type CloudEvent } from './cloud-event.js';
import { tellWorkOrder } from './tell-work-order.js';
import type { Random } from './random.js';

/** An event, and the working day (0 = the first) on which the service hears of it. */
export interface ToldEvent {
  readonly event: CloudEvent;
  readonly day: number;
}

export interface StoriesRequest {
  readonly random: Random;
  /** About how many events. */
  readonly events: number;
  /** Consecutive working days; all events occur on them, before 17:30. */
  readonly days: readonly string[];
  readonly calendar: BusinessCalendar;
}

const LATE = 0.06;
const TWICE = 0.04;

/**
 * Made-up counters at work: work orders with faults of many kinds, halls with queues and incidents. Told as sales systems do:
 * mostly in order, some events later in the day, some days late, some twice.
 */
export function generateStories({ random, events, days, calendar }: StoriesRequest): ToldEvent[] {
  const told: CloudEvent[] = halls(random.fork(), days, calendar);
  for (let serial = 1; told.length < events; serial += 1) {
    const no = String(serial).padStart(6, '0');
    told.push(...tellWorkOrder({ random: random.fork(), no, days, calendar }));
  }
  return tell(random.fork(), told, days, calendar);
}

function halls(random: Random, days: readonly string[], calendar: BusinessCalendar): CloudEvent[] {
  const events: CloudEvent[] = [];
  for (const hall of HALLS) {
    for (const day of days) {
      const tell = (type: string, minute: number, data: JsonObject) => {
        const at = calendar.instantOf(day, '08:30') + minute * 60_000;
        const id = `${hall}/${day}/${String(events.length).padStart(4, '0')}`;
        events.push(eventAt(`hall.${type}`, hall, id, at, { orgUnit: hall, feed: FEED, ...data }));
      };
      for (let minute = 60; minute <= 480; minute += 120) {
        const busy = random.chance(0.2);
        tell('queue.sampled', minute, {
          waiting: busy ? random.int(10, 20) : random.int(0, 9),
          windowsOpen: random.int(1, 5),
          longestWaitMinutes: busy ? random.int(15, 40) : random.int(0, 15),
        });
      }
      if (!random.chance(0.3)) continue;
      const kind = random.pick(['pc', 'system', 'power']);
      const from = random.int(30, 400);
      tell('incident.opened', from, { kind });
      if (random.chance(0.8)) tell('incident.responded', from + random.int(1, 30), { kind });
      tell('incident.closed', from + 60, { kind });
    }
  }
  return events;
}

/** By the day on which each is heard, in an order that is nearly that of occurring, some of them twice. */
function tell(
  random: Random,
  events: readonly CloudEvent[],
  days: readonly string[],
  calendar: BusinessCalendar,
): ToldEvent[] {
  const last = days.length - 1;
  const dayOf = (time: string) => days.findIndex((day) => day >= calendar.dateOf(Date.parse(time)));
  const within = (day: number) =>
    calendar.instantOf(days[day] ?? '', '08:30') + random.next() * 9 * 3_600_000;
  const told = events.flatMap((event) => {
    const known = dayOf(typeof event['recordedtime'] === 'string' ? event['recordedtime'] : event.time);
    const day = random.chance(LATE) ? Math.min(last, known + random.int(1, 3)) : known;
    const soon = Date.parse(event.time) + random.next() * 600_000;
    const first = { event, day, place: day > dayOf(event.time) || random.chance(0.1) ? within(day) : soon };
    if (!random.chance(TWICE)) return [first];
    const again = Math.min(last, day + random.int(0, 1));
    return [first, { event, day: again, place: within(again) }];
  });
  return told.sort((a, b) => a.day - b.day || a.place - b.place).map(({ event, day }) => ({ event, day }));
}
