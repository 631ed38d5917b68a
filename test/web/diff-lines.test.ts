import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { diffLines, foldSame } from '../../web/src/rules/diff-lines.js';

const text = fc.array(fc.constantFrom('{', '}', '"a": 1', '"b": 2', '', '"c": 3'), { maxLength: 30 }).map((lines) => lines.map((line) => `${line}\n`).join('')); // prettier-ignore
const textOf = (lines: readonly { text: string }[]) => lines.map((line) => `${line.text}\n`).join('');

describe('two texts laid over each other', () => {
  it('give back both texts, line by line and by number', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before, after);
        const old = lines.filter(({ kind }) => kind !== 'added');
        const young = lines.filter(({ kind }) => kind !== 'removed');
        expect(textOf(old)).toBe(before);
        expect(textOf(young)).toBe(after);
        expect(old.map((line) => line.before)).toEqual(old.map((_, index) => index + 1));
        expect(young.map((line) => line.after)).toEqual(young.map((_, index) => index + 1));
      }),
    );
  });

  it('take out and put in as few lines as can be', () => {
    const longest = (a: readonly string[], b: readonly string[]): number => {
      const [x, ...restA] = a;
      const [y, ...restB] = b;
      if (x === undefined || y === undefined) return 0;
      return x === y ? 1 + longest(restA, restB) : Math.max(longest(restA, b), longest(a, restB));
    };
    const short = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 7 });
    fc.assert(
      fc.property(short, short, (a, b) => {
        const same = diffLines(a.join('\n'), b.join('\n')).filter(({ kind }) => kind === 'same');
        expect(same).toHaveLength(longest(a, b));
      }),
    );
  });

  it('say which line went and which came', () => {
    expect(diffLines('a\nb\nc\n', 'a\nx\nc\n')).toEqual([
      { kind: 'same', text: 'a', before: 1, after: 1 },
      { kind: 'removed', text: 'b', before: 2 },
      { kind: 'added', text: 'x', after: 2 },
      { kind: 'same', text: 'c', before: 3, after: 3 },
    ]);
  });

  it('of which the middles are too long to compare: all of the one goes, all of the other comes', () => {
    const long = (word: string) => Array.from({ length: 3000 }, (_, index) => `${word} ${index}`).join('\n');
    const lines = diffLines(`{\n${long('a')}\n}\n`, `{\n${long('b')}\n}\n`);
    const count = (wanted: string) => lines.filter(({ kind }) => kind === wanted).length;
    expect([count('same'), count('removed'), count('added')]).toEqual([2, 3000, 3000]);
  });

  it('leave out what is the same and far from a change', () => {
    const before = Array.from({ length: 20 }, (_, index) => `${index}`).join('\n');
    const parts = foldSame(diffLines(before, before.replace('10', 'ten')), 2);
    expect(parts.map((part) => ('skipped' in part ? part.skipped : part.lines.length))).toEqual([8, 6, 7]);
    expect(foldSame(diffLines(before, before))).toEqual([{ skipped: 20 }]);
  });
});
