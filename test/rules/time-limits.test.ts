import { describe, expect, it } from '@jest/globals';
import { eventAt } from '../support/event-at.js';
import { assessUnder, summarise } from './load-project-rules.js';

/** Business time; business hours are 08:30–12:00 and 13:30–17:30, the end-of-day sweep is at 17:00. */
const at = (local: string): string => `${local.replace(' ', 'T')}+08:00`;
const plusMinute = (local: string): string =>
  new Date(Date.parse(at(local)) + 60_000 + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
const FAR = '2026-12-31T20:00+08:00';
const stage = '业务受理';
const findingsOf = async (...args: Parameters<typeof assessUnder>) =>
  (await assessUnder(...args)).findings.map(summarise);

describe('同城受理资料下一工作日送达', () => {
  const RULE = 'paper-file-same-city-next-workday';
  const accepted = (completed: string) => [
    eventAt('workorder.opened', at('2025-12-01 09:00'), { process: '高压新装', sameCity: true }),
    eventAt('stage.completed', at(completed), { stage }),
  ];
  const delivered = (local: string) => eventAt('paper.delivered', at(local), { toUnit: '33401' });

  it.each([
    ['an ordinary working day', '2026-03-03 10:00', '2026-03-04 17:30'],
    ['after closing time', '2026-03-03 18:00', '2026-03-04 17:30'],
    ['over a weekend', '2026-03-06 16:00', '2026-03-09 17:30'],
    ['accepted on a Saturday off', '2026-03-07 10:00', '2026-03-09 17:30'],
    ['into a Saturday worked in lieu (调休)', '2026-02-27 10:00', '2026-02-28 17:30'],
    ['over the National Day holiday', '2026-09-30 10:00', '2026-10-08 17:30'],
    ['over the year end, to a Sunday worked in lieu', '2025-12-31 15:00', '2026-01-04 17:30'],
  ])('is kept at the limit and missed a minute later: %s', async (_case, completed, due) => {
    const [kept] = (await assessUnder([RULE], [...accepted(completed), delivered(due)], FAR)).findings;
    expect(kept).toMatchObject({ phase: 'early', closedBy: 'stopped', dueAt: Date.parse(at(due)) });
    const late = [...accepted(completed), delivered(plusMinute(due))];
    const [missed] = (await assessUnder([RULE], late, FAR)).findings;
    expect(missed).toMatchObject({ phase: 'overdue', closedBy: 'stopped', dueAt: Date.parse(at(due)) });
    expect(missed?.closedAt).toBe(Date.parse(at(plusMinute(due))));
  });

  it('says nothing when the paper is delivered the same day', async () => {
    expect(
      await findingsOf([RULE], [...accepted('2026-03-03 10:00'), delivered('2026-03-03 16:00')], FAR),
    ).toEqual([]);
  });

  it('is flagged, not guessed, beyond the last official calendar', async () => {
    const record = await assessUnder([RULE], accepted('2026-12-31 10:00'), '2027-02-01T00:00+08:00');
    expect(record.findings).toEqual([]);
    expect(record.clocks).toMatchObject([{ uncoveredYears: [2027] }]);
  });

  it('stands still while the customer has the application suspended', async () => {
    const events = [
      ...accepted('2026-03-03 10:00'),
      eventAt('workorder.suspended', at('2026-03-03 11:00'), { side: 'customer' }),
      eventAt('workorder.resumed', at('2026-03-09 09:00'), { side: 'customer' }),
    ];
    expect(await findingsOf([RULE], events, at('2026-03-09 16:00'))).toEqual([]);
    expect(await findingsOf([RULE], events, at('2026-03-09 17:31'))).toEqual([
      `${RULE} 业务受理#1 overdue 2026-03-09T16:42 x2 open`,
    ]);
  });

  it('does not concern an application of the own unit', async () => {
    const events = [
      eventAt('workorder.opened', at('2026-03-03 09:00'), { process: '高压新装', sameCity: false }),
      eventAt('stage.completed', at('2026-03-03 10:00'), { stage }),
    ];
    expect(await findingsOf([RULE], events, FAR)).toEqual([]);
  });
});

describe('纸质资料送达下一环节', () => {
  const RULE = 'paper-file-late';
  const completed = eventAt('stage.completed', at('2026-03-05 10:00'), { stage, process: '减容' });

  it('warns at half of the two working days and is overdue after them', async () => {
    const early = await assessUnder([RULE], [completed], at('2026-03-09 09:00'));
    expect(early.findings).toMatchObject([{ phase: 'early', dueAt: Date.parse(at('2026-03-09 17:30')) }]);
    expect((await assessUnder([RULE], [completed], at('2026-03-09 17:30'))).findings).toMatchObject([
      { phase: 'early' },
    ]);
    expect((await assessUnder([RULE], [completed], at('2026-03-09 17:31'))).findings).toMatchObject([
      { phase: 'overdue' },
    ]);
  });

  it('is met by a handover of the stage as by a delivery, but not by one of another stage', async () => {
    const handed = (from: string) =>
      eventAt('handover.recorded', at('2026-03-05 11:00'), { stage: from, documents: ['受理单'] });
    expect(await findingsOf([RULE], [completed, handed(stage)], FAR)).toEqual([]);
    expect(await findingsOf([RULE], [completed, handed('现场勘查')], FAR)).toHaveLength(1);
  });
});

describe('录入后 4 个工作小时内校核', () => {
  const RULE = 'record-not-checked';
  it.each([
    ['within a morning and an afternoon', '2026-03-03 10:00', '2026-03-03 15:30'],
    ['over a weekend', '2026-03-06 16:30', '2026-03-09 11:30'],
    ['from the lunch break', '2026-03-03 12:30', '2026-03-03 17:30'],
    ['into a Saturday worked in lieu', '2026-02-27 15:30', '2026-02-28 10:30'],
    ['over the Spring Festival', '2026-02-14 16:30', '2026-02-24 11:30'],
  ])('is kept at the limit and missed a minute later: %s', async (_case, entered, due) => {
    const arrived = eventAt('stage.arrived', at('2026-01-05 09:00'), { stage });
    const entry = eventAt('record.entered', at(entered), { stage, fields: { phone: '13800138000' } });
    const check = (local: string) => eventAt('record.checked', at(local), { stage, checker: { id: 'u2' } });
    expect(await findingsOf([RULE], [arrived, entry, check(due)], FAR)).toEqual([]);
    expect(await findingsOf([RULE], [arrived, entry, check(plusMinute(due))], FAR)).toEqual([
      `${RULE} 业务受理#1 overdue ${due.replace(' ', 'T')} x1 stopped ${plusMinute(due).replace(' ', 'T')}`,
    ]);
  });

  it('is counted for each form: the check of one is no check of another', async () => {
    const entered = (form: string, local: string) => eventAt('record.entered', at(local), { stage, form });
    const checked = (form: string | undefined, local: string) =>
      eventAt('record.checked', at(local), { stage, checker: { id: 'u2' }, ...(form && { form }) });
    const two = [
      eventAt('stage.arrived', at('2026-03-03 08:30'), { stage }),
      entered('受理单', '2026-03-03 08:40'),
      entered('客户档案', '2026-03-03 09:00'),
      checked('客户档案', '2026-03-03 09:10'),
    ];
    const found = `${RULE} 业务受理#1 overdue 2026-03-03T14:10 x1`;
    expect(await findingsOf([RULE], two, FAR)).toEqual([`${found} open`]);
    expect(await findingsOf([RULE], [...two, checked('受理单', '2026-03-03 15:00')], FAR)).toEqual([
      `${found} stopped 2026-03-03T15:00`,
    ]);
    // A check that names no form is one of all forms.
    expect(await findingsOf([RULE], [...two, checked(undefined, '2026-03-03 14:00')], FAR)).toEqual([]);
  });

  it('stays found until the last late form is checked', async () => {
    const entered = (form: string, local: string) => eventAt('record.entered', at(local), { stage, form });
    const checked = (form: string, local: string) =>
      eventAt('record.checked', at(local), { stage, checker: { id: 'u2' }, form });
    const events = [
      eventAt('stage.arrived', at('2026-03-03 08:30'), { stage }),
      entered('受理单', '2026-03-03 08:40'),
      entered('客户档案', '2026-03-03 09:00'),
      checked('受理单', '2026-03-03 15:00'),
      checked('客户档案', '2026-03-03 16:00'),
    ];
    expect(await findingsOf([RULE], events, FAR)).toEqual([
      `${RULE} 业务受理#1 overdue 2026-03-03T14:10 x2 stopped 2026-03-03T16:00`,
    ]);
  });
});

describe('差错当日更正', () => {
  it('is found once, on the stage it was made in, however far the work order has gone on', async () => {
    const events = [
      eventAt('stage.arrived', at('2026-03-03 08:30'), { stage }),
      eventAt('record.entered', at('2026-03-03 08:40'), { stage, form: '受理单' }),
      eventAt('record.checked', at('2026-03-03 09:00'), { stage, form: '受理单', mismatches: ['phone'] }),
      eventAt('stage.arrived', at('2026-03-04 10:00'), { stage: '现场勘查' }),
      eventAt('stage.arrived', at('2026-03-05 10:00'), { stage: '审批' }),
    ];
    const RULE = 'record-mismatch-not-corrected';
    expect(await findingsOf([RULE], events, at('2026-03-05 18:00'))).toEqual([
      `${RULE} 业务受理#1 found 2026-03-03T17:00 x3 open`,
    ]);
  });
});

describe('先受理后补录', () => {
  const RULES = ['offline-acceptance-not-backfilled', 'offline-acceptance-backfilled-late'];
  const offline = eventAt('acceptance.offline', at('2026-03-06 15:30'), {
    incident: 'power',
    contact: '138',
  });

  it('warns at three quarters of four working hours, and is overdue after them', async () => {
    expect(await findingsOf(RULES, [offline], at('2026-03-09 09:30'))).toEqual([]);
    expect(await findingsOf(RULES, [offline], at('2026-03-09 09:31'))).toEqual([
      'offline-acceptance-not-backfilled early 2026-03-09T09:30 x1 open',
    ]);
    expect(await findingsOf(RULES, [offline], at('2026-03-09 10:31'))).toEqual([
      'offline-acceptance-not-backfilled overdue 2026-03-09T09:30 x2 open',
    ]);
  });

  it('does not let an entry that is dated back to the acceptance hide how late it was', async () => {
    const backfill = (recorded: string) =>
      eventAt('acceptance.backfilled', at('2026-03-06 15:30'), {}, { recordedAt: Date.parse(at(recorded)) });
    expect(await findingsOf(RULES, [offline, backfill('2026-03-09 10:30')], FAR)).toEqual([]);
    expect(await findingsOf(RULES, [offline, backfill('2026-03-09 10:31')], FAR)).toEqual([
      'offline-acceptance-backfilled-late found 2026-03-06T15:30 x1 open',
    ]);
  });
});

describe('营业厅突发事件', () => {
  const RULES = ['hall-incident-pc-unanswered', 'hall-incident-power-unanswered'];
  const hall = (type: string, local: string, kind: string) =>
    eventAt(`hall.incident.${type}`, at(local), { kind }, { subject: 'H1' });

  it('is answered in time at the fifth minute and too late a minute after', async () => {
    const cut = hall('opened', '2026-03-03 10:00', 'power');
    expect(await findingsOf(RULES, [cut, hall('responded', '2026-03-03 10:05', 'power')], FAR)).toEqual([]);
    expect(await findingsOf(RULES, [cut, hall('responded', '2026-03-03 10:06', 'power')], FAR)).toEqual([
      'hall-incident-power-unanswered overdue 2026-03-03T10:05 x1 stopped 2026-03-03T10:06',
    ]);
  });

  it('is not taken for answered by the answer to another kind, and counts anew the next time', async () => {
    const events = [
      hall('opened', '2026-03-03 10:00', 'pc'),
      hall('opened', '2026-03-03 10:01', 'power'),
      hall('responded', '2026-03-03 10:03', 'power'),
      hall('opened', '2026-03-03 11:00', 'power'),
    ];
    expect((await findingsOf(RULES, events, at('2026-03-03 12:00'))).sort()).toEqual([
      'hall-incident-pc-unanswered overdue 2026-03-03T10:15 x1 open',
      'hall-incident-power-unanswered overdue 2026-03-03T11:05 x1 open',
    ]);
  });
});

describe('流程应发未发', () => {
  const DAY_END = 'flow-unsent-at-day-end';
  const ACROSS = 'flow-unsent-across-day';
  const completed = (local: string, name = stage) =>
    eventAt('stage.completed', at(local), { stage: name, process: '高压新装' });
  const sent = (local: string) => eventAt('flow.sent', at(local), { stage, nextStage: '现场勘查' });

  it.each([
    ['completed before the sweep', '2026-03-06 16:59', '2026-03-06T17:00'],
    ['completed after it, over a weekend', '2026-03-06 17:01', '2026-03-09T17:00'],
    ['into a Saturday worked in lieu', '2026-02-27 17:01', '2026-02-28T17:00'],
    ['over the National Day holiday', '2026-09-30 17:01', '2026-10-08T17:00'],
    ['over the year end', '2025-12-31 17:01', '2026-01-04T17:00'],
  ])('is found by the next end of a working day: %s', async (_case, done, found) => {
    const until = `${found.replace('17:00', '17:00:01')}+08:00`;
    expect(await findingsOf([DAY_END], [completed(done)], until)).toEqual([
      `${DAY_END} 业务受理#1 found ${found} x1 open`,
    ]);
  });

  it('is let go when it was sent at the very moment of the sweep, and closes when it is sent later', async () => {
    const done = completed('2026-03-06 16:00');
    expect(await findingsOf([DAY_END], [done, sent('2026-03-06 17:00')], FAR)).toEqual([]);
    expect(await findingsOf([DAY_END], [done, sent('2026-03-09 09:00')], FAR)).toEqual([
      `${DAY_END} 业务受理#1 found 2026-03-06T17:00 x1 evidence 2026-03-09T09:00`,
    ]);
  });

  it('is looked at for every stage on its own, but not where a process ends', async () => {
    const events = [
      completed('2026-03-03 10:00'),
      sent('2026-03-03 10:01'),
      completed('2026-03-03 11:00', '现场勘查'),
      completed('2026-03-03 12:00', '审批'),
      completed('2026-03-03 14:00', '资料归档'),
    ];
    expect(await findingsOf([DAY_END], events, at('2026-03-03 18:00'))).toEqual([
      `${DAY_END} 现场勘查#1 found 2026-03-03T17:00 x1 open`,
      `${DAY_END} 审批#1 found 2026-03-03T17:00 x1 open`,
    ]);
  });

  it('exempts 信息归档 only in the process that ends there', async () => {
    const archived = (process: string) =>
      eventAt('stage.completed', at('2026-03-03 10:00'), { process, stage: '信息归档' });
    expect(await findingsOf([DAY_END], [archived('批量更改线路台区')], at('2026-03-03 18:00'))).toEqual([]);
    expect(await findingsOf([DAY_END], [archived('高压新装')], at('2026-03-03 18:00'))).toHaveLength(1);
  });

  it('is escalated when it stays over the next working day', async () => {
    const done = completed('2026-03-06 16:00');
    expect(await findingsOf([ACROSS], [done, sent('2026-03-09 17:30')], FAR)).toEqual([]);
    expect(await findingsOf([ACROSS], [done, sent('2026-03-09 17:31')], FAR)).toEqual([
      `${ACROSS} 业务受理#1 overdue 2026-03-09T17:30 x1 stopped 2026-03-09T17:31`,
    ]);
  });
});

describe('一次性告知约定的补充日', () => {
  const RULE = 'shortfall-agreed-date-passed';
  const notice = (agreedDate: string) =>
    eventAt('document.shortfall.notified', at('2026-03-03 10:00'), {
      stage,
      documents: ['产权证明'],
      agreedDate,
    });
  const brought = (local: string) => eventAt('document.received', at(local), { document: '产权证明', stage });

  it('is passed from the first working morning after it', async () => {
    expect(await findingsOf([RULE], [notice('2026-03-05')], at('2026-03-06 08:00'))).toEqual([]);
    expect(await findingsOf([RULE], [notice('2026-03-05')], at('2026-03-06 08:01'))).toEqual([
      `${RULE} found 2026-03-06T08:00 x1 open`,
    ]);
    expect(await findingsOf([RULE], [notice('2026-03-06')], at('2026-03-09 08:01'))).toEqual([
      `${RULE} found 2026-03-09T08:00 x1 open`,
    ]);
  });

  it('does not matter once all is there, and a new date counts anew', async () => {
    expect(await findingsOf([RULE], [notice('2026-03-05'), brought('2026-03-05 16:00')], FAR)).toEqual([]);
    const renewed = eventAt('document.shortfall.notified', at('2026-03-06 10:00'), {
      documents: ['产权证明'],
      agreedDate: '2026-03-10',
    });
    expect(await findingsOf([RULE], [notice('2026-03-05'), renewed], at('2026-03-11 09:00'))).toEqual([
      `${RULE} found 2026-03-06T08:00 x1 evidence 2026-03-06T10:00`,
      `${RULE} found 2026-03-11T08:00 x1 open`,
    ]);
  });
});
