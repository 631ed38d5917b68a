/** What counts as personal data, by key and by value. docs/api.md lists it for users; masking is mask-personal-data.ts. */

/** How a value is shortened: what stays readable is the least that lets two people be told apart. */
export type PersonalKind = 'name' | 'phone' | 'idNumber' | 'address' | 'other';

/** Keys in lower case without `_` and `-`. */
const KEY_KINDS: Readonly<Record<PersonalKind, readonly string[]>> = {
  name: [
    'name', 'fullname', 'customername', 'clientname', 'operatorname', 'checkername', 'contactname', 'contactperson',
    'applicant', 'applicantname', 'agentname', 'legalperson', 'legalrepresentative', 'signer', 'signername', 'giver',
    'receiver', 'recipient', 'payer', 'inspectors', 'participants',
    '姓名', '客户名称', '客户姓名', '户名', '用户名称', '联系人', '联系人姓名', '经办人', '经办人姓名', '代理人', '法人', '法定代表人',
    '签字人', '签收人', '申请人', '移交人', '接收人',
  ],
  phone: [
    'phone', 'phonenumber', 'phoneno', 'mobile', 'mobilephone', 'tel', 'telephone', 'contactphone', 'contactnumber', 'fax',
    '电话', '联系电话', '手机', '手机号', '手机号码', '联系方式', '固定电话', '传真',
  ],
  idNumber: [
    'idnumber', 'idno', 'idcard', 'idcardno', 'idcardnumber', 'certificatenumber', 'certificateno', 'passport', 'passportno',
    'bankaccount', 'bankaccountno', 'accountnumber',
    '身份证', '身份证号', '身份证号码', '证件号', '证件号码', '银行账号', '银行卡号',
  ],
  address: [
    'address', 'contactaddress', 'supplyaddress', 'mailingaddress', 'homeaddress', 'location',
    '地址', '用电地址', '联系地址', '通讯地址', '通信地址', '住址', '家庭住址',
  ],
  other: ['contact', 'contacts', 'email', 'mail', 'wechat', 'qq', '邮箱', '电子邮箱', '微信'],
}; // prettier-ignore

const KINDS = new Map<string, PersonalKind>(
  Object.entries(KEY_KINDS).flatMap(([kind, keys]) =>
    keys.map((key) => [key, kind as PersonalKind] as const),
  ),
);

/** The kind of personal data a key names, in any spelling (`contact_phone`, `contactPhone`); undefined for none. */
export function personalKindOfKey(key: string): PersonalKind | undefined {
  return KINDS.get(key.toLowerCase().replaceAll(/[_\-\s]/g, ''));
}

/** Facts whose own name says nothing personal though their last word does: `stage.name` is a stage. */
const PLAIN_FACTS = new Set(['stage.name', 'feed.name']);

/**
 * The kind a fact speaks of, from its name with params as in an alert's `facts`: `contactCard.field(field=phone)`.
 * The params decide before the fact's own last word; of a path (`field=operator.name`) the last word before those it lies in.
 */
export function personalKindOfFact(fact: string): PersonalKind | undefined {
  const [name = '', params = ''] = splitOnce(fact, '(');
  if (PLAIN_FACTS.has(name)) return undefined;
  for (const param of params.replace(/\)$/, '').split(',')) {
    const path = (splitOnce(param, '=')[1] ?? '').split('.').reverse();
    for (const key of path) {
      const kind = personalKindOfKey(key);
      if (kind) return kind;
    }
  }
  return personalKindOfKey(name.slice(name.lastIndexOf('.') + 1));
}

/** Mainland mobile numbers, with or without +86 and spaces or dashes, and 18-character resident identity numbers, anywhere in a text. */
export const MOBILE_PATTERN = /(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)/g;
export const ID_NUMBER_PATTERN = /(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])/g;

/** One personal value, shortened. Never longer than a hint; shortening twice changes nothing. */
export function shorten(text: string, kind: PersonalKind): string {
  if (text === '') return '';
  const chars = [...text];
  switch (kind) {
    case 'name':
      return `${chars[0]}**`;
    case 'phone':
      return chars.length >= 11 ? `${chars.slice(0, 3).join('')}****${chars.slice(-4).join('')}` : '****';
    case 'idNumber':
      return chars.length >= 15
        ? `${chars.slice(0, 3).join('')}***********${chars.slice(-4).join('')}`
        : '****';
    case 'address':
      return chars.length > 6 ? `${chars.slice(0, 6).join('')}****` : '****';
    case 'other':
      return '****';
  }
}

function splitOnce(text: string, by: string): [string, string?] {
  const at = text.indexOf(by);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + by.length)];
}
