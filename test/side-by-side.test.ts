import { expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { sideBySide } from '../src/side-by-side.js';

it('works on so many at a time and no more, and on each once', async () => {
  let inHand = 0;
  let most = 0;
  const done: number[] = [];
  await sideBySide([1, 2, 3, 4, 5, 6, 7], 2, async (item) => {
    most = Math.max(most, (inHand += 1));
    await turn();
    inHand -= 1;
    done.push(item);
  });
  expect({ most, done: done.sort() }).toEqual({ most: 2, done: [1, 2, 3, 4, 5, 6, 7] });
});

it('begins nothing more after a failure, and leaves nothing going on behind it', async () => {
  const begun: string[] = [];
  const ended: string[] = [];
  const work = async (item: string) => {
    begun.push(item);
    if (item === 'bad') throw new Error('bad');
    await turn();
    await turn();
    ended.push(item);
  };
  await expect(sideBySide(['slow', 'bad', 'never', 'never'], 2, work)).rejects.toThrow('bad');
  expect({ begun, ended }).toEqual({ begun: ['slow', 'bad'], ended: ['slow'] });
});

it('tells of a source that fails', async () => {
  const source = async function* () {
    yield await Promise.resolve(1);
    throw new Error('the source is gone');
  };
  await expect(sideBySide(source(), 2, () => Promise.resolve())).rejects.toThrow('the source is gone');
});
