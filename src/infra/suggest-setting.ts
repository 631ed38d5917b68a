/** Names that others use for the same thing. */
const ALIASES: Readonly<Record<string, string>> = {
  MONGO_URL: 'MONGODB_URI',
  MONGO_URI: 'MONGODB_URI',
  MONGODB: 'MONGODB_URI',
  DATABASE_URL: 'MONGODB_URI',
  REDIS: 'REDIS_URL',
  LOGLEVEL: 'LOG_LEVEL',
  TIMEZONE: 'TZ_BUSINESS',
};
/** Shorter names are near to too many others (HOST, HOME). */
const SHORTEST_COMPARED = 7;
const FARTHEST = 2;

/**
 * The setting that was probably meant by a variable that is none: one a slip of the pen away, or with
 * `YXRISK_` in front. Undefined for a variable that is nothing of ours.
 */
export function suggestSetting(variable: string, settings: readonly string[]): string | undefined {
  if (settings.includes(variable)) return undefined;
  const bare = variable.replace(/^YXRISK_/i, '').toUpperCase();
  if (settings.includes(bare)) return bare;
  const alias = ALIASES[bare];
  if (alias !== undefined) return alias;
  if (bare.length < SHORTEST_COMPARED) return undefined;
  const near = settings
    .filter((name) => name.length >= SHORTEST_COMPARED)
    .map((name) => ({ name, distance: editDistance(bare, name) }))
    .filter(({ distance }) => distance <= FARTHEST)
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.name;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
