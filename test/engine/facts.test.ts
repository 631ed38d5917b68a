import { describe, expect, it } from '@jest/globals';
import { makeCatalogueLookup } from '../../src/engine/catalogue-lookup.js';
import { makeChecklists } from '../../src/engine/checklists.js';
import { FACT_CATALOGUE } from '../../src/engine/fact-catalogue.js';
import { conformsTo } from '../../src/engine/fact-definition.js';
import { parseFactKey } from '../../src/engine/fact-key.js';
import { referTo } from '../../src/engine/fact-reference.js';
import type { FactScope } from '../../src/engine/rule-set.js';
import type { JsonValue } from '../../src/json.js';
import { at, eventOf, scopeOf, visit, workOrderWith } from './fixtures.js';

const T1 = at('2026-01-05 09:00');
const T2 = at('2026-01-06 10:00');
const T3 = at('2026-01-07 11:00');

/** A work order at its second visit to 业务受理, with something of everything. */
const second = visit('业务受理', { visit: 2, arrivedAt: T2, completions: 1, completedAt: T3, operatorId: 'u2', checkerId: 'u3', orgUnit: 'A1', workItem: 'YXZY-YY-151' }); // prettier-ignore
const checklists = makeChecklists(
  [
    {
      name: '受理资料',
      basis: [{ document: '…', certainty: 'assumption' }],
      checklists: [
        {
          name: '高压',
          stageKinds: ['受理'],
          documents: [
            { document: '申请表', need: '必备', signatures: ['customer'] },
            { document: '营业执照', need: '必备', customerClasses: ['高压单电源'] },
            { document: '结婚证', need: '必备', customerClasses: ['低压居民'] },
            { document: '身份证', need: '容缺' },
          ],
        },
      ],
    },
  ],
  makeCatalogueLookup({ processes: [{ name: '高压新装', stages: [{ name: '业务受理', kinds: ['受理'] }] }] }),
);
const stages = [
  visit('业务受理', { arrivedAt: T1, completedAt: T1 + 1, completions: 2, returnedAt: T2, operatorId: 'u1', sentAt: T1 + 2 }),
  visit('现场勘查', { arrivedAt: T1 + 3, completions: 0, recalledAt: T2 }),
  second,
]; // prettier-ignore
const scope = scopeOf({
  now: T3,
  stage: second,
  event: {
    ...eventOf('stage.completed', {
      stage: '业务受理',
      nextStage: '现场勘查',
      operator: { id: 'u2', name: '张' },
      checker: { id: 'u3' },
      amount: 5,
      wanted: ['a', 'b'],
      there: ['b', 'c'],
    }),
    recordedAt: T3,
  },
  clock: { anchorAt: T1, dueAt: T2, phase: 'overdue' },
  checklists,
  extra: { 'feed.name': 'sales', 'feed.silentMinutes': 7 },
  workOrder: workOrderWith({
    process: '高压新装',
    customerNo: '330001',
    customerClass: '高压单电源',
    sameCity: false,
    managingUnit: 'B1',
    orgUnit: 'A1',
    openedAt: T1,
    endedAt: T3,
    last: { at: T3, key: 'k' },
    attributes: { load: 500, site: { city: '杭州' } },
    stages,
    documents: [
      { document: '申请表', at: T1, stage: '业务受理' },
      { document: '身份证', at: T1, stage: '业务受理' },
      { document: '申请表', at: T3, stage: '现场勘查' },
    ],
    shortfalls: [
      { documents: ['身份证'], at: T1, agreedDate: '2026-01-06' },
      { documents: ['申请表', '产权证明'], at: T2, agreedDate: '2026-01-08' },
    ],
    signatures: [
      { document: '受理单', role: 'customer', signer: 'c', at: T1 },
      { document: '受理单', role: 'handler', signer: 'u1', at: T1, stage: '业务受理' },
      { document: '受理单', role: 'handler', signer: 'u2', at: T2, stage: '业务受理' },
      { document: '答复单', role: 'checker', at: T3 },
      { document: '移交记录簿', role: 'giver', signer: 'u5', at: T1, stage: '现场勘查' },
      { document: '移交记录簿', role: 'receiver', signer: 'u6', at: T3, stage: '现场勘查' },
    ],
    contactCards: [
      { at: T1, fields: { phone: '1', name: 'n' } },
      { at: T2, stage: '业务受理', fields: { phone: '2' } },
    ],
    records: [
      { at: T1, form: '受理单', fields: { capacity: 10, only: 'x' }, operatorId: 'u1', stage: '业务受理' },
      { at: T2, form: '受理单', fields: { capacity: 20 }, operatorId: 'u2', stage: '业务受理' },
      { at: T1, form: '清单', fields: {}, operatorId: 'u4' },
      { at: T1, form: '勘查单', fields: {} },
    ],
    checks: [
      { at: T1, form: '受理单', checkerId: 'u3', mismatches: ['a', 'b'] },
      { at: T2, form: '受理单', checkerId: 'u4', mismatches: ['a'] },
      { at: T1, form: '清单', checkerId: 'u4', mismatches: ['c'] },
    ],
    pauses: [
      { from: T1, to: T2, side: 'utility' },
      { from: T2, side: 'customer' },
    ],
    handovers: [
      { at: T1, toStage: '现场勘查', documents: ['申请表'], giver: 'u1', receiver: 'u5', giverSigned: true, stage: '业务受理' },
      { at: T2, toStage: '资料归档', documents: ['身份证'], giver: 'u5', receiver: 'u6', receiverSigned: true, stage: '现场勘查' },
    ],
    acceptances: [{ at: T1, contact: '138', backfilledAt: T2 }],
    milestones: {
      'paper.delivered': [{ at: T2, data: { toUnit: 'B1' } }],
      'fee.paid': [
        { at: T1, data: { amount: 1 } },
        { at: T3, data: { amount: 2 } },
      ],
    },
    seen: { 'stage.completed': { count: 3, firstAt: T1, lastAt: T3 } },
  }),
}); // prettier-ignore

