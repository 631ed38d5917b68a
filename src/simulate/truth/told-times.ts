import type { JsonValue } from '../../json.js';
import { dateOf, instantOf } from '../office-time.js';

type Told = JsonValue | undefined;

/** Instants are epoch ms, days `YYYY-MM-DD`; where one is a day, both are. */
export function compareTimes(a: Told, b: Told): number | undefined {
  const [left, right] = [toTime(a), toTime(b)];
  if (left === undefined || right === undefined) return undefined;
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const [one, other] = [left, right].map((time) => (typeof time === 'number' ? dateOf(time) : time)) as [string, string]; // prettier-ignore
  return one < other ? -1 : one > other ? 1 : 0;
}

/** An instant or a day, as it was told. */
export function toTime(value: Told): number | string | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return value;
  const local = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})$/.exec(value);
  if (local) return instantOf(local[1] ?? '', local[2] ?? '');
  const at = Date.parse(value);
  return /T.*(Z|[+-]\d{2}:\d{2})$/.test(value) && !Number.isNaN(at) ? at : undefined;
}
