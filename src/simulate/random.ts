/** A stream of numbers that depends on its seed alone: the same on every machine and in every release of Node. */
export interface Random {
  /** 0 ≤ x < 1. */
  next(): number;
  /** A whole number from `from` to `to`, both included. */
  int(from: number, to: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** One of the list, which must not be empty. */
  pick<T>(list: readonly T[]): T;
  /** One of the list, as often as its weight says. */
  weighted<T>(list: readonly (readonly [item: T, weight: number])[]): T;
  /** The list in another order. */
  shuffle<T>(list: readonly T[]): T[];
}

/**
 * sfc32 (Chris Doty-Humphrey's Small Fast Counter, 128 bits of state), seeded by a hash of the seed and a
 * name. Each thing that is simulated draws from a stream of its own name, so that a change to one leaves the others alone.
 */
export function makeRandom(seed: number, ...name: readonly (string | number)[]): Random {
  const next = sfc32(...hash128([seed, ...name].join('\u0000')));
  const int = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  const pick = <T>(list: readonly T[]): T => {
    if (list.length === 0) throw new RangeError('pick: the list is empty');
    return list[int(0, list.length - 1)] as T;
  };
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick,
    weighted(list) {
      let left = next() * list.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [item, weight] of list) if ((left -= weight) < 0) return item;
      throw new RangeError('weighted: no item has a weight');
    },
    shuffle(list) {
      const rest = [...list];
      return rest.map((_, i) => {
        const j = int(i, rest.length - 1);
        const item = rest[j] as (typeof rest)[number];
        rest[j] = rest[i] as (typeof rest)[number];
        rest[i] = item;
        return item;
      });
    },
  };
}

function sfc32(a: number, b: number, c: number, d: number): () => number {
  const step = (): number => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  };
  for (let i = 0; i < 15; i++) step();
  return step;
}

/** FNV-1a over the UTF-16 units, four times with other offsets and a final mix: enough to tell streams apart. */
function hash128(text: string): [number, number, number, number] {
  const words = [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35].map((offset) => {
    let hash = offset;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
    hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
    return hash ^ (hash >>> 16);
  });
  return words as [number, number, number, number];
}