/** Key, what the full work order gives, what an empty one gives (undefined = missing). */
const TABLE: [string, JsonValue, JsonValue | undefined][] = [
  ['event.type', 'stage.completed', undefined],
  ['event.time', T1, undefined],
  ['event.recordedTime', T3, undefined],
  ['event.operatorId', 'u2', undefined],
  ['event.checkerId', 'u3', undefined],
  ['event.stage', '业务受理', undefined],
  ['event.nextStage', '现场勘查', undefined],
  ['event.data(field=amount)', 5, undefined],
  ['event.data(field=operator.name)', '张', undefined],
  ['workOrder.no', 'W1', 'W1'],
  ['workOrder.process', '高压新装', undefined],
  ['workOrder.status', 'open', 'open'],
  ['workOrder.customerClass', '高压单电源', undefined],
  ['workOrder.customerNo', '330001', undefined],
  ['workOrder.sameCity', false, undefined],
  ['workOrder.managingUnit', 'B1', undefined],
  ['workOrder.orgUnit', 'A1', undefined],
  ['workOrder.openedAt', T1, undefined],
  ['workOrder.endedAt', T3, undefined],
  ['workOrder.lastEventAt', T3, undefined],
  ['workOrder.returns', 1, 0],
  ['workOrder.suspended', true, false],
  ['workOrder.suspended(side=customer)', true, false],
  ['workOrder.suspended(side=utility)', false, false],
  ['workOrder.attribute(name=load)', 500, undefined],
  ['workOrder.attribute(name=site.city)', '杭州', undefined],
  ['stage.name', '业务受理', undefined],
  ['stage.name(stage=现场勘查)', '现场勘查', '现场勘查'],
  ['stage.visit', 2, undefined],
  ['stage.visits', 2, undefined],
  ['stage.visits(stage=现场勘查)', 1, 0],
  ['stage.workItem', 'YXZY-YY-151', undefined],
  ['stage.arrivedAt', T2, undefined],
  ['stage.arrivedAt(stage=现场勘查)', T1 + 3, undefined],
  ['stage.completedAt', T3, undefined],
  ['stage.completed', true, undefined],
  ['stage.completed(stage=现场勘查)', false, false],
  ['stage.completions', 1, undefined],
  ['stage.totalCompletions', 3, undefined],
  ['stage.totalCompletions(stage=业务受理)', 3, 0],
  ['stage.sent', false, undefined],
  ['stage.sent(stage=业务受理)', false, false],
  ['stage.returned', false, undefined],
  ['stage.returned(stage=现场勘查)', true, false],
  ['stage.operatorId', 'u2', undefined],
  ['stage.checkerId', 'u3', undefined],
  ['stage.orgUnit', 'A1', undefined],
  ['document.received(document=申请表)', true, false],
  ['document.received(document=产权证明)', false, false],
  ['document.received(document=身份证,stage=same)', true, false],
  ['document.received(document=身份证,stage=现场勘查)', false, false],
  ['document.receivedAt(document=申请表)', T3, undefined],
  ['document.receivedAt(document=申请表,stage=业务受理)', T1, undefined],
  ['document.missing(documents=[产权证明,申请表])', ['产权证明'], ['产权证明', '申请表']],
  ['document.receivedList', ['申请表', '身份证'], []],
  ['document.receivedList(stage=现场勘查)', ['申请表'], []],
  ['document.count', 2, 0],
  ['document.count(stage=现场勘查)', 1, 0],
  ['shortfall.notified', true, false],
  ['shortfall.agreedDate', '2026-01-08', undefined],
  ['shortfall.missing', ['产权证明'], []],
  ['signature.present(document=受理单,role=customer)', true, false],
  ['signature.present(document=受理单,role=customer,stage=same)', false, false],
  ['signature.missing(document=受理单,roles=[customer,checker,handler])', ['checker'], ['customer', 'checker', 'handler']],
  ['signature.signer(document=受理单,role=handler)', 'u2', undefined],
  ['signature.at(document=受理单,role=handler)', T2, undefined],
  ['contactCard.issued', true, false],
  ['contactCard.issued(stage=现场勘查)', false, false],
  ['contactCard.field(field=phone)', '2', undefined],
  ['contactCard.field(field=name)', 'n', undefined],
  ['record.entered', true, false],
  ['record.entered(form=答复单)', false, false],
  ['record.checked(form=清单)', true, false],
  ['record.operatorId', 'u2', undefined],
  ['record.checkerId', 'u4', undefined],
  ['record.openMismatches', 2, 0],
  ['record.openMismatches(form=受理单)', 1, 0],
  ['record.unchecked', ['勘查单'], []],
  ['record.selfChecked', ['清单'], []],
  ['record.selfChecked(form=受理单)', [], []],
  ['record.field(field=capacity)', 20, undefined],
  ['record.field(field=only)', 'x', undefined],
  ['record.enteredAt', T2, undefined],
  ['record.checkedAt', T2, undefined],
  ['record.checkedAt(form=清单)', T1, undefined],
  ['handover.recorded', true, false],
  ['handover.recorded(toStage=客户回访)', false, false],
  ['handover.recorded(stage=same)', true, false],
  ['handover.giver', 'u5', undefined],
  ['handover.receiver(toStage=现场勘查)', 'u5', undefined],
  ['handover.signer(role=receiver)', 'u6', undefined],
  ['handover.signer(role=giver)', 'u5', undefined],
  ['handover.giverSigned', false, false],
  ['handover.giverSigned(toStage=现场勘查)', true, false],
  ['handover.receiverSigned', true, false],
  ['handover.documents', ['申请表', '身份证'], []],
  ['handover.missing(documents=[申请表,合同])', ['合同'], ['申请表', '合同']],
  ['handover.missing(documents=[申请表,身份证],toStage=现场勘查)', ['身份证'], ['申请表', '身份证']],
  ['handover.omitted', [], undefined],
  ['handover.omitted(stage=业务受理)', ['身份证'], undefined],
  ['paper.delivered', true, false],
  ['paper.deliveredAt', T2, undefined],
  ['paper.toUnit', 'B1', undefined],
  ['acceptance.offline', true, false],
  ['acceptance.backfilled', true, false],
  ['acceptance.contact', '138', undefined],
  ['acceptance.at', T1, undefined],
  ['acceptance.backfilledAt', T2, undefined],
  ['event.share(of=wanted,in=there)', 0.5, undefined],
  ['checklist.missing', ['营业执照'], undefined],
  ['checklist.missing(need=容缺)', [], undefined],
  ['checklist.missing(stage=现场勘查)', [], undefined],
  ['checklist.unsigned', ['申请表·客户'], undefined],
  ['checklist.fileMissing', ['营业执照'], undefined],
  ['stage.workingDaysSpent(except=[业务受理])', 1, undefined],
  ['milestone.reached(name=fee.paid)', true, false],
  ['milestone.reached(name=constructor)', false, false],
  ['milestone.at(name=fee.paid)', T3, undefined],
  ['milestone.count(name=fee.paid)', 2, 0],
  ['milestone.data(name=fee.paid,field=amount)', 2, undefined],
  ['seen.count(type=stage.completed)', 3, 0],
  ['seen.firstAt(type=stage.completed)', T1, undefined],
  ['seen.lastAt(type=stage.completed)', T3, undefined],
  ['now', T3, T1],
  ['today', '2026-01-07', '2026-01-05'],
  // Monday 09:00 to Wednesday 11:00: 7 h + 7.5 h + 2.5 h of business hours.
  ['elapsed.workingHours(from=workOrder.openedAt)', 17, undefined],
  ['elapsed.workingHours(from=now,to=workOrder.openedAt)', -17, undefined],
  ['elapsed.workingDays(from=workOrder.openedAt,to=now)', 2, undefined],
  ['elapsed.calendarHours(from=workOrder.openedAt,to=now)', 50, undefined],
  ['elapsed.minutes(from=workOrder.openedAt,to=milestone.at(name=fee.paid))', 3000, undefined],
  ['elapsed.calendarHours(from=now,to=shortfall.agreedDate)', 13, undefined],
  ['clock.anchorAt', T1, undefined],
  ['clock.dueAt', T2, undefined],
  ['clock.phase', 'overdue', undefined],
  ['feed.name', 'sales', undefined],
  ['feed.silentMinutes', 7, undefined],
]; // prettier-ignore

