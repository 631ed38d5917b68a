import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { maskPersonalData } from '../../src/api/mask-personal-data.js';
import { personalKindOfFact, personalKindOfKey } from '../../src/access/personal-data.js';

const MOBILE = '13812345678';
const ID_NUMBER = '33010219900101123X';

/** What must not be readable anywhere, put into random places of a random answer. */
const answers = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom(MOBILE, ID_NUMBER, `电话${MOBILE}。`, `身份证:${ID_NUMBER},`, `+86${MOBILE}`, '138-1234-5678', `${MOBILE}/${MOBILE}`),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('data', 'stage', 'title', 'at', 'facts', 'note')), tie('value'), {
      maxKeys: 4,
    }),
  ),
})).value; // prettier-ignore

function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shapeOf(item)]));
  return '.';
}

describe('masking personal data', () => {
  it('leaves no mobile or identity number readable in any text, wherever it stands', () => {
    fc.assert(
      fc.property(answers, (answer) => {
        const text = JSON.stringify(maskPersonalData(answer));
        expect(text).not.toContain(MOBILE);
        expect(text).not.toContain(ID_NUMBER);
        expect(text).not.toContain('138-1234-5678');
      }),
    );
  });

  it('shows no value under a personal key, however deep and in whatever spelling of the key', () => {
    const keys = fc.constantFrom('phone', 'Contact-Phone', 'customer_name', '身份证号', '地址', 'signer', 'e-mail'.replace('-', ''));
    fc.assert(
      fc.property(keys, fc.string({ minLength: 12, maxLength: 30 }), fc.boolean(), (key, secret, nested) => {
        const value = nested ? [{ inner: { value: secret } }] : secret;
        const masked = JSON.stringify(maskPersonalData({ data: { [key]: value } }));
        expect(masked).not.toContain(JSON.stringify(secret).slice(1, -1));
        expect(masked).toContain('**');
      }),
    );
  }); // prettier-ignore

  it('changes nothing when done twice, and keeps keys and shape', () => {
    fc.assert(
      fc.property(answers, (answer) => {
        const once = maskPersonalData(answer);
        expect(maskPersonalData(once)).toEqual(once);
      }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.array(fc.string()))), (answer) => {
        expect(shapeOf(maskPersonalData(answer))).toEqual(shapeOf(answer));
      }),
    );
  });

  it('leaves an answer without personal data as it is', () => {
    const answer = {
      id: 'a1', status: 'open', occurrences: 3, shadow: false, dueAt: null,
      rule: { id: 'paper-file', version: 1, name: '资料未送达' },
      plan: { id: 'archive', name: '归档资料抽查' },
      onTime: [{ stage: 'reply', name: '供电方案答复', rate: 0.98 }],
      facts: { 'stage.name': '业务受理', 'workOrder.sameCity': true, 'elapsed.workingHours(from=a,to=b)': 9.5 },
      conditions: [
        { fact: 'milestone.reached', params: { name: 'meter.installed' }, operator: 'equal', value: false, factValue: false, result: true },
      ],
    }; // prettier-ignore
    expect(maskPersonalData(answer)).toEqual(answer);
  });

  it('keeps two people apart but readable to nobody', () => {
    expect(
      maskPersonalData({
        data: {
          operator: { id: 'E1001', name: '王小明' },
          customerName: '张三',
          phone: 13812345678,
          address: '杭州市西湖区文三路90号',
          contact: { id: 7, 备注: '下午在' },
          idNumber: ID_NUMBER,
        },
      }),
    ).toEqual({
      data: {
        operator: { id: 'E1001', name: '王**' },
        customerName: '张**',
        phone: '138****5678',
        address: '杭州市西湖区****',
        contact: { id: '****', 备注: '****' },
        idNumber: '330***********123X',
      },
    });
  });

  it('masks the facts and condition values that speak of people, and only those', () => {
    expect(
      maskPersonalData({
        facts: {
          'signature.signer(document=申请表,role=customer)': '张三',
          'contactCard.field(field=phone)': '0571-88888888',
          'workOrder.attribute(name=户名)': '杭州某某公司',
          'workOrder.customerNo': '3300001234',
        },
        conditions: [
          { fact: 'record.field', params: { field: 'idNumber' }, operator: 'equal', value: 'A', factValue: 'B12345', result: false },
          { fact: 'handover.giver', operator: 'equal', value: '李四', valueFact: 'handover.receiver', factValue: '李四', result: true },
        ],
      }),
    ).toEqual({
      facts: {
        'signature.signer(document=申请表,role=customer)': '张**',
        'contactCard.field(field=phone)': '057****8888',
        'workOrder.attribute(name=户名)': '杭**',
        'workOrder.customerNo': '3300001234',
      },
      conditions: [
        { fact: 'record.field', params: { field: 'idNumber' }, operator: 'equal', value: '****', factValue: '****', result: false },
        { fact: 'handover.giver', operator: 'equal', value: '李**', valueFact: 'handover.receiver', factValue: '李**', result: true },
      ],
    });
  }); // prettier-ignore

  it('blanks a name that is repeated in a title or a note', () => {
    expect(
      maskPersonalData({ title: '张三丰与张三未签字', facts: { 'signature.signer(role=customer)': '张三', a: '张三' }, data: { 联系人: '张三丰' } }),
    ).toEqual({ title: '张**与张**未签字', facts: { 'signature.signer(role=customer)': '张**', a: '张三' }, data: { 联系人: '张**' } });
  }); // prettier-ignore

  it('does not take our own identifiers for personal numbers, nor their repetition in a title', () => {
    const no = '330102199001011234';
    const answer = {
      no,
      subject: { type: 'workOrder', id: MOBILE },
      title: `工单 ${no} 超期`,
      at: 13812345678,
    };
    expect(maskPersonalData(answer)).toEqual(answer);
    const parted = { no: `WO${MOBILE}`, title: `工单 WO${MOBILE}，电话 ${MOBILE}` };
    expect(maskPersonalData(parted)).toEqual({ ...parted, title: `工单 WO${MOBILE}，电话 138****5678` });
    expect(maskPersonalData({ data: { id: no } })).toEqual({ data: { id: '330***********1234' } });
  });

  it('writes dates as ISO strings, leaves absent fields out, and sets no prototype', () => {
    const hostile = JSON.parse('{"data":{"__proto__":{"phone":"13812345678"}}}') as object;
    const masked = maskPersonalData({ at: new Date(0), gone: undefined, hostile }) as Record<string, object>;
    expect(JSON.stringify(masked)).toBe(
      '{"at":"1970-01-01T00:00:00.000Z","hostile":{"data":{"__proto__":{"phone":"138****5678"}}}}',
    );
    expect(Object.getPrototypeOf(masked['hostile'])).toBe(Object.prototype);
  });
});

describe('what counts as personal', () => {
  it.each(['name', 'customerName', 'customer_name', 'PHONE', 'id-number', '联系电话', 'Address'])(
    '%s is',
    (key) => {
      expect(personalKindOfKey(key)).toBeDefined();
    },
  );
  it.each(['customerNo', 'stage', 'orgUnit', 'operatorId', 'constructor', '__proto__', 'title'])(
    '%s is not',
    (key) => {
      expect(personalKindOfKey(key)).toBeUndefined();
    },
  );
  it.each([
    ['event.data(field=phone)', 'phone'],
    ['stage.name', undefined],
    ['feed.name', undefined],
    ['milestone.data(name=fee.paid,field=payer)', 'name'],
    ['milestone.at(name=fee.paid)', undefined],
    ['acceptance.contact', 'other'],
    ['event.data(field=operator.name)', 'name'],
    ['record.field(form=用电申请,field=customer.address)', 'address'],
    ['record.field(field=contact.phone)', 'phone'],
    ['workOrder.attribute(name=meter.class)', undefined],
  ])('the fact %s is %s', (fact, kind) => {
    expect(personalKindOfFact(fact)).toBe(kind);
  });
});
