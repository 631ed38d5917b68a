/** Keys of epoch-ms times in work orders and clocks; never inside what came from outside. */
const TIME_KEY = /^(at|from|to|until|advancedTo|.*At)$/;
const FREE_FORM = new Set(['data', 'attributes', 'fields', 'facts']);

/**
 * A copy in which the epoch-ms times of our own pure objects (`openedAt`, `stages[].arrivedAt`, `warnTimes` …) are
 * ISO 8601 strings. Contents from outside are left as they are, whatever their keys.
 */
export function timesToIso(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => timesToIso(item, key === 'warnTimes' ? 'at' : ''));
  if (typeof value === 'number') return TIME_KEY.test(key) ? new Date(value).toISOString() : value;
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, FREE_FORM.has(name) ? item : timesToIso(item, name)]),
  );
}
