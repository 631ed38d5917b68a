import { isDay } from './moments.js';

/**
 * The formats `hasFormat` knows. A fixed list of linear tests: rule files bring no patterns of their own,
 * so that none can stall the service.
 */
export interface FormatDefinition {
  readonly zh: string;
  readonly test: (text: string) => boolean;
}

const MAX_LENGTH = 64;

/** By name, as rules write it. */
export const FORMATS: ReadonlyMap<string, FormatDefinition> = new Map<string, FormatDefinition>([
  ['mobilePhone', { zh: '手机号码（11 位）', test: (text) => MOBILE.test(text) }],
  ['phone', { zh: '手机、固定电话或 400/800 号码', test: isPhone }],
  ['idNumber', { zh: '居民身份证号（18 位，GB 11643 校验码）', test: isIdNumber }],
  [
    'unifiedSocialCreditCode',
    { zh: '统一社会信用代码（18 位，GB 32100 校验码）', test: isUnifiedSocialCreditCode },
  ],
  ['date', { zh: '日期 YYYY-MM-DD', test: isDay }],
  ['workItemCode', { zh: '作业项编号 YXZY-YY-nnn', test: (text) => /^YXZY-YY-\d{3}$/.test(text) }],
  ['digits', { zh: '全为数字', test: (text) => /^\d+$/.test(text) }],
  ['postalCode', { zh: '邮政编码（6 位）', test: (text) => /^\d{6}$/.test(text) }],
]);

const MOBILE = /^1[3-9]\d{9}$/;

/** Whether a text has a named format. Over-long texts have none. */
export function hasFormat(text: string, format: string): boolean {
  return text.length <= MAX_LENGTH && (FORMATS.get(format)?.test(text) ?? false);
}

function isPhone(text: string): boolean {
  return (
    MOBILE.test(text) ||
    /^(?:0\d{2,3}-?)?[2-8]\d{6,7}(?:-\d{1,6})?$/.test(text) ||
    /^[48]00-?\d{3}-?\d{4}$/.test(text)
  );
}

const ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** GB 11643-1999: a birth date that exists, and the ISO 7064 MOD 11-2 check character. */
function isIdNumber(text: string): boolean {
  if (!/^[1-9]\d{16}[\dXx]$/.test(text)) return false;
  if (!isDay(`${text.slice(6, 10)}-${text.slice(10, 12)}-${text.slice(12, 14)}`)) return false;
  const sum = ID_WEIGHTS.reduce((total, weight, index) => total + weight * Number(text[index]), 0);
  return '10X98765432'[sum % 11] === text[17]?.toUpperCase();
}

const CREDIT_SIGNS = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** GB 32100-2015: 17 characters weighted by powers of 3, modulo 31. */
function isUnifiedSocialCreditCode(text: string): boolean {
  if (!/^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/.test(text)) return false;
  let sum = 0;
  let weight = 1;
  for (const sign of text.slice(0, 17)) {
    sum += CREDIT_SIGNS.indexOf(sign) * weight;
    weight = (weight * 3) % 31;
  }
  return CREDIT_SIGNS[(31 - (sum % 31)) % 31] === text[17];
}
