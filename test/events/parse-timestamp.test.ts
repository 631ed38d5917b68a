import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDateText, parseTimestamp } from '../../src/events/parse-timestamp.js';

describe('parseTimestamp', () => {
  it.each([
    ['2026-11-20T09:30:00+08:00', '2026-11-20T01:30:00.000Z'],
    ['2026-11-20t09:30:00z', '2026-11-20T09:30:00.000Z'],
    ['2024-02-29T23:59:59.9999+00:00', '2024-02-29T23:59:59.999Z'],
    ['2000-02-29T00:00:00-03:30', '2000-02-29T03:30:00.000Z'],
    ['2026-01-01T00:30:00.5+14:00', '2025-12-31T10:30:00.500Z'],
    ['2026-01-01T00:00:00.123456789Z', '2026-01-01T00:00:00.123Z'],
    ['2026-12-31T23:59:59-00:00', '2026-12-31T23:59:59.000Z'],
    ['0099-03-01T00:00:00Z', '0099-03-01T00:00:00.000Z'],
  ])('reads %s', (text, iso) => {
    expect(new Date(parseTimestamp(text)).toISOString()).toBe(iso);
  });

  const format = 'is not an RFC 3339 time such as 2026-11-20T09:30:00+08:00';
  it.each([
    ['2026-02-30T09:00:00+08:00', 'names a day that does not exist'],
    ['2025-02-29T09:00:00+08:00', 'names a day that does not exist'],
    ['1900-02-29T09:00:00+08:00', 'names a day that does not exist'],
    ['2026-13-01T09:00:00+08:00', 'names a day that does not exist'],
    ['2026-00-10T09:00:00+08:00', 'names a day that does not exist'],
    ['2026-04-00T09:00:00+08:00', 'names a day that does not exist'],
    ['2026-11-20T24:00:00+08:00', 'names a time of day that does not exist'],
    ['2026-11-20T24:60:00+08:00', 'names a time of day that does not exist'],
    ['2026-11-20T09:00:61+08:00', 'names a time of day that does not exist'],
    ['2016-12-31T23:59:60Z', 'names a leap second, which is not accepted; write second 59'],
    ['2026-11-20T09:30:00', 'has no offset from UTC; write it at the end, e.g. 2026-11-20T09:30:00+08:00'],
    ['2026-11-20T09:30:00+24:00', 'names an offset that does not exist; offsets go from -12:00 to +14:00'],
    ['2026-11-20T09:30:00+08:60', 'names an offset that does not exist; offsets go from -12:00 to +14:00'],
    ['2026-11-20T09:30:00+0800', format],
    ['2026-11-20 09:30:00+08:00', format],
    ['2026-11-20T09:30+08:00', format],
    ['2026-11-20', format],
    ['20261120T093000Z', format],
    ['1795138200000', format],
    ['', format],
    [' 2026-11-20T09:30:00Z', format],
    ['２０２６-11-20T09:30:00Z', format],
  ])('refuses %p', (text, message) => {
    expect(parseTimestamp(text)).toBe(message);
  });

  it('reads back every instant to the millisecond, whatever the offset it is written with', () => {
    const instant = fc.date({
      min: new Date('1970-01-02T00:00:00Z'),
      max: new Date('2199-12-30T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instant, fc.integer({ min: -720, max: 840 }), (date, offset) => {
        const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1);
        const sign = offset < 0 ? '-' : '+';
        const two = (n: number) => String(n).padStart(2, '0');
        const written = `${local}${sign}${two(Math.trunc(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
        expect(parseTimestamp(written)).toBe(date.getTime());
      }),
    );
  });
});

describe('isDateText', () => {
  it.each(['2026-11-20', '2024-02-29', '2000-02-29'])('takes %s', (text) => {
    expect(isDateText(text)).toBe(true);
  });
  it.each(['2026-02-29', '2026-1-1', '2026-11-31', '2026-11-20T00:00:00Z', '20261120', ''])(
    'refuses %p',
    (text) => {
      expect(isDateText(text)).toBe(false);
    },
  );
});
