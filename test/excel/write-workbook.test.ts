import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { safeText } from '../../src/excel/write-workbook.js';

describe('text in a cell', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '  =cmd|x', '＝1+1'])(
    '%j is no formula',
    (text) => {
      expect(safeText(text)).toBe(`'${text}`);
    },
  );

  it('is as it is otherwise, without what XML has not', () => {
    expect(safeText('工单 1=2 <&>')).toBe('工单 1=2 <&>');
    expect(safeText('a\u0000b\ufffe')).toBe('a b ');
    expect(safeText('x'.repeat(40_000))).toHaveLength(32_767);
  });

  it('never begins with a sign of a formula', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/^\s*[=+\-@]/.test(safeText(text))));
  });
});
