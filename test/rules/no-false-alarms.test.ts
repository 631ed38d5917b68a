import { describe, expect, it } from '@jest/globals';
import type { BusinessEvent, EventData } from '../../src/events/business-event.js';
import { eventAt } from '../support/event-at.js';
import { assessUnder, summarise } from './load-project-rules.js';

const stage = '业务受理';
const survey = '现场勘查';
/** Business time; 3 March 2026 is a Tuesday, the end-of-day sweep is at 17:00. */
const on = (type: string, local: string, data: EventData = {}): BusinessEvent =>
  eventAt(type, `${local.replace(' ', 'T')}+08:00`, data);
const findingsOf = async (rules: string[], events: BusinessEvent[], until: string) =>
  (await assessUnder(rules, events, `${until.replace(' ', 'T')}+08:00`)).findings.map(summarise);

const DAY_END = 'flow-unsent-at-day-end';
const ACROSS = 'flow-unsent-across-day';
const UNSENT = [DAY_END, ACROSS];
const done = (local: string, at = stage) => on('stage.completed', local, { stage: at, process: '高压新装' });

describe('a flow that was sent back is not forgotten', () => {
  const returned = on('flow.returned', '2026-03-03 15:00', { stage: survey, nextStage: stage });

  it('neither the stage that returned it nor the stage it went back to is to be sent', async () => {
    const events = [done('2026-03-03 10:00'), done('2026-03-03 14:00', survey), returned];
    expect(await findingsOf(UNSENT, events, '2026-03-10 18:00')).toEqual([]);
  });

  it('but what is then done anew is, and only that', async () => {
    const events = [
      done('2026-03-03 10:00'),
      done('2026-03-03 14:00', survey),
      returned,
      done('2026-03-04 09:00'),
    ];
    expect(await findingsOf(UNSENT, events, '2026-03-05 18:00')).toEqual([
      `${DAY_END} ${stage}#2 found 2026-03-04T17:00 x2 open`,
      `${ACROSS} ${stage}#2 overdue 2026-03-05T17:30 x1 open`,
    ]);
  });

  it('an alert that was raised before is withdrawn by the return', async () => {
    const late = on('flow.returned', '2026-03-05 09:00', { stage: survey, nextStage: stage });
    const events = [done('2026-03-03 10:00'), done('2026-03-03 14:00', survey), late];
    expect(await findingsOf(UNSENT, events, '2026-03-06 18:00')).toEqual([
      `${DAY_END} ${stage}#1 found 2026-03-03T17:00 x2 evidence 2026-03-05T09:00`,
      `${DAY_END} ${survey}#1 found 2026-03-03T17:00 x2 evidence 2026-03-05T09:00`,
      `${ACROSS} ${stage}#1 overdue 2026-03-04T17:30 x1 evidence 2026-03-05T09:00`,
      `${ACROSS} ${survey}#1 overdue 2026-03-04T17:30 x1 stopped 2026-03-05T09:00`,
    ]);
  });

  it('its papers need not go on either', async () => {
    const rules = ['handover-missing-at-day-end', 'paper-file-late'];
    const events = [done('2026-03-03 10:00'), on('stage.arrived', '2026-03-03 10:05', { stage: survey })];
    expect(await findingsOf(rules, [...events, returned], '2026-03-10 18:00')).toEqual([]);
    expect(await findingsOf(rules, events, '2026-03-10 18:00')).toHaveLength(2);
  });

  it('the limits of 同城受理 count from when the application is accepted anew', async () => {
    const rules = ['paper-file-same-city-next-workday', 'same-city-window-not-contacted'];
    const events = [
      on('workorder.opened', '2026-03-03 09:00', { sameCity: true, managingUnit: '33401' }),
      done('2026-03-03 10:00'),
      on('stage.arrived', '2026-03-03 10:05', { stage: survey }),
      on('flow.returned', '2026-03-03 11:00', { stage: survey, nextStage: stage }),
    ];
    expect(await findingsOf(rules, events, '2026-03-10 18:00')).toEqual([]);
    expect(await findingsOf(rules, [...events, done('2026-03-05 10:00')], '2026-03-10 18:00')).toEqual([
      `same-city-window-not-contacted ${stage}#2 overdue 2026-03-05T15:30 x1 open`,
      `paper-file-same-city-next-workday ${stage}#2 overdue 2026-03-06T16:09 x2 open`,
    ]);
  });
});

