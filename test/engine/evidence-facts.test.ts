import { describe, expect, it } from '@jest/globals';
import { parseFactKey } from '../../src/engine/fact-key.js';
import { referTo } from '../../src/engine/fact-reference.js';
import type { BusinessEvent, EventData } from '../../src/events/business-event.js';
import type { JsonValue } from '../../src/json.js';
import { foldEvents } from '../../src/work-orders/project-work-order.js';
import { eventAt } from '../support/event-at.js';
import { scopeOf } from './fixtures.js';

const stage = '业务受理';
const on = (type: string, time: string, data: EventData = {}): BusinessEvent =>
  eventAt(type, `2026-01-05T${time}+08:00`, { stage, ...data });
const enter = (time: string, by?: string, form?: string) =>
  on('record.entered', time, { ...(by && { operator: { id: by } }), ...(form && { form }) });
const check = (time: string, by?: string, form?: string, mismatches: string[] = []) =>
  on('record.checked', time, { ...(by && { checker: { id: by } }), ...(form && { form }), mismatches });

/** Reads a fact as a rule that the last of these events triggered would. */
function read(key: string, events: readonly BusinessEvent[]): JsonValue | undefined {
  const parsed = parseFactKey(key);
  if ('reason' in parsed) throw new Error(parsed.reason);
  const workOrder = foldEvents(events);
  const event = events.at(-1);
  const visit = workOrder.stages.findLast((v) => v.stage === stage);
  return referTo(parsed.fact, parsed.params).read(
    scopeOf({ workOrder, ...(event && { event, now: event.at }), ...(visit && { stage: visit }) }),
  );
}

describe('entries and checks of several forms', () => {
  const interleaved = [
    enter('09:00', 'u1', '甲表'),
    enter('09:05', 'u2', '乙表'),
    check('09:10', 'u2', '甲表'),
    check('09:15', 'u1', '乙表'),
  ];
  const CASES: [string, string, BusinessEvent[], JsonValue | undefined][] = [
    ['two clerks check each other', 'record.selfChecked', interleaved, []],
    ['one of two checks is of the own form', 'record.selfChecked', [...interleaved.slice(0, 3), check('09:15', 'u2', '乙表')], ['乙表']],
    ['somebody else checks again', 'record.selfChecked', [enter('09:00', 'u1', '甲表'), check('09:10', 'u1', '甲表'), check('09:20', 'u2', '甲表')], []],
    ['another form being checked does not cure it', 'record.selfChecked', [enter('09:00', 'u1', '甲表'), check('09:10', 'u1', '甲表'), enter('09:11', 'u3', '乙表'), check('09:20', 'u2', '乙表')], ['甲表']],
    ['entered anew by another after it', 'record.selfChecked', [enter('09:00', 'u1', '甲表'), check('09:10', 'u1', '甲表'), enter('09:20', 'u2', '甲表')], ['甲表']],
    ['no form told', 'record.selfChecked', [enter('09:00', 'u1'), check('09:10', 'u1')], ['未注明表单']],
    ['the form told of one only', 'record.selfChecked', [enter('09:00', 'u1'), check('09:10', 'u1', '甲表')], ['甲表']],
    ['a check of no form covers all', 'record.selfChecked', [enter('09:00', 'u1', '甲表'), check('09:10', 'u1', '甲表'), check('09:20', 'u2')], []],
    ['who entered is not told', 'record.selfChecked', [enter('09:00', undefined, '甲表'), check('09:10', 'u1', '甲表')], []],
    ['who checked is not told', 'record.selfChecked', [enter('09:00', 'u1', '甲表'), check('09:10', undefined, '甲表')], []],
    ['the check came first', 'record.selfChecked', [check('09:00', 'u1', '甲表'), enter('09:10', 'u1', '甲表')], []],
    ['only the form of the event', 'record.selfChecked(form=same)', [enter('09:00', 'u1', '甲表'), check('09:10', 'u1', '甲表'), enter('09:11', 'u3', '乙表'), check('09:20', 'u2', '乙表')], []],
    ['each form waits for its own check', 'record.unchecked', interleaved.slice(0, 3), ['乙表']],
    ['all are checked', 'record.unchecked', interleaved, []],
    ['checked in the same instant', 'record.unchecked', [enter('09:00', 'u1', '甲表'), check('09:00', 'u2', '甲表')], []],
    ['entered anew after the check', 'record.unchecked', [...interleaved, enter('09:30', 'u1', '甲表')], ['甲表']],
    ['a check of no form is of all', 'record.unchecked', [enter('09:00', 'u1', '甲表'), enter('09:05', 'u2', '乙表'), check('09:10', 'u3')], []],
    ['an entry of no form', 'record.unchecked', [enter('09:00', 'u1')], ['未注明表单']],
    ['each form has its own mismatches', 'record.openMismatches', [check('09:00', 'u1', '甲表', ['a']), check('09:05', 'u1', '乙表', ['b', 'c'])], 3],
    ['a clean check of the other form cures nothing', 'record.openMismatches', [check('09:00', 'u1', '甲表', ['a']), check('09:05', 'u1', '乙表')], 1],
    ['a clean check of all forms', 'record.openMismatches', [check('09:00', 'u1', '甲表', ['a']), check('09:05', 'u1')], 0],
    ['who entered the form of the event', 'record.operatorId(form=same)', interleaved.slice(0, 3), 'u1'],
    ['who entered last', 'record.operatorId', interleaved.slice(0, 3), 'u2'],
    ['an event of no form', 'record.operatorId(form=same)', [...interleaved.slice(0, 2), check('09:10', 'u3')], 'u2'],
    ['the form of the event was never entered', 'record.operatorId(form=same)', [enter('09:00', 'u1', '甲表'), check('09:10', 'u1', '乙表')], undefined],
  ]; // prettier-ignore

  it.each(CASES)('%s: %s', (_what, key, events, value) => {
    expect(read(key, events)).toEqual(value);
  });
});

