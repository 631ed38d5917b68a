import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { matchesAny, matchesPattern } from '../../src/engine/match-name.js';

describe('a pattern of names', () => {
  it.each([
    ['*归档', '资料归档', true],
    ['*归档', '归档', true],
    ['*归档', '归档检查', false],
    ['现场*', '现场勘查', true],
    ['*受*理*', '业务受理完毕', true],
    ['a*a', 'a', false],
    ['a*bc*c', 'abcc', true],
    ['a*bc*c', 'abc', false],
    ['*', '', true],
    ['a.c', 'abc', false],
  ])('%s on %s: %s', (pattern, name, expected) => {
    expect(matchesPattern(pattern, name)).toBe(expected);
  });

  it('means what the regular expression would mean', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '受', '.'), maxLength: 8 });
    const pattern = fc.array(text, { minLength: 2, maxLength: 4 }).map((parts) => parts.join('*'));
    fc.assert(
      fc.property(pattern, text, (wanted, name) => {
        const parts = wanted.split('*').map((part) => part.replaceAll('.', '\\.'));
        expect(matchesPattern(wanted, name)).toBe(new RegExp(`^${parts.join('.*')}$`, 'u').test(name));
      }),
    );
  });

  it('cannot be made slow', () => {
    const started = performance.now();
    expect(matchesPattern(`${'*a'.repeat(100)}*b`, 'a'.repeat(200))).toBe(false);
    expect(performance.now() - started).toBeLessThan(8_000);
  });

  it('stands in a list beside plain names', () => {
    expect(matchesAny(['业务受理', '*归档'], '资料归档')).toBe(true);
    expect(matchesAny(['业务受理', '*归档'], '业务受理')).toBe(true);
    expect(matchesAny(['业务受理'], '业务')).toBe(false);
  });
});
