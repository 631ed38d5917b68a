import type { SampleEvent } from '../../src/events/load-sample-day.js';
import type { JsonObject } from '../../src/json.js';
import type { Hall, Person } from './people.js';

/** A work order being told, event by event, with a clock that keeps office hours. */
export interface Order {
  readonly no: string;
  /** `{D}` and the number: the work order no. carries the sample date. */
  readonly subject: string;
  readonly hall: Hall;
  readonly process: Process;
  readonly customerClass: string;
  readonly clerk: Person;
  readonly checker: Person;
  readonly events: SampleEvent[];
  /** Tells an event at the clock; the org unit and operator are added. Nothing is told after the sample day. */
  tell(type: string, data: JsonObject, extra?: Extra): void;
  /** The same at another moment of the clock's day, without moving the clock. */
  tellAt(day: number, time: string, type: string, data: JsonObject, extra?: Extra): void;
  /** Moves the clock by minutes that belong together. */
  tick(minutes: number): void;
  /** Moves the clock by working minutes: over lunch, and to the next day before the office closes. */
  wait(minutes: number): void;
  /** Where the clock stands. */
  now(): { readonly day: number; readonly time: string };
}
export interface Extra {
  readonly by?: Person;
  readonly unit?: string;
  readonly recorded?: { readonly day: number; readonly time: string };
}

/** A process of rules/catalogue: its stages in order with their work items. */
export interface Process {
  readonly process: string;
  readonly stages: readonly { readonly stage: string; readonly workItem: string }[];
}

export interface OrderSpec {
  readonly no: string;
  readonly hall: Hall;
  readonly process: Process;
  readonly customerClass: string;
  readonly day: number;
  readonly time: string;
}

// Later than this, what goes together would be split by the end-of-day sweep at 17:00.
const LAST_START = minuteOf('16:30');
const LUNCH = { from: minuteOf('11:50'), to: minuteOf('13:35') };
const MORNING = minuteOf('08:40');

export function makeOrder({
  no,
  hall,
  process,
  customerClass,
  day: firstDay,
  time: firstTime,
}: OrderSpec): Order {
  let day = firstDay;
  let minute = minuteOf(firstTime);
  const events: SampleEvent[] = [];
  const subject = `{D}${no}`;
  const number = Number(no);
  const clerk = hall.clerks[number % 2] as Person;

  const tellAt: Order['tellAt'] = (at, time, type, data, { by = clerk, unit = hall.code, recorded } = {}) => {
    if (at > 0) return;
    events.push({
      id: `${no}-${String(events.length + 1).padStart(2, '0')}`,
      day: at,
      time,
      ...(recorded && { recorded }),
      type: `yxzy.${type}`,
      subject,
      data: { ...data, orgUnit: unit, operator: { ...by } },
    });
  };
  const now = () => ({ day, time: timeOf(minute) });
  const settle = () => {
    if (minute > LUNCH.from && minute < LUNCH.to) minute = LUNCH.to + (minute - LUNCH.from);
    if (minute > LAST_START) {
      day += 1;
      minute = MORNING + (number % 7) * 5;
    }
  };
  return {
    no,
    subject,
    hall,
    process,
    customerClass,
    clerk,
    checker: hall.clerks[2],
    events,
    tellAt,
    tell: (type, data, extra) => tellAt(day, timeOf(minute), type, data, extra),
    tick: (minutes) => {
      minute += minutes;
    },
    wait: (minutes) => {
      for (let left = minutes; left > 0; left -= 60) {
        minute += Math.min(60, left);
        settle();
      }
    },
    now,
  };
}

export function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

export function timeOf(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}
