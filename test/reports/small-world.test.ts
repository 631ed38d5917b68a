import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Alert } from '../../src/alerts/alert.js';
import type { Clock } from '../../src/engine/work-order-record.js';
import { type DayFact, dayFactsOf } from '../../src/reports/day-figures.js';
import type { Report, ReportPeriod } from '../../src/reports/make-report.js';
import { openContent } from '../../src/open-content.js';
import { loadReportContent, matchesRule } from '../../src/reports/report-content.js';
import { newWorkOrder } from '../../src/work-orders/project-work-order.js';
import { makeAlert } from '../api/support/make-alert.js';
import { event, openJobService, PAPER_LATE, type JobService } from '../jobs/open-job-service.js';

const A = '334010101';
const B = '334012101';
const at = (day: number, time: string) => `2026-11-${day}T${time}:00+08:00`;
const opened = (no: string, orgUnit: string, day: number, process = '高压新装') =>
  event('workorder.opened', no, at(day, '09:00'), { process, orgUnit });
const done = (no: string, orgUnit: string, day: number) =>
  event('stage.completed', no, at(day, '10:00'), { stage: '业务受理', orgUnit, operator: { id: 'E1' } });
const delivered = (no: string, day: number) =>
  event('paper.delivered', no, at(day, '09:30'), { toUnit: 'X' });

/** 四张工单、两个班组、三天。Papers are due one working day after the acceptance; that limit stands for 竣工检验. */
const WORLD = [
  opened('W1', A, 23), done('W1', A, 23), delivered('W1', 24),
  event('handover.recorded', 'W1', at(23, '11:00'), { stage: '业务受理', documents: [] }),
  opened('W2', A, 23), done('W2', A, 23), delivered('W2', 25),
  opened('W3', A, 24, '更名'), event('workorder.cancelled', 'W3', at(25, '10:00')),
  opened('W4', B, 24), done('W4', B, 24), delivered('W4', 25),
  event('archive.filed', 'W4', at(25, '15:00')), event('workorder.closed', 'W4', at(25, '15:10')),
]; // prettier-ignore

