import { drawSample, sampleSize } from './draw-sample.js';

/** More than any weight: a stratum without a place goes first. */
const FIRST = 1e12;

/** One that may be drawn, and the stratum (team, process) it belongs to. */
export interface StratumMember {
  readonly id: string;
  readonly stratum: string;
}

export interface StratifiedDrawRequest {
  /** In any order; an id given twice counts once. */
  readonly population: readonly StratumMember[];
  readonly ratio: number;
  readonly floor: number;
  readonly cap: number;
  readonly seed: string;
  /** How much more often a stratum is looked at for what was found in it, above 0; absent = 1. */
  readonly risk?: ReadonlyMap<string, number>;
}

/** What was drawn, in order of strata and of rank within each. */
export interface StratifiedDraw {
  readonly drawn: readonly StratumMember[];
  /** How many were there and drawn in each stratum. */
  readonly strata: readonly StratumCount[];
}
export interface StratumCount {
  readonly stratum: string;
  readonly size: number;
  readonly risk: number;
  readonly drawn: number;
}

/**
 * Draw a sample that is spread over strata: as many as `sampleSize` says of the whole, shared out to the strata by size times
 * risk, none without one while there are enough, and drawn within each by `drawSample`. Whoever knows seed, population and
 * risks can draw the same again.
 * @throws RangeError for a ratio, floor, cap or risk that is out of range
 */
export function drawStratifiedSample(request: StratifiedDrawRequest): StratifiedDraw {
  const { population, seed, risk = new Map<string, number>() } = request;
  const members = new Map(population.map((member) => [member.id, member]));
  const byStratum = new Map<string, string[]>();
  for (const { id, stratum } of members.values())
    byStratum.set(stratum, [...(byStratum.get(stratum) ?? []), id]);
  const strata = [...byStratum].sort(([a], [b]) => (a < b ? -1 : 1));
  const sizes = strata.map(([stratum, ids]) => ({
    stratum,
    size: ids.length,
    risk: risk.get(stratum) ?? 1,
  }));
  const shares = shareOut(sampleSize(members.size, request), sizes);
  const drawn = strata.flatMap(([stratum, ids], index) => {
    const share = shares[index] ?? 0;
    const limits = { ratio: 1, floor: share, cap: share };
    return drawSample({ population: ids, seed: `${seed}\n${stratum}`, ...limits }).map((id) => ({
      id,
      stratum,
    }));
  });
  return { drawn, strata: sizes.map((size, index) => ({ ...size, drawn: shares[index] ?? 0 })) };
}

/**
 * Shares `total` places out to strata, never more than a stratum has: the first place of each, the weightiest first, then one
 * after the other to the stratum that is furthest behind (Sainte-Laguë's divisors 1, 3, 5 …). More places never take one
 * away from anybody.
 */
export function shareOut(
  total: number,
  strata: readonly { readonly stratum: string; readonly size: number; readonly risk: number }[],
): number[] {
  const bad = strata.find(({ risk }) => !(risk > 0 && Number.isFinite(risk)));
  if (bad) throw new RangeError(`risk ${bad.risk} of stratum "${bad.stratum}": expected more than 0`);
  const shares = strata.map(() => 0);
  const claim = (index: number): number => {
    const { size = 0, risk = 1 } = strata[index] ?? {};
    const share = shares[index] ?? 0;
    if (share >= size) return -1;
    // A stratum without any comes before all that have one.
    return share === 0 ? FIRST + size * risk : (size * risk) / (2 * share + 1);
  };
  for (let place = 0; place < total; place += 1) {
    let best = -1;
    let highest = -1;
    for (let index = 0; index < strata.length; index += 1) {
      const worth = claim(index);
      if (worth > highest) [best, highest] = [index, worth];
    }
    if (best < 0) break;
    shares[best] = (shares[best] ?? 0) + 1;
  }
  return shares;
}