function read(key: string, from: FactScope): JsonValue | undefined {
  const parsed = parseFactKey(key);
  if ('reason' in parsed) throw new Error(parsed.reason);
  return referTo(parsed.fact, parsed.params).read(from);
}

describe('facts', () => {
  it.each(TABLE)('%s is %j, and %j on an empty work order', (key, full, empty) => {
    expect(read(key, scope)).toEqual(full);
    expect(read(key, scopeOf())).toEqual(empty);
  });

  it('are all in the table above, but for stage.sentAt, which this visit has not', () => {
    const named = new Set(TABLE.map(([key]) => key.split('(')[0]));
    // Tried in parameters.test.ts and assess-window.test.ts.
    named.add('parameter');
    for (const name of FACT_CATALOGUE.keys()) if (name.startsWith('window.')) named.add(name);
    expect([...FACT_CATALOGUE.keys()].filter((name) => !named.has(name))).toEqual(['stage.sentAt']);
    expect(read('stage.sentAt', scope)).toBeUndefined();
    expect(read('stage.sentAt', { ...scope, stage: visit('业务受理', { sentAt: T1 }) })).toBe(T1);
  });

  it('are known on an empty work order exactly where the catalogue says always, given a stage, event and clock', () => {
    const bare = scopeOf({
      stage: visit('业务受理'),
      event: eventOf('x'),
      clock: { anchorAt: T1, phase: 'early' },
    });
    for (const [key] of TABLE) {
      if (key.includes('stage=') || key.startsWith('elapsed.')) continue;
      const name = key.split('(')[0] ?? '';
      if (name === 'event.time' || name === 'event.type') continue;
      const known = read(key, bare) !== undefined;
      expect({ key, known }).toEqual({
        key,
        known: FACT_CATALOGUE.get(name)?.alwaysKnown || name === 'stage.visit',
      });
    }
  });

  it('count as missing when they have another type than the catalogue says', () => {
    const odd = scopeOf({
      workOrder: workOrderWith({ process: 5 as never, sameCity: 'yes' as never, openedAt: NaN }),
      event: eventOf('x', { operator: { id: 7 } as never, nextStage: ['a'], nothing: null }),
    });
    const keys = ['workOrder.process', 'workOrder.sameCity', 'workOrder.openedAt', 'event.operatorId', 'event.nextStage', 'event.data(field=nothing)']; // prettier-ignore
    for (const key of keys) expect({ key, value: read(key, odd) }).toEqual({ key, value: undefined });
  });

  it('read own fields only', () => {
    const from = scopeOf({ event: eventOf('x', { a: { b: [1] } }) });
    for (const path of [
      'constructor',
      '__proto__',
      'a.constructor',
      'a.b.length',
      'a.b.0',
      'toString.name',
    ]) {
      expect({ path, value: read(`event.data(field=${path})`, from) }).toEqual({ path, value: undefined });
    }
    expect(read('event.data(field=a.b)', from)).toEqual([1]);
  });

  it('are missing where the calendar does not reach', () => {
    const late = scopeOf({ now: at('2031-01-06 09:00'), workOrder: workOrderWith({ openedAt: T1 }) });
    expect(read('elapsed.workingHours(from=workOrder.openedAt)', late)).toBeUndefined();
    expect(read('elapsed.workingDays(from=workOrder.openedAt)', late)).toBeUndefined();
    expect(read('elapsed.calendarHours(from=workOrder.openedAt)', late)).toBeGreaterThan(43_000);
  });

  it('take null, undefined and numbers without a value for no value of any type', () => {
    for (const type of ['string', 'number', 'boolean', 'date', 'list', 'any'] as const) {
      expect(conformsTo(null, type) || conformsTo(undefined, type)).toBe(false);
      if (type !== 'any') expect(conformsTo(NaN, type)).toBe(false);
    }
    expect(conformsTo([{}], 'list')).toBe(false);
    expect(conformsTo('soon', 'date')).toBe(false);
  });

  it('have a description in both languages, and so have their parameters', () => {
    for (const { zh, en, params } of FACT_CATALOGUE.values()) {
      for (const text of [zh, ...Object.values(params).map((param) => param.zh)])
        expect(text).toMatch(/\p{Script=Han}/u);
      for (const text of [en, ...Object.values(params).map((param) => param.en)])
        expect(text).toMatch(/[a-z]{2}/);
    }
  });
});