describe('a suspended work order is not forgotten', () => {
  const suspend = (local: string, side: string) => on('workorder.suspended', local, { side });
  const resume = (local: string) => on('workorder.resumed', local);

  it('while the customer has it suspended', async () => {
    const events = [done('2026-03-03 10:00'), suspend('2026-03-03 16:00', 'customer')];
    expect(await findingsOf(UNSENT, events, '2026-03-31 18:00')).toEqual([]);
  });

  it('but it is from the first day end after it goes on', async () => {
    const events = [
      done('2026-03-03 10:00'),
      suspend('2026-03-03 16:00', 'customer'),
      resume('2026-03-16 09:00'),
    ];
    expect(await findingsOf(UNSENT, events, '2026-03-16 18:00')).toEqual([
      `${DAY_END} ${stage}#1 found 2026-03-16T17:00 x1 open`,
      `${ACROSS} ${stage}#1 overdue 2026-03-16T17:30 x1 open`,
    ]);
  });

  it('an alert of the day before rests meanwhile, and comes again', async () => {
    const events = [
      done('2026-03-03 10:00'),
      suspend('2026-03-04 09:00', 'customer'),
      resume('2026-03-16 09:00'),
    ];
    expect(await findingsOf([DAY_END], events, '2026-03-16 18:00')).toEqual([
      `${DAY_END} ${stage}#1 found 2026-03-03T17:00 x1 evidence 2026-03-04T09:00`,
      `${DAY_END} ${stage}#1 found 2026-03-16T17:00 x1 open`,
    ]);
  });

  it('the utility cannot excuse itself so', async () => {
    const events = [done('2026-03-03 10:00'), suspend('2026-03-03 16:00', 'utility')];
    expect(await findingsOf(UNSENT, events, '2026-03-04 18:00')).toHaveLength(2);
  });
});

describe('an unsent flow is found', () => {
  it('also where nobody told process, work item or customer', async () => {
    const bare = on('stage.completed', '2026-03-03 10:00', { stage });
    expect(await findingsOf(UNSENT, [bare], '2026-03-04 18:00')).toHaveLength(2);
    const archived = on('stage.completed', '2026-03-03 10:00', { stage: '信息归档' });
    expect(await findingsOf(UNSENT, [archived], '2026-03-04 18:00')).toHaveLength(2);
  });

  it('also where papers were filed before, because some were missing', async () => {
    const filed = on('archive.filed', '2026-03-02 16:00', { stage });
    expect(await findingsOf(UNSENT, [filed, done('2026-03-03 10:00')], '2026-03-04 18:00')).toHaveLength(2);
  });

  it('but not where the stage ended in the archive, or the work order was closed', async () => {
    for (const type of ['archive.filed', 'workorder.closed']) {
      const events = [done('2026-03-03 10:00'), on(type, '2026-03-03 10:00')];
      expect(await findingsOf(UNSENT, events, '2026-03-10 18:00')).toEqual([]);
      const later = [done('2026-03-03 10:00'), on(type, '2026-03-05 09:00')];
      expect((await findingsOf(UNSENT, later, '2026-03-10 18:00')).filter((f) => f.endsWith('open'))).toEqual(
        [],
      );
    }
  });
});

