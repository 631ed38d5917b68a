import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';

const TABLE = 'docs/invariants.md';
/** A line that is gone is a promise taken back. */
const ROWS = 21;
const NAMED = /`(test\/[\w/.-]+\.ts)`: "([^"]+)"/g;

describe('the table of what always holds', () => {
  it('has a line for each, in order, and names tests that exist', async () => {
    const rows = (await readFile(TABLE, 'utf8')).split('\n').filter((line) => /^\| \d+ +\|/.test(line));
    const numbers = Array.from({ length: ROWS }, (_, index) => index + 1);
    expect(rows.map((row) => Number(row.split('|')[1]))).toEqual(numbers);
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
