import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mergeAlerts } from '../../web/src/api/merge-alerts.js';

interface Row {
  readonly id: string;
  readonly lastAt: string;
  readonly stepDueAt?: string;
}
interface RowPage {
  readonly items: readonly Row[];
  readonly nextCursor: string | null;
}

const at = (minute: number) => new Date(Date.UTC(2026, 2, 2, 8, minute)).toISOString();
const row = (id: string, minute: number): Row => ({ id, lastAt: at(minute) });
const sorted = (rows: readonly Row[]) =>
  [...rows].sort((a, b) => (a.lastAt === b.lastAt ? (a.id > b.id ? -1 : 1) : a.lastAt > b.lastAt ? -1 : 1));
const idsOf = (pages: readonly RowPage[]) => pages.flatMap(({ items }) => items.map(({ id }) => id));

/** As the service gives them out, of which only the first `read` were asked for. */
function toPages(rows: readonly Row[], size: number, read: number): RowPage[] {
  const pages: RowPage[] = [];
  for (let start = 0; pages.length < read && (start === 0 || start < rows.length); start += size)
    pages.push({
      items: rows.slice(start, start + size),
      nextCursor: start + size < rows.length ? String(start + size) : null,
    });
  return pages;
}

describe('a list that is kept up to date by single changes', () => {
  it('equals the list of the service as far as it was read, whatever changed', () => {
    const minute = fc.integer({ min: 0, max: 20 });
    const change = fc.record({ id: fc.integer({ min: 0, max: 25 }), minute: fc.option(minute, { nil: undefined }) });
    fc.assert(
      fc.property(
        fc.array(minute, { maxLength: 20 }), fc.array(change, { maxLength: 8 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 6 }),
        (minutes, changes, size, read) => {
          const before = sorted(minutes.map((time, index) => row(`a${index}`, time)));
          // `undefined`: it does not belong to the list any more.
          const after = new Map(before.map((one) => [one.id, one]));
          for (const { id, minute: time } of changes)
            if (time === undefined) after.delete(`a${id}`);
            else after.set(`a${id}`, row(`a${id}`, time));
          const changed = new Set(changes.map(({ id }) => `a${id}`));
          const found = [...after.values()].filter(({ id }) => changed.has(id));
          const shown = idsOf(mergeAlerts(toPages(before, size, read), changed, found, 'last'));
          const truth = sorted([...after.values()]).map(({ id }) => id);
          expect(shown).toEqual(truth.slice(0, shown.length));
          const isWhole = toPages(before, size, read).at(-1)?.nextCursor === null;
          if (isWhole) expect(shown).toEqual(truth);
          // What was read and did not change is still there.
          for (const id of idsOf(toPages(before, size, read))) if (!changed.has(id)) expect(shown).toContain(id);
        },
      ),
    );
  }); // prettier-ignore

  it('sorts what is due first by when its step is due', () => {
    const due = (id: string, minute: number): Row => ({ ...row(id, 0), stepDueAt: at(minute) });
    const pages = [{ items: [due('a', 5), due('b', 9)], nextCursor: null }];
    expect(idsOf(mergeAlerts(pages, new Set(['c']), [due('c', 7)], 'due'))).toEqual(['a', 'c', 'b']);
  });

  it('does not touch a page in which nothing changed', () => {
    const items = [row('b', 2), row('a', 1)];
    expect(mergeAlerts([{ items, nextCursor: 'x' }], new Set(['z']), [row('z', 0)], 'last')).toEqual([
      { items, nextCursor: 'x' },
    ]);
  });
});