describe('reports of a small world', () => {
  let jobs: JobService;
  beforeAll(async () => {
    jobs = await openJobService({
      at: at(25, '16:00'),
      rules: [{ ...PAPER_LATE, id: 'late-check-assessed-hv' }],
    });
    await jobs.send(WORLD);
    await jobs.drain();
    await jobs.passDeadlines();
    jobs.clock.set(at(25, '17:01'));
    await jobs.dated('close-day', '2026-11-25');
    // What the rule itself raised is left out: the alerts of this world are written down below.
    await jobs.connection.collection('alerts').deleteMany({});
    await jobs.service.alertStore.write(ALERTS.map((alert) => ({ alert, isNew: true })));
  });
  afterAll(() => jobs.close());

  const report = (period: ReportPeriod, date: string, orgUnit?: string): Promise<Report> =>
    jobs.service.reports.makeReport({
      period,
      date,
      orgUnitName: 'x',
      ...(orgUnit !== undefined && { orgUnit, orgUnits: jobs.service.content.orgUnits.subtreeOf(orgUnit) }),
    });
  const check = ({ onTime }: Report) => {
    const { onTime: good, late, rate } = onTime.find(({ stage }) => stage === 'check')!;
    return { onTime: good, late, rate };
  };

  it('count what was opened, closed, completed and handed over, by unit with all below it', async () => {
    const week = await report('week', '2026-11-25');
    expect(week).toMatchObject({ from: '2026-11-23', to: '2026-11-29', label: '2026-11-23', uncountedDates: [] });
    expect(week.volumes).toEqual({ opened: 4, closed: 1, cancelled: 1, archived: 1, stagesCompleted: 3, handovers: 1 });
    expect(week.processes).toEqual([{ process: '高压新装', opened: 3 }, { process: '更名', opened: 1 }]);
    expect((await report('week', '2026-11-23', A)).volumes).toMatchObject({ opened: 3, closed: 0, stagesCompleted: 2 });
    expect((await report('week', '2026-11-23', '3340121')).volumes).toMatchObject({ opened: 1, closed: 1, archived: 1 });
    expect((await report('day', '2026-11-24')).volumes).toMatchObject({ opened: 2, stagesCompleted: 1, handovers: 0 });
  }); // prettier-ignore

  it('tell on-time rates: on the day it was in time, or the limit ran out', async () => {
    expect(check(await report('week', '2026-11-25'))).toEqual({ onTime: 2, late: 1, rate: 0.6667 });
    // W1 was in time on Tuesday, W2's limit ran out that evening, W4 was in time on Wednesday.
    expect(check(await report('day', '2026-11-23'))).toEqual({ onTime: 0, late: 0, rate: null });
    expect(check(await report('day', '2026-11-24'))).toEqual({ onTime: 1, late: 1, rate: 0.5 });
    expect(check(await report('day', '2026-11-25'))).toEqual({ onTime: 1, late: 0, rate: 1 });
    expect(check(await report('week', '2026-11-25', A))).toEqual({ onTime: 1, late: 1, rate: 0.5 });
    expect((await report('week', '2026-11-25')).onTime.map(({ name }) => name)).toEqual([
      '供电方案答复', '设计文件审核', '中间检查', '竣工检验', '装表接电', '全流程',
    ]);
  }); // prettier-ignore

  it('take the statistics month for a month, and say which days are not closed yet', async () => {
    expect(await report('month', '2026-11-25')).toMatchObject({ label: '2026-11', from: '2026-10-26', to: '2026-11-25', volumes: { opened: 4 } });
    const next = await report('month', '2026-11-26');
    expect(next).toMatchObject({ label: '2026-12', from: '2026-11-26', to: '2026-12-25', volumes: { opened: 0 }, uncountedDates: [] });
    expect((await report('month', '2026-11-24')).uncountedDates).toHaveLength(24);
  }); // prettier-ignore

  it('count alerts by kind and outcome, ageing, repeat offenders and the precision of rules', async () => {
    const { alerts } = await report('week', '2026-11-25');
    expect(alerts.raised).toBe(7);
    expect(alerts.overdue).toBe(1);
    expect(alerts.bySeverity).toEqual([{ severity: 'high', count: 5 }, { severity: 'medium', count: 2 }]);
    expect(alerts.byKind).toEqual([
      { kind: 'missing-signature', raised: 5, open: 1, autoClosed: 0, confirmed: 3, unconfirmed: 0, invalid: 1 },
      { kind: 'timeout', raised: 2, open: 1, autoClosed: 1, confirmed: 0, unconfirmed: 0, invalid: 0 },
    ]);
    // The one of October counts, too: it is open.
    expect(alerts.ageing).toEqual([
      { days: '0', count: 1 }, { days: '1-2', count: 1 }, { days: '3-6', count: 0 }, { days: '7-29', count: 0 }, { days: '30+', count: 1 },
    ]);
    expect(alerts.repeatOffenders).toEqual([{ operator: 'E1', orgUnit: A, confirmed: 2, kinds: 1 }]);
    expect(alerts.rules).toEqual([
      { rule: 'unsigned', confirmed: 3, unconfirmed: 0, invalid: 1, precision: 0.75 },
    ]);
    // 案例汇编: what people confirmed, with the newest as examples; what was found to be nothing is no case.
    expect(alerts.cases).toEqual([
      { rule: 'unsigned', kind: 'missing-signature', confirmed: 3, examples: expect.any(Array) },
    ]);
    expect(alerts.cases[0]?.examples.map(({ title, advice }) => [title !== '', advice !== ''])).toEqual(Array.from({ length: 3 }, () => [true, true]));
    const ofB = (await report('week', '2026-11-25', B)).alerts;
    expect([ofB.raised, ofB.repeatOffenders, ofB.rules, ofB.cases]).toEqual([1, [], [], []]);
    expect((await report('week', '2026-11-18')).alerts.raised).toBe(0);
  }); // prettier-ignore

  it('find the day of what was entered late, for a week', async () => {
    await jobs.send([opened('W5', A, 24)]);
    await jobs.drain();
    expect((await report('day', '2026-11-24')).volumes.opened).toBe(2);
    jobs.clock.set(at(26, '17:01'));
    await jobs.dated('close-day', '2026-11-26');
    expect((await report('day', '2026-11-24')).volumes.opened).toBe(3);
    await jobs.dated('close-day', '2026-11-26');
    expect((await report('day', '2026-11-24')).volumes.opened).toBe(3);
  });
});

let serial = 0;
const alert = (changes: Partial<Alert>): Alert => {
  serial += 1;
  const raisedAt = changes.raisedAt ?? new Date(at(23, '12:00'));
  return makeAlert({ id: `s${serial}`, rule: { id: 'unsigned', version: 1, name: '缺签字' }, riskPoint: { kind: 'missing-signature', clauses: [] }, orgUnit: A, responsible: 'E1', raisedAt, firstAt: raisedAt, lastAt: raisedAt, ...changes }); // prettier-ignore
};
const closed = (result: 'confirmed' | 'invalid', more: Partial<Alert> = {}): Alert =>
  alert({ status: 'closed', open: false, closedAt: new Date(at(24, '12:00')), outcome: { result, reason: '核对' }, ...more }); // prettier-ignore
