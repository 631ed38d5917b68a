import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';

const TABLE = 'docs/invariants.md';
const NAMED = /`(test\/[\w/.-]+\.ts)`: "([^"]+)"/g;

describe('the table of what always holds', () => {
  it('has a line for each of the thirteen, and names tests that exist', async () => {
    const rows = (await readFile(TABLE, 'utf8')).split('\n').filter((line) => /^\| \d+ +\|/.test(line));
    expect(rows.map((row) => Number(row.split('|')[1]))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
    const missing: string[] = [];
    for (const row of rows) {
      const named = [...row.matchAll(NAMED)];
      expect(named.length).toBeGreaterThan(0);
      for (const [, file = '', title = ''] of named) {
        const text = await readFile(file, 'utf8').catch(() => '');
        if (!text.includes(title)) missing.push(`${file}: ${title}`);
      }
    }
    expect(missing).toEqual([]);
  });
});
