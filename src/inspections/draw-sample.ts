import { createHash } from 'node:crypto';

/** What to draw from and how much. */
export interface DrawRequest {
  /** Ids; order does not matter, and one given twice counts once. */
  readonly population: readonly string[];
  /** Share of the population, 0–1; the number is rounded up. */
  readonly ratio: number;
  /** At least so many, as far as there are any. */
  readonly floor: number;
  /** At most so many. */
  readonly cap: number;
  /** Whoever knows the seed and the population can draw the same again. */
  readonly seed: string;
}

/**
 * Draw a sample without replacement. Everyone is ranked by the hash of seed and id and the first ones are taken:
 * the same for any order of the population, even over all its members, and checkable with any SHA-256 tool
 * (`printf 'SEED\nID' | sha256sum`).
 * @returns ids in the order of their rank, `sampleSize` many
 * @throws RangeError for a ratio, floor or cap that is out of range
 */
export function drawSample(request: DrawRequest): string[] {
  const { population, seed } = request;
  const ids = [...new Set(population)];
  const size = sampleSize(ids.length, request);
  return ids
    .map((id) => ({ id, rank: createHash('sha256').update(`${seed}\n${id}`).digest('hex') }))
    .sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0))
    .slice(0, size)
    .map(({ id }) => id);
}

/** How many of `count` are drawn: the ratio rounded up, at least `floor`, at most `cap` and all there are. */
export function sampleSize(
  count: number,
  { ratio, floor, cap }: Pick<DrawRequest, 'ratio' | 'floor' | 'cap'>,
): number {
  if (!(ratio >= 0 && ratio <= 1)) throw new RangeError(`sample ratio ${ratio}: expected 0 to 1`);
  if (!(Number.isInteger(floor) && Number.isInteger(cap) && floor >= 0 && floor <= cap))
    throw new RangeError(`sample floor ${floor} and cap ${cap}: expected whole numbers, 0 <= floor <= cap`);
  // 100 × 0.07 is 7.000000000000001 in floating point and must give 7, not 8.
  const share = Math.ceil(Number((count * ratio).toFixed(6)));
  return Math.min(count, cap, Math.max(floor, share));
}
