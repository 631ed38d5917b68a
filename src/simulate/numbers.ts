import type { Random } from './random.js';

/** Numbers of no real person or firm that pass the checks of their standards, and the same tests of their own. */

const ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CREDIT_SIGNS = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const two = (n: number): string => String(n).padStart(2, '0');

/** 居民身份证号 (GB 11643); 330199 is no district. */
export function idNumber(random: Random): string {
  const born = `${random.int(1950, 2004)}${two(random.int(1, 12))}${two(random.int(1, 28))}`;
  const body = `330199${born}${String(random.int(0, 999)).padStart(3, '0')}`;
  return body + idCheckSign(body);
}

/** 统一社会信用代码 (GB 32100); 330199 is no district. */
export function creditCode(random: Random): string {
  const rest = Array.from({ length: 7 }, () => random.pick([...CREDIT_SIGNS])).join('');
  const body = `91330199MA${rest}`;
  return body + creditCheckSign(body);
}

/** A mobile or landline number. */
export function phoneNumber(random: Random): string {
  if (random.chance(0.8)) return `1${random.pick(['38', '39', '57', '86', '99'])}${digits(random, 8)}`;
  return `0571-8${digits(random, 7)}`;
}

/** A phone number as it is written down wrongly: a digit short, a digit long, or no number at all. */
export function badPhoneNumber(random: Random): string {
  return random.pick([`138${digits(random, 7)}`, `138${digits(random, 9)}`, '无', `12${digits(random, 9)}`]);
}

/** The number with its check sign wrong, or cut short. */
export function spoil(number: string, random: Random): string {
  if (random.chance(0.3)) return number.slice(0, -1);
  const last = number.at(-1) as string;
  return number.slice(0, -1) + (last === '0' ? '1' : '0');
}

export function isPhone(text: string): boolean {
  if (/^1[3-9]\d{9}$/.test(text) || /^[48]00-?\d{3}-?\d{4}$/.test(text)) return true;
  const [area = '', ...parts] = text.split('-');
  const local = /^0\d{2,3}$/.test(area) ? (parts[0] ?? '') : area.replace(/^0\d{2,3}(?=[2-8]\d{6,7}$)/, '');
  return /^[2-8]\d{6,7}$/.test(local);
}

export function isIdNumber(text: string): boolean {
  if (!/^[1-9]\d{16}[\dX]$/.test(text)) return false;
  const day = `${text.slice(6, 10)}-${text.slice(10, 12)}-${text.slice(12, 14)}`;
  const date = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== day) return false;
  return idCheckSign(text.slice(0, 17)) === text[17];
}

export function isCreditCode(text: string): boolean {
  return /^[0-9A-HJ-NPQRTUWXY]{18}$/.test(text) && creditCheckSign(text.slice(0, 17)) === text[17];
}

function idCheckSign(body: string): string {
  const sum = ID_WEIGHTS.reduce((total, weight, i) => total + weight * Number(body[i]), 0);
  return '10X98765432'.charAt(sum % 11);
}

function creditCheckSign(body: string): string {
  const sum = [...body].reduce((total, sign, i) => total + CREDIT_SIGNS.indexOf(sign) * (3 ** i % 31), 0);
  return CREDIT_SIGNS.charAt((31 - (sum % 31)) % 31);
}

function digits(random: Random, count: number): string {
  return Array.from({ length: count }, () => random.int(0, 9)).join('');
}
