/** Keys (lower case, without `_` and `-`) whose values are secrets wherever they stand. */
const SECRET_KEYS = new Set([
  'token', 'accesstoken', 'admintoken', 'password', 'passwd', 'secret', 'apikey', 'authorization', 'cookie', 'setcookie',
]); // prettier-ignore
/** Keys that name personal data. `name` counts only inside of a person: most names in a log are those of things. */
const PERSONAL_KEYS = new Set([
  'phone', 'phonenumber', 'mobile', 'tel', 'telephone', 'contactphone', 'contact', 'email',
  'idnumber', 'idno', 'idcard', 'idcardno', 'certificateno', 'address', 'customername', 'contactname', 'operatorname',
  'checkername', 'signer', 'giver', 'receiver', 'applicant', '姓名', '客户名称', '联系人', '电话', '联系电话', '手机', '身份证号', '证件号码', '地址', '用电地址',
]); // prettier-ignore
const PERSONS = new Set([
  'operator',
  'checker',
  'customer',
  'contactperson',
  'user',
  'inspectors',
  'participants',
]);
/** Values of free texts: mainland mobile numbers, resident identity numbers, passwords inside of addresses. */
const MOBILE = /(?<!\d)1[3-9]\d{9}(?!\d)/g;
const IDENTITY = /(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])/g;
const PASSWORD_IN_ADDRESS = /([a-z+]{2,12}:\/\/)[^@/\s]+@/gi;
const HIDDEN = '[hidden]';
const DEEPEST = 6;

/** The same fields with secrets and personal data replaced; objects of classes (requests, errors) are left to their serializers. */
export function hidePrivate(fields: Record<string, unknown>): Record<string, unknown> {
  return hideIn(fields, '', 0);
}

/** The same text without mobile and identity numbers and without passwords of addresses. */
export function hidePrivateText(text: string): string {
  return text.replace(PASSWORD_IN_ADDRESS, `$1${HIDDEN}@`).replace(IDENTITY, HIDDEN).replace(MOBILE, HIDDEN);
}

function hideIn(object: Record<string, unknown>, under: string, depth: number): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(object)) {
    const plain = key.toLowerCase().replaceAll(/[_-]/g, '');
    const hidden =
      SECRET_KEYS.has(plain) || PERSONAL_KEYS.has(plain) || (plain === 'name' && PERSONS.has(under));
    shown[key] =
      hidden && value !== undefined && value !== null ? HIDDEN : hideValue(value, plain, depth + 1);
  }
  return shown;
}

function hideValue(value: unknown, under: string, depth: number): unknown {
  if (typeof value === 'string') return hidePrivateText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) return '[deep]';
  if (Array.isArray(value)) return value.map((item: unknown) => hideValue(item, under, depth + 1));
  return isPlain(value) ? hideIn(value as Record<string, unknown>, under, depth) : value;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