const TIMEOUT: Partial<Alert> = { rule: { id: 'late', version: 1, name: '超时' }, riskPoint: { kind: 'timeout', clauses: [] } }; // prettier-ignore
const ALERTS: Alert[] = [
  closed('confirmed'),
  closed('confirmed'),
  closed('confirmed', { responsible: 'E2' }),
  closed('invalid'),
  alert({ severity: 'medium', raisedAt: new Date(at(25, '09:00')) }),
  alert({ ...TIMEOUT, orgUnit: B, phase: 'overdue' }),
  alert({
    ...TIMEOUT,
    severity: 'medium',
    status: 'auto_closed',
    open: false,
    closedAt: new Date(at(24, '09:00')),
  }),
  // Of October, and open still.
  alert({ raisedAt: new Date('2026-10-05T09:00:00+08:00') }),
  // These count nowhere.
  alert({ shadow: true }),
  closed('confirmed', { retracted: true }),
];

describe('the figures of one work order', () => {
  const NOW = Date.parse(at(25, '12:00'));
  const STAGES = [{ id: 'reply', name: '答复', rules: ['late-reply-*'] }];
  const clock = (changes: Partial<Clock>): Clock => ({ key: 'k', rule: { id: 'late-reply-x', version: 1 }, anchorAt: 0, dueAt: NOW - 1000, warnTimes: [], warned: 0, expired: false, state: 'stopped', stoppedAt: NOW - 2000, ...changes }); // prettier-ignore
  const decided = (...clocks: Clock[]) => {
    const workOrder = newWorkOrder({ recordId: 'W', subjectType: 'workOrder', subject: 'W' });
    return dayFactsOf({ workOrder, clocks }, STAGES, NOW).map(({ at: when, what }: DayFact) => [
      when - NOW,
      what,
    ]);
  };

  it.each<[string, Clock[], unknown[]]>([
    ['nothing without a clock', [], []],
    ['nothing by clocks of other rules', [clock({ rule: { id: 'late-check', version: 1 } })], []],
    ['in time when the last clock stopped in time', [clock({}), clock({ stoppedAt: NOW - 1500 })], [[-1500, { stage: 'reply', late: false }]]],
    ['nothing while a clock runs', [clock({}), clock({ state: 'running', dueAt: NOW + 1 })], []],
    ['late at the first limit that ran out, though others were kept', [clock({}), clock({ dueAt: NOW - 3000 }), clock({ dueAt: NOW - 4000 })], [[-4000, { stage: 'reply', late: true }]]],
    ['late while it still runs', [clock({ state: 'running', dueAt: NOW - 1 })], [[-1, { stage: 'reply', late: true }]]],
    ['in time at the very instant', [clock({ stoppedAt: NOW - 1000 })], [[-1000, { stage: 'reply', late: false }]]],
    ['nothing by a clock whose conditions did not hold', [clock({ state: 'void' })], []],
    ['nothing while it stands still', [clock({ state: 'paused' })], []],
  ])('count %s', (_case, clocks, facts) => {
    expect(decided(...clocks)).toEqual(facts);
  }); // prettier-ignore
});

const CLASSES = ['低压居民', '低压非居民', '高压单电源', '高压双电源'];

describe('rules/reports.json', () => {
  it('names rules that there are', async () => {
    await expect(
      loadReportContent('rules/reports.json', new Set(['late-reply-assessed-hv1'])),
    ).rejects.toThrow(/reports\.json:\d+:\d+: stages\[1\]\.rules\[0\]: 没有规则 "late-design-assessed-\*"/);
  });

  it.each([
    [
      'a field that there is not',
      '{\n  "stages": [],\n  "color": 1\n}',
      /reports\.json:3:3: color: 没有这个字段/,
    ],
    ['one that is missing', '{\n  "stages": []\n}', /reports\.json:1:1: reconciliation: 缺少这个字段/],
    ['a key that is there twice', '{\n  "stages": [],\n  "stages": []\n}', /reports\.json:3:3: /],
    ['no JSON', '{\n  "stages": [,]\n}', /reports\.json:2:14: /],
  ])('is refused for %s, with line and column', async (_what, text, message) => {
    const dir = await mkdtemp(join(tmpdir(), 'yxrisk-reports-'));
    try {
      await writeFile(join(dir, 'reports.json'), text);
      await expect(loadReportContent(join(dir, 'reports.json'), new Set())).rejects.toThrow(message);
    } finally {
      await rm(dir, { recursive: true });
    }
  });

  it('tells the five assessed stages and the whole process apart, for every class of customer', async () => {
    const { rules, reports } = await openContent({ dir: 'rules', timeZone: 'Asia/Shanghai' });
    expect(reports.stages.map(({ name }) => name)).toEqual([
      '供电方案答复', '设计文件审核', '中间检查', '竣工检验', '装表接电', '全流程',
    ]); // prettier-ignore
    for (const { id, rules: patterns } of reports.stages) {
      const classes = rules
        .filter(({ rule }) => patterns.some((pattern) => matchesRule(pattern, rule.id)))
        .flatMap(({ rule: { file } }) =>
          file.status === 'active' ? (file.appliesTo?.customerClasses ?? CLASSES) : [],
        );
      expect({ id, classes: CLASSES.filter((one) => classes.includes(one)) }).toEqual({
        id,
        classes: CLASSES,
      });
    }
  });
});