describe('forms entered and checked by turns', () => {
  const arrived = on('stage.arrived', '2026-03-03 09:00', { stage });
  const enter = (time: string, id: string, form: string, fields: EventData = {}) =>
    on('record.entered', `2026-03-03 ${time}`, { stage, form, fields, operator: { id } });
  const check = (time: string, id: string, form: string) =>
    on('record.checked', `2026-03-03 ${time}`, { stage, form, checker: { id } });
  const sent = on('flow.sent', '2026-03-03 11:00', { stage, nextStage: survey });
  const SELF = 'record-checker-is-operator';
  const END = '2026-03-03 16:00';

  it('two who check each other are nobody checking himself, nor too quick', async () => {
    const events = [
      arrived,
      enter('09:10', 'u1', '受理单'),
      enter('09:20', 'u2', '资料清单'),
      check('09:20:30', 'u2', '受理单'),
      check('09:40', 'u1', '资料清单'),
      sent,
    ];
    const rules = [SELF, 'record-check-too-fast', 'record-sent-unchecked', 'record-not-checked'];
    expect(await findingsOf(rules, events, END)).toEqual([]);
  });

  it('one who checks himself is found, and only a check of that form by another puts it right', async () => {
    const events = [
      arrived,
      enter('09:10', 'u1', '受理单'),
      enter('09:20', 'u2', '资料清单'),
      check('09:30', 'u1', '受理单'),
      check('09:40', 'u1', '资料清单'),
    ];
    expect(await findingsOf([SELF], events, END)).toEqual([
      `${SELF} ${stage}#1 found 2026-03-03T09:30 x1 open`,
    ]);
    const again = [...events, check('10:00', 'u3', '受理单')];
    expect(await findingsOf([SELF], again, END)).toEqual([
      `${SELF} ${stage}#1 found 2026-03-03T09:30 x1 evidence 2026-03-03T10:00`,
    ]);
  });

  it('the form left unchecked is named when the flow is sent', async () => {
    const events = [
      arrived,
      enter('09:10', 'u1', '受理单'),
      enter('09:20', 'u2', '资料清单'),
      check('09:30', 'u2', '受理单'),
      sent,
    ];
    const { findings } = await assessUnder(['record-sent-unchecked'], events, '2026-03-03T16:00+08:00');
    expect(findings.map(({ evidence }) => evidence.title)).toEqual([
      `工单 WO1 ${stage}的录入信息未经校核就已发送（资料清单）`,
    ]);
  });

  it('a wrong number on one form is not held against the next form', async () => {
    const rule = 'contact-phone-malformed';
    const events = [
      arrived,
      enter('09:10', 'u1', '受理单', { phone: '1380013800' }),
      enter('09:20', 'u1', '资料清单'),
    ];
    expect(await findingsOf([rule], events, END)).toEqual([
      `${rule} ${stage}#1 found 2026-03-03T09:10 x1 open`,
    ]);
  });
});

describe('a second handover of a stage', () => {
  const RULE = 'handover-receiver-mismatch';
  const BOOK = '业务档案移交记录簿';
  const handed = (local: string, receiver: string) =>
    on('handover.recorded', `2026-03-03 ${local}`, { stage: survey, giver: 'u1', receiver });
  const signed = (local: string, signer: string) =>
    on('signature.recorded', `2026-03-03 ${local}`, {
      stage: survey,
      document: BOOK,
      role: 'receiver',
      signer,
    });

  it('is not held against the signature of the first', async () => {
    const events = [
      on('stage.arrived', '2026-03-03 09:00', { stage: survey }),
      handed('10:00', 'u2'),
      signed('10:01', 'u2'),
      done('2026-03-03 10:30', survey),
      on('stage.arrived', '2026-03-03 14:00', { stage: survey }),
      handed('15:00', 'u3'),
    ];
    expect(await findingsOf([RULE], [...events, signed('15:01', 'u3')], '2026-03-03 18:00')).toEqual([]);
    expect(await findingsOf([RULE], [...events, signed('15:01', 'u2')], '2026-03-03 18:00')).toEqual([
      `${RULE} ${survey}#2 found 2026-03-03T15:01 x1 open`,
    ]);
  });
});

describe('papers received and papers handed over', () => {
  const RULE = 'handover-list-short';
  const arrived = on('stage.arrived', '2026-03-03 09:00', { stage, process: '高压新装' });
  const received = (time: string, document: string, how: EventData = { paper: true }) =>
    on('document.received', `2026-03-03 ${time}`, { stage, document, ...how });
  const handed = (time: string, documents: string[]) =>
    on('handover.recorded', `2026-03-03 ${time}`, { stage, documents });

  it('are held against each other for any process, whatever the documents are called', async () => {
    const events = [
      arrived,
      received('09:05', '项目批文'),
      received('09:05', '用电设备清单'),
      handed('16:00', ['项目批文', '受理单']),
    ];
    const { findings } = await assessUnder([RULE], events, '2026-03-03T18:00+08:00');
    expect(findings.map(({ evidence }) => [evidence.title, evidence.advice])).toEqual([
      [
        '工单 WO1 收了 用电设备清单，移交清单上没有',
        '逐件清点已收的 项目批文、用电设备清单：漏交的补交补登，找不到的按资料遗失处理。',
      ],
    ]);
    expect(
      await findingsOf([RULE], [...events, handed('16:30', ['用电设备清单'])], '2026-03-03 18:00'),
    ).toEqual([`${RULE} ${stage}#1 found 2026-03-03T16:00 x1 evidence 2026-03-03T16:30`]);
  });

  it('agree where the rest is electronic or came after the handover', async () => {
    const events = [
      arrived,
      received('09:05', '项目批文'),
      received('09:06', '营业执照', { electronic: true, paper: false }),
      handed('16:00', ['项目批文']),
      received('16:20', '产权证明'),
    ];
    expect(await findingsOf([RULE], events, '2026-03-10 18:00')).toEqual([]);
  });
});
