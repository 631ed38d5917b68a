import { readFileSync } from 'node:fs';
import type { BusinessCalendar } from '../../src/calendar/business-calendar.js';
import type { SampleDayTemplate, SampleEvent } from '../../src/events/load-sample-day.js';
import type { JsonObject } from '../../src/json.js';
import { makeRandom } from './random.js';

/** A stream of events as a sales system sends them, in the order in which they occur. */
export interface Load {
  readonly events: readonly JsonObject[];
  readonly orders: number;
  /** Epoch ms after the last event. */
  readonly endsAt: number;
}

export interface LoadRequest {
  readonly calendar: BusinessCalendar;
  /** At least so many events; whole work orders. */
  readonly events: number;
  /** Sets the work orders of one load apart from those of another; letters and digits. */
  readonly prefix: string;
  /** The first business date. */
  readonly from: string;
  /** Business days over which work orders are opened. Default 5. */
  readonly days?: number;
  readonly seed?: number;
  /** One work order in so many has a fault. Default 4: about one alert for a hundred events. */
  readonly oneInFaulty?: number;
}

const TEMPLATE = new URL('../../examples/sample-day/events.json', import.meta.url);
/** Templates tell up to three working days. */
const TEMPLATE_DAYS = 3;

interface Script {
  readonly subject: string;
  readonly events: readonly SampleEvent[];
}

/**
 * Work orders of the sample day (whole lives of 12 to 64 events, clean ones and one of each fault), told again and
 * again under new numbers, begun evenly over some business days: at any time many are open, and neighbours in the
 * stream belong to different ones.
 */
export function tellOrders(request: LoadRequest): Load {
  const { calendar, prefix, days = 5, oneInFaulty = 4 } = request;
  const random = makeRandom(request.seed ?? 1);
  const { clean, faulty } = readScripts();
  const dates = workingDates(calendar, request.from, days + TEMPLATE_DAYS);
  const told: { readonly at: number; readonly event: JsonObject }[] = [];
  let orders = 0;
  while (told.length < request.events) {
    const scripts = orders % oneInFaulty === 0 ? faulty : clean;
    const script = scripts[Math.floor(random() * scripts.length)] as Script;
    const no = `${prefix}${String(orders).padStart(7, '0')}`;
    const firstDay = Math.floor(random() * days);
    const shiftMs = Math.floor(random() * 20 * 60_000);
    told.push(...tell(script, { no, dates, firstDay, shiftMs, calendar }));
    orders += 1;
  }
  told.sort((a, b) => a.at - b.at);
  return { events: told.map(({ event }) => event), orders, endsAt: (told.at(-1)?.at ?? 0) + 1 };
}

interface Telling {
  readonly no: string;
  readonly dates: readonly string[];
  readonly firstDay: number;
  readonly shiftMs: number;
  readonly calendar: BusinessCalendar;
}

function tell(script: Script, { no, dates, firstDay, shiftMs, calendar }: Telling) {
  const dateOf = (day: number) => dates[firstDay + TEMPLATE_DAYS + day] as string;
  const instant = ({ day, time }: { day: number; time: string }) =>
    calendar.instantOf(dateOf(day), time) + shiftMs;
  return script.events.map((event, index) => {
    const at = instant(event);
    const data = JSON.stringify(event.data)
      .replaceAll(script.subject, no)
      .replaceAll('{D}', no)
      .replace(/\{day (-?\d+)\}/g, (_, day: string) => dateOf(Number(day)));
    return {
      at,
      event: {
        specversion: '1.0',
        id: `${no}/${index}`,
        source: '/bench/sales',
        type: event.type,
        subject: no,
        time: new Date(at).toISOString(),
        ...(event.recorded && { recordedtime: new Date(instant(event.recorded)).toISOString() }),
        data: JSON.parse(data) as JsonObject,
      },
    };
  });
}

function readScripts(): { clean: Script[]; faulty: Script[] } {
  const { records, events } = JSON.parse(readFileSync(TEMPLATE, 'utf8')) as SampleDayTemplate;
  const orders = records
    .filter(({ recordId }) => recordId.startsWith('{D}'))
    .map(({ recordId, rules }) => ({
      faulty: rules.length > 0,
      subject: recordId,
      // Each id once and in order: late and repeated delivery is the fault tests' matter.
      events: [
        ...new Map(events.filter(({ subject }) => subject === recordId).map((e) => [e.id, e])).values(),
      ]
        .filter(({ day }) => day >= -TEMPLATE_DAYS)
        .sort((a, b) => a.day - b.day || (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)),
    }));
  return { clean: orders.filter((order) => !order.faulty), faulty: orders.filter((order) => order.faulty) };
}

function workingDates(calendar: BusinessCalendar, from: string, count: number): string[] {
  const dates = [calendar.isWorkingDay(from) ? from : calendar.nextWorkingDay(from)];
  while (dates.length < count) dates.push(calendar.nextWorkingDay(dates.at(-1) as string));
  return dates;
}
