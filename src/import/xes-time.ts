import { parseTimestamp } from '../events/parse-timestamp.js';

const HAS_OFFSET = /(Z|[+-]\d\d:\d\d)$/i;

/**
 * A date-time of a log exactly as it is written; one without an offset gets `offset`.
 *
 * @param key the attribute it stands in, for the error
 * @throws {Error} where it is no date-time, names a day that does not exist, or no offset is known
 */
export function withOffset(key: string, text: string, offset: string | undefined): string {
  const whole = offset === undefined || HAS_OFFSET.test(text) ? text : text + offset;
  const result = parseTimestamp(whole);
  if (typeof result === 'number') return whole;
  const hint =
    HAS_OFFSET.test(whole) || !/^\d{4}-\d\d-\d\dT/.test(whole)
      ? ''
      : ' (or give the log\'s offset in the mapping: "offset")';
  throw new Error(`${key} "${text.slice(0, 60)}" ${result}${hint}.`);
}
