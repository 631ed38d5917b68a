import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makeCombineChunks } from '../../src/queue/combine-chunks.js';
import { waitUntil } from './wait-until.js';

/** A handler whose lots end when the test says so. */
function heldHandler() {
  const lots: { keys: readonly string[]; end: (error?: Error) => void }[] = [];
  const handle = (keys: readonly string[]) =>
    new Promise<void>((resolve, reject) => {
      lots.push({ keys, end: (error) => (error ? reject(error) : resolve()) });
    });
  return { handle, lots };
}
/** Until all that is settled has told its listeners. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('combining the chunks of a process', () => {
  it('lets a lone chunk wait for nothing', () => {
    const { handle, lots } = heldHandler();
    const combine = makeCombineChunks({ handle, mostEvents: 10, atOnce: 1 });
    void combine(['a', 'b']);
    expect(lots.map(({ keys }) => keys)).toEqual([['a', 'b']]);
  });

  it('handles together what came while others were under way, and tells each when its own lot is done', async () => {
    const { handle, lots } = heldHandler();
    const combine = makeCombineChunks({ handle, mostEvents: 10, atOnce: 1 });
    const done: string[] = [];
    for (const key of ['a', 'b', 'c']) void combine([key]).then(() => done.push(key));
    expect(lots).toHaveLength(1);
    lots[0]?.end();
    await settled();
    expect(done).toEqual(['a']);
    expect(lots[1]?.keys).toEqual(['b', 'c']);
    lots[1]?.end();
    await settled();
    expect(done).toEqual(['a', 'b', 'c']);
  });

  it('waits a moment for the chunks of other partitions where it is told to, and not for those that never come', async () => {
    const { handle, lots } = heldHandler();
    const combine = makeCombineChunks({ handle, mostEvents: 10, atOnce: 2, lingerMs: 20 });
    const done: string[] = [];
    for (const key of ['a', 'b']) void combine([key]).then(() => done.push(key));
    expect(lots).toHaveLength(0);
    await waitUntil('the lot has begun', () => lots.length === 1);
    expect(lots[0]?.keys).toEqual(['a', 'b']);
    void combine(['c']).then(() => done.push('c'));
    lots[0]?.end();
    await waitUntil('the next lot has begun', () => lots.length === 2);
    lots[1]?.end();
    await settled();
    expect(done).toEqual(['a', 'b', 'c']);
    // A large one is worth a lot of its own.
    const large = Array.from({ length: 32 }, (_, n) => `d${n}`);
    const last = combine(large);
    expect(lots[2]?.keys).toEqual(large);
    lots[2]?.end();
    await last;
  });

  it('fails every chunk of a lot that failed, and goes on with the next', async () => {
    const { handle, lots } = heldHandler();
    const combine = makeCombineChunks({ handle, mostEvents: 10, atOnce: 1 });
    const first = combine(['a']);
    const others = Promise.allSettled([combine(['b']), combine(['c'])]);
    lots[0]?.end();
    await first;
    await settled();
    const later = combine(['d']);
    const down = new Error('MongoDB is away');
    lots[1]?.end(down);
    expect(await others).toEqual([
      { status: 'rejected', reason: down },
      { status: 'rejected', reason: down },
    ]);
    await settled();
    expect(lots[2]?.keys).toEqual(['d']);
    lots[2]?.end();
    await later;
  });

  it('handles every chunk exactly once, whole, within the bounds, whatever their sizes', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 3 }),
        async (list, mostEvents, atOnce) => {
          const handled: string[] = [];
          let underWay = 0;
          const combine = makeCombineChunks({
            mostEvents,
            atOnce,
            handle: async (keys) => {
              underWay += 1;
              expect(underWay).toBeLessThanOrEqual(atOnce);
              const chunks = new Set(keys.map((key) => key.split('.')[0]));
              if (chunks.size > 1) expect(keys.length).toBeLessThanOrEqual(mostEvents);
              await settled();
              handled.push(...keys);
              underWay -= 1;
            },
          });
          const chunks = list.map((size, chunk) => Array.from({ length: size }, (_, n) => `${chunk}.${n}`));
          await Promise.all(chunks.map((keys) => combine(keys)));
          expect(handled.sort()).toEqual(chunks.flat().sort());
        },
      ),
    );
  });
});
