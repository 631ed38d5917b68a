import { describe, expect, it } from '@jest/globals';
import { FORMATS, hasFormat } from '../../src/engine/formats.js';

/** Made-up numbers whose check characters were worked out by hand from the standards. */
const GOOD: Record<string, string[]> = {
  mobilePhone: ['13800138000', '19912345678'],
  phone: ['13800138000', '0571-88888888', '057188888888', '88888888', '0571-88888888-123', '400-123-4567'],
  idNumber: ['11010519491231002X', '11010519491231002x', '440524188001010014'],
  unifiedSocialCreditCode: ['91350100M000100Y43'],
  date: ['2024-02-29', '2026-12-31'],
  workItemCode: ['YXZY-YY-144'],
  digits: ['0', '0123456789'],
  postalCode: ['310000'],
};
const BAD: Record<string, string[]> = {
  mobilePhone: ['12800138000', '1380013800', '138001380001', '+8613800138000', ''],
  phone: ['123', '0571-18888888', 'abc', '0571 88888888'],
  idNumber: [
    '110105194912310021',
    '11010519491331002X',
    '11010519490230002X',
    '01010519491231002X',
    '110105491231002',
  ],
  unifiedSocialCreditCode: ['91350100M000100Y44', '91350100M000100I43', '91350100M000100Y4'],
  date: ['2023-02-29', '2026-13-01', '2026-1-1', '20260101'],
  workItemCode: ['YXZY-YY-14', 'YXZY-YY-1444', 'yxzy-yy-144', 'YXZY-YY-144/1/Q1'],
  digits: ['', '12a', '１２'],
  postalCode: ['31000', '3100000'],
};

describe('formats', () => {
  it.each([...FORMATS.keys()])('%s takes what is right and nothing else', (format) => {
    const good = GOOD[format] ?? [];
    const bad = BAD[format] ?? [];
    expect(good.length * bad.length).toBeGreaterThan(0);
    expect(good.filter((text) => !hasFormat(text, format))).toEqual([]);
    expect(bad.filter((text) => hasFormat(text, format))).toEqual([]);
  });

  it('find every change of one digit of an id number', () => {
    const good = '44052418800101001';
    for (let place = 0; place < good.length; place++) {
      for (const digit of '0123456789') {
        if (digit === good[place]) continue;
        const changed = `${good.slice(0, place)}${digit}${good.slice(place + 1)}4`;
        expect({ changed, passes: hasFormat(changed, 'idNumber') }).toEqual({ changed, passes: false });
      }
    }
  });

  it('answer at once for endless texts and unknown formats', () => {
    for (const format of FORMATS.keys()) expect(hasFormat('1'.repeat(5_000_000), format)).toBe(false);
    expect(hasFormat('13800138000', 'nothing')).toBe(false);
  });
});
