const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/i;
const EXAMPLE = '2026-11-20T09:30:00+08:00';

/**
 * Reads an RFC 3339 time with its offset, which is required: a local time without one is an hour or a day
 * wrong somewhere. Digits beyond milliseconds are dropped.
 *
 * @returns epoch ms, or what is wrong in plain English
 */
export function parseTimestamp(text: string): number | string {
  const match = RFC3339.exec(text);
  if (!match) return `is not an RFC 3339 time such as ${EXAMPLE}`;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as SixNumbers;
  if (!isRealDate(year, month, day)) return 'names a day that does not exist';
  if (second === 60) return 'names a leap second, which is not accepted; write second 59';
  if (hour > 23 || minute > 59 || second > 59) return 'names a time of day that does not exist';
  const offset = match[8];
  if (offset === undefined) return `has no offset from UTC; write it at the end, e.g. ${EXAMPLE}`;
  const offsetMinutes = readOffset(offset);
  if (offsetMinutes === undefined)
    return 'names an offset that does not exist; offsets go from -12:00 to +14:00';
  const fraction = Math.trunc(Number(`0${match[7] ?? ''}`) * 1000 + 1e-6);
  // setUTCFullYear, because Date.UTC takes the years 0 to 99 for 1900 to 1999.
  const at = new Date(Date.UTC(2000, month - 1, day, hour, minute, second, fraction)).setUTCFullYear(
    year,
    month - 1,
    day,
  );
  return at - offsetMinutes * 60_000;
}

/** True for a day of the Gregorian calendar written `YYYY-MM-DD`. */
export function isDateText(text: string): boolean {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  return match !== null && isRealDate(Number(match[1]), Number(match[2]), Number(match[3]));
}

type SixNumbers = [number, number, number, number, number, number];

function isRealDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day <= (days[month - 1] ?? 0);
}

function readOffset(text: string): number | undefined {
  if (text.length === 1) return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(4, 6));
  if (Number(text.slice(4, 6)) > 59) return undefined;
  const signed = text.startsWith('-') ? -minutes : minutes;
  return signed < -12 * 60 || signed > 14 * 60 ? undefined : signed;
}