describe('a stage that was sent back', () => {
  const done = on('stage.completed', '09:00');
  const survey = on('stage.arrived', '10:00', { stage: '现场勘查' });
  const back = on('flow.returned', '11:00', { stage: '现场勘查', nextStage: stage });
  const CASES: [string, BusinessEvent[], boolean][] = [
    ['is not, while it goes on its way', [done, on('flow.sent', '09:30'), survey], false],
    ['is, when a later stage returns it', [done, survey, back], true],
    ['is, when it is itself sent back', [done, on('flow.returned', '11:00')], true],
    ['is no more once it is worked on anew', [done, survey, back, on('stage.arrived', '11:30')], false],
    [
      'is not concerned where another stage was called back',
      [
        done,
        on('flow.sent', '09:30'),
        on('flow.returned', '11:00', { stage: '审批', nextStage: '现场勘查' }),
      ],
      false,
    ],
  ];
  it.each(CASES)('%s', (_what, events, returned) => {
    expect(read('stage.returned', events)).toBe(returned);
  });
});

describe('a suspended work order', () => {
  const pause = (time: string, side?: string) => on('workorder.suspended', time, side ? { side } : {});
  const CASES: [string, BusinessEvent[], [boolean, boolean, boolean]][] = [
    ['never', [on('stage.arrived', '09:00')], [false, false, false]],
    ['by the customer', [pause('09:00', 'customer')], [true, true, false]],
    ['by nobody knows whom, which counts as the customer', [pause('09:00')], [true, true, false]],
    ['by the utility', [pause('09:00', 'utility')], [true, false, true]],
    ['and resumed', [pause('09:00', 'customer'), on('workorder.resumed', '10:00')], [false, false, false]],
    [
      'by both, resumed by one',
      [
        pause('09:00', 'customer'),
        pause('09:10', 'utility'),
        on('workorder.resumed', '10:00', { side: 'customer' }),
      ],
      [true, false, true],
    ],
  ];
  it.each(CASES)('%s', (_what, events, [any, customer, utility]) => {
    expect(read('workOrder.suspended', events)).toBe(any);
    expect(read('workOrder.suspended(side=customer)', events)).toBe(customer);
    expect(read('workOrder.suspended(side=utility)', events)).toBe(utility);
  });
});

describe('papers that were received and not handed over', () => {
  const receive = (time: string, document: string, how: EventData = {}) =>
    on('document.received', time, { document, ...how });
  const hand = (time: string, documents?: string[], more: EventData = {}) =>
    on('handover.recorded', time, { ...(documents && { documents }), ...more });
  const two = [receive('09:00', '申请表', { paper: true }), receive('09:01', '产权证明')];
  const CASES: [string, BusinessEvent[], string[] | undefined][] = [
    ['are those on no list', [...two, hand('16:00', ['申请表', '受理单'])], ['产权证明']],
    ['are none when the list holds them all', [...two, hand('16:00', ['产权证明', '申请表'])], []],
    ['are handed over later', [...two, hand('16:00', ['申请表']), hand('16:30', ['产权证明'])], []],
    ['came after the handover', [...two.slice(0, 1), hand('16:00', ['申请表']), receive('16:10', '产权证明')], []],
    ['came in the instant of it', [...two.slice(0, 1), receive('16:00', '产权证明'), hand('16:00', ['申请表'])], ['产权证明']],
    ['are electronic only', [...two, receive('09:02', '营业执照', { electronic: true }), receive('09:03', '批文', { paper: false }), hand('16:00', ['申请表', '产权证明'])], []],
    ['came both on paper and electronic', [receive('09:00', '申请表', { paper: true, electronic: true }), hand('16:00', ['受理单'])], ['申请表']],
    ['are unknown without a list', [...two, hand('16:00')], undefined],
    ['are unknown without a handover', two, undefined],
    ['belong to another stage', [...two, receive('09:05', '勘查单', { stage: '现场勘查' }), hand('16:00', ['申请表', '产权证明'])], []],
  ]; // prettier-ignore

  it.each(CASES)('%s', (_what, events, omitted) => {
    expect(read('handover.omitted(stage=same)', [on('stage.arrived', '08:50'), ...events])).toEqual(omitted);
  });
});