describe('keys of facts', () => {
  it('are the same for any order of parameters and any way of quoting', () => {
    const forms = [
      'signature.present(document=受理单,role=customer)',
      'signature.present(role=customer, document="受理单")',
    ];
    const keys = forms.map((form) => {
      const parsed = parseFactKey(form);
      return 'reason' in parsed ? parsed.reason : referTo(parsed.fact, parsed.params).key;
    });
    expect(new Set(keys)).toEqual(new Set(['signature.present(document=受理单,role=customer)']));
  });

  it('keep text with signs of their own apart', () => {
    const name = 'a,b)=["x"]';
    const { key } = referTo('document.missing', { documents: [name, ' c'] });
    const parsed = parseFactKey(key);
    expect(parsed).toEqual({ fact: 'document.missing', params: { documents: [name, ' c'] } });
  });

  it.each([
    ['', '缺少事实名称'],
    ['a(', '参数 "" 后应为 "="'],
    ['a(b', '参数 "b" 后应为 "="'],
    ['a(b=c', '应有 ")"'],
    ['a(b=[c)', '应有 "]"'],
    ['a(b="c)', '引号没有配对'],
    ['a(b=c)d', '第 7 个字符 "d" 多余'],
    ['a(__proto__=c)', '参数名 "__proto__" 不可用'],
    ['a(b="\\q")', '引号内的文字 "\\q" 有误'],
  ])('%j is refused: %s', (text, reason) => {
    expect(parseFactKey(text)).toEqual({ reason });
  });
});
