import { describe, expect, it } from '@jest/globals';
import { makeBatches } from '../../src/import/make-batches.js';
import type { ReadItem } from '../../src/import/read-item.js';
import { collect } from './collect.js';

async function* items(subjects: readonly (string | null)[], size = 10): AsyncGenerator<ReadItem> {
  for (const [i, subject] of subjects.entries()) {
    const place = { record: i + 1, line: i + 1 };
    yield await Promise.resolve(
      subject === null ? { ...place, error: 'bad' } : { ...place, size, event: { subject } },
    );
  }
}
const sizes = async (subjects: readonly (string | null)[], size?: number) =>
  (await collect(makeBatches(items(subjects, size), 4))).map(
    ({ events, errors, lastRecord }) => `${events.length}+${errors.length}→${lastRecord}`,
  );

describe('grouping records into batches', () => {
  it('ends a full batch where the subject changes', async () => {
    expect(await sizes(['a', 'a', 'b', 'b', 'b', 'b', 'c'])).toEqual(['6+0→6', '1+0→7']);
    expect(await sizes(['a', 'b', 'c', 'd', 'e'])).toEqual(['4+0→4', '1+0→5']);
  });

  it('cuts a subject that would make it twice as large', async () => {
    expect(await sizes(Array.from({ length: 10 }, () => 'a'))).toEqual(['8+0→8', '2+0→10']);
  });

  it('counts bad records in, and makes no batch of nothing', async () => {
    expect(await sizes(['a', null, null, null, 'b', null])).toEqual(['1+3→4', '1+1→6']);
    expect(await sizes([])).toEqual([]);
  });

  it('ends a batch of large events early', async () => {
    expect(await sizes(['a', 'a', 'a'], 3 * 1024 * 1024)).toEqual(['2+0→2', '1+0→3']);
  });
});
