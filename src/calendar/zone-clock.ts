import { DAY_MS } from './civil-date.js';

/** Wall-clock time of one IANA zone. Slow (Intl): used to build tables, never per event. */
export interface ZoneClock {
  /** Local time minus UTC at an instant, in ms. */
  offsetAt(at: number): number;
  /**
   * The instant at which the local clock first shows `timeOfDay` ms past midnight of a day (days since
   * 1970-01-01). A time that the zone skips (clocks put forward) gives the instant of the skip; a time that
   * comes twice (clocks put back) gives the first of the two.
   */
  instantOf(day: number, timeOfDay: number): number;
}

const OFFSET = /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/;

/**
 * @param timeZone IANA zone, e.g. Asia/Shanghai
 * @throws RangeError when Node knows no such zone
 */
export function makeZoneClock(timeZone: string): ZoneClock {
  const format = makeOffsetFormat(timeZone);

  function offsetAt(at: number): number {
    const [, sign, hours, minutes, seconds] = OFFSET.exec(format.format(at)) ?? [];
    if (sign === undefined) return 0;
    const size = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0)) * 1000;
    return sign === '-' ? -size : size;
  }

  function instantOf(day: number, timeOfDay: number): number {
    const local = day * DAY_MS + timeOfDay;
    // Offsets lie between -12 h and +14 h, so a day to either side brackets the instant.
    const before = offsetAt(local - DAY_MS);
    const after = offsetAt(local + DAY_MS);
    if (before === after) return local - before;
    const first = local - Math.max(before, after);
    const second = local - Math.min(before, after);
    if (offsetAt(first) === local - first) return first;
    if (offsetAt(second) === local - second) return second;
    return findChange(before, first, second);
  }

  /** The first instant in (from, to] whose offset is no longer `before`. */
  function findChange(before: number, from: number, to: number): number {
    let low = from;
    let high = to;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (offsetAt(middle) === before) low = middle;
      else high = middle;
    }
    return high;
  }

  return { offsetAt, instantOf };
}

function makeOffsetFormat(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset', year: 'numeric' });
  } catch (cause) {
    throw new RangeError(`"${timeZone}" is no time zone: expected an IANA name such as Asia/Shanghai`, {
      cause,
    });
  }
}
