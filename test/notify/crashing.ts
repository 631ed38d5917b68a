import type { Random } from '../../src/simulate/random.js';

/** A process that died. */
export class Crash extends Error {}

/** Every call of a method may be the last of its process: before it did its work, or after. */
export function crashing<Part extends object>(part: Part, random: Random, odds: number): Part {
  return new Proxy(part, {
    get(target, key) {
      const method = Reflect.get(target, key) as unknown;
      if (typeof method !== 'function') return method;
      return async (...args: unknown[]) => {
        if (random.next() < odds) throw new Crash(`before ${String(key)}`);
        const result = (await Reflect.apply(method, target, args)) as unknown;
        if (random.next() < odds) throw new Crash(`after ${String(key)}`);
        return result;
      };
    },
  });
}
