import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Alert } from '../../src/alerts/alert.js';
import { takeStep, type Step } from '../../src/alerts/take-step.js';
import type { AssessmentEntry } from '../../src/assessment/assessment-entry.js';
import { makeFollowConfirmations } from '../../src/assessment/follow-confirmations.js';
import type { AssessmentActor } from '../../src/assessment/take-assessment-step.js';
import { makeAlert } from '../api/support/make-alert.js';
import { event, openJobService, type JobService } from '../jobs/open-job-service.js';

const HALL = '334010101';
let test: JobService;
beforeAll(async () => {
  test = await openJobService({ at: '2026-11-24T09:00:00+08:00', rules: [] });
});
afterAll(() => test.close());

const COLLECTIONS = [
  'alerts',
  'alert_changes',
  'assessments',
  'assessment_months',
  'feed_positions',
  'audit',
  'audit_head',
];

/** The service as if nothing had happened yet. */
async function open(at = '2026-11-24T09:00:00+08:00'): Promise<JobService> {
  for (const name of COLLECTIONS) await test.connection.collection(name).deleteMany({});
  test.clock.set(at);
  return test;
}

const UNSIGNED: Partial<Alert> = {
  rule: { id: 'handover-receiver-unsigned', version: 1, name: '移交记录缺接收人签字' },
  riskPoint: { kind: 'missing-signature', clauses: ['YXZY-YY-144/3/C1'] },
  orgUnit: HALL,
  responsible: 'E1001',
};
async function put(jobs: JobService, changes: Partial<Alert> = {}): Promise<Alert> {
  const alert = makeAlert({ ...UNSIGNED, ...changes });
  await jobs.service.alertStore.write([{ alert, isNew: true }]);
  return alert;
}
/** Takes steps as people do, each as another one. */
async function step(jobs: JobService, id: string, ...steps: Step[]): Promise<Alert> {
  let [alert] = await jobs.service.alertStore.loadByIds([id]);
  for (const [index, one] of steps.entries()) {
    const next = takeStep(alert!, one, { id: `p${index}`, directs: () => true }, jobs.clock.now());
    await jobs.service.alertStore.write([{ alert: next!, isNew: false }]);
    alert = next;
  }
  return alert!;
}
const CONFIRM: Step[] = [
  { kind: 'acknowledge' },
  { kind: 'rectify', note: '已补签' },
  { kind: 'close', outcome: { result: 'confirmed', reason: '移交记录簿确无签字' } },
];
const entries = async (jobs: JobService): Promise<AssessmentEntry[]> =>
  (await jobs.service.assessments.store.list({}, 100)).sort((a, b) => (a.id < b.id ? -1 : 1));
const brief = (list: readonly AssessmentEntry[]) =>
  list
    .map(({ clause, charged, points, money, status, month }) =>
      [clause.id, charged.kind, charged.id, points, money, status, month].join(' '),
    )
    .sort();
const ANYBODY: AssessmentActor = { id: 'judge', isCharged: false, directs: true, judges: true };
const as = (jobs: JobService, id: string, step: Parameters<JobService['service']['assessments']['stepAssessment']>[0]['step'], actor: AssessmentActor = ANYBODY) =>
  jobs.service.assessments.stepAssessment({ id, step, actorOf: () => actor, isVisible: () => true, by: { who: { name: actor.id } } }); // prettier-ignore

describe('a confirmed finding', () => {
  it('is charged to the person and the team of the first clause that fits, once, in the statistics month of its confirmation', async () => {
    const jobs = await open();
    const { id } = await put(jobs);
    expect(await jobs.minute('assessments')).toEqual({ confirmed: 0 });
    await step(jobs, id, ...CONFIRM);
    expect(await jobs.minute('assessments')).toEqual({ confirmed: 1 });
    const charged = [
      'KH-01 person E1001 2 100 charged 2026-11',
      'KH-01 team 334010101 0.5 0 charged 2026-11',
    ];
    expect(brief(await entries(jobs))).toEqual(charged);
    const [first] = await entries(jobs);
    expect(first).toMatchObject({
      finding: { kind: 'alert', id, workOrder: 'WO-1', confirmedBy: 'p2', reason: '移交记录簿确无签字' },
      orgUnit: HALL,
      // Until offices close five working days after Tuesday 24 November.
      appealUntil: new Date('2026-12-01T09:30:00.000Z'),
      history: [{ what: 'charged', who: 'system' }],
    });
    // Whatever moves the alert afterwards is no second charge.
    await step(jobs, id, { kind: 'comment', note: '存档' });
    await jobs.minute('assessments');
    expect(brief(await entries(jobs))).toEqual(charged);
  });

  it('stays with whom it was charged to, whatever the alert tells later of who is responsible', async () => {
    const jobs = await open();
    const { id } = await put(jobs);
    const confirmed = await step(jobs, id, ...CONFIRM);
    await jobs.minute('assessments');
    const charged = brief(await entries(jobs));
    const corrected = {
      ...confirmed,
      responsible: 'E3003',
      orgUnit: '334020101',
      version: confirmed.version + 1,
    };
    await jobs.service.alertStore.write([{ alert: corrected, isNew: false }]);
    expect(await jobs.minute('assessments')).toEqual({ confirmed: 1 });
    expect(brief(await entries(jobs))).toEqual(charged);
    // What is found and confirmed again is another matter, and his who is responsible then.
    const again = await step(jobs, id, { kind: 'comment', note: '又一次' });
    const recurred: Alert = {
      ...again,
      status: 'open',
      open: true,
      version: again.version + 1,
      history: [...again.history, { at: new Date(jobs.clock.now()), what: 'recurred', who: 'system' }],
    };
    await jobs.service.alertStore.write([{ alert: recurred, isNew: false }]);
    await step(jobs, id, ...CONFIRM);
    await jobs.minute('assessments');
    expect(brief(await entries(jobs))).toEqual(
      [
        ...charged,
        'KH-01 person E3003 2 100 charged 2026-11',
        'KH-01 team 334020101 0.5 0 charged 2026-11',
      ].sort(),
    );
  });

  it.each([
    ['unconfirmed', {}, [{ kind: 'close', outcome: { result: 'unconfirmed', reason: '签字在背面' } }]],
    ['found by a rule in shadow', { shadow: true }, CONFIRM],
    ['of a kind no clause names', { riskPoint: { kind: 'feed', clauses: [] } }, CONFIRM],
    ['charged by its inspection', { facts: { 'inspection.assessed': true } }, CONFIRM],
  ] as [string, Partial<Alert>, Step[]][])('that is %s is not charged', async (_case, changes, steps) => {
    const jobs = await open();
    const rule = { id: 'other', version: 1, name: '其他' };
    const { id } = await put(jobs, { rule, ...changes });
    await step(jobs, id, ...steps);
    await jobs.minute('assessments');
    expect(await entries(jobs)).toEqual([]);
  });

  it('is charged to the team alone where nobody knows who did it, the sums together', async () => {
    const jobs = await open();
    const alert = makeAlert(UNSIGNED);
    delete alert.responsible;
    await jobs.service.alertStore.write([{ alert, isNew: true }]);
    await step(jobs, alert.id, ...CONFIRM);
    await jobs.minute('assessments');
    expect(brief(await entries(jobs))).toEqual(['KH-01 team 334010101 2.5 100 charged 2026-11']);
  });

  it('is taken back when its alert is opened again, and charged anew when it is confirmed again', async () => {
    const jobs = await open();
    const { id } = await put(jobs);
    await step(jobs, id, ...CONFIRM);
    await jobs.minute('assessments');
    await step(jobs, id, { kind: 'reopen', note: '认定有误' });
    await jobs.minute('assessments');
    expect(brief(await entries(jobs))).toEqual([
      'KH-01 person E1001 0 0 reversed 2026-11',
      'KH-01 team 334010101 0 0 reversed 2026-11',
    ]);
    await step(jobs, id, ...CONFIRM);
    await jobs.minute('assessments');
    expect((await entries(jobs)).filter(({ status }) => status === 'charged')).toHaveLength(2);
  });

  it('stands when the same thing happens again later, which is another finding', async () => {
    const jobs = await open();
    const { id } = await put(jobs);
    const closed = await step(jobs, id, ...CONFIRM);
    const again: Alert = { ...closed, status: 'open', open: true, version: closed.version + 1, history: [...closed.history, { at: new Date(jobs.clock.now()), what: 'recurred', who: 'system' }] }; // prettier-ignore
    delete again.outcome;
    await jobs.service.alertStore.write([{ alert: again, isNew: false }]);
    await step(jobs, id, ...CONFIRM);
    await jobs.minute('assessments');
    expect((await entries(jobs)).filter(({ status }) => status === 'charged')).toHaveLength(4);
  });

  it.each(['before any entry', 'between the two entries', 'before the place in the feed is kept'])(
    'is charged exactly once though the process dies %s',
    async (when) => {
      const jobs = await open();
      const { id } = await put(jobs);
      await step(jobs, id, ...CONFIRM);
      const { changeFeed, alertStore, silences, assessments, content } = jobs.service;
      const die = () => Promise.reject(new Error('killed'));
      const dying = makeFollowConfirmations({
        changeFeed,
        alertStore,
        store: assessments.store,
        table: content.assessment,
        months: assessments.months,
        now: jobs.clock.now,
        positions: { position: (reader) => silences.position(reader), moveTo: die },
        chargeFinding: when === 'before any entry' ? die : assessments.chargeFinding,
      });
      await expect(dying.followConfirmations()).rejects.toThrow('killed');
      if (when === 'between the two entries')
        await jobs.connection.collection('assessments').deleteOne({ 'charged.kind': 'team' });
      jobs.clock.set('2026-11-26T09:00:00+08:00');
      await jobs.minute('assessments');
      await jobs.minute('assessments');
      // In the month in which it was confirmed, though that month is over by now.
      expect(brief(await entries(jobs))).toEqual([
        'KH-01 person E1001 2 100 charged 2026-11',
        'KH-01 team 334010101 0.5 0 charged 2026-11',
      ]);
    },
  );

  it('of an inspection is charged when its task is submitted, where the plan says so', async () => {
    const jobs = await open('2026-11-23T10:00:00+08:00');
    const archived = [
      event('workorder.opened', 'W1', '2026-11-23T09:00:00+08:00', { process: '高压新装', orgUnit: HALL }),
      event('archive.filed', 'W1', '2026-11-23T10:00:00+08:00', {}),
    ];
    await jobs.send(archived);
    await jobs.drain();
    jobs.clock.set('2026-11-24T08:00:00+08:00');
    await jobs.dated('inspections', '2026-11-24');
    const id = `archive-daily-sample|${HALL}|2026-11-24`;
    const task = await jobs.service.inspections.get(id);
    const items = task?.samples[0]?.items ?? [];
    const results = items.map(({ id: item }) => ({ item, workOrder: 'W1', result: 'pass' as const }));
    const failed = {
      item: 'signed-and-sealed',
      workOrder: 'W1',
      result: 'fail' as const,
      finding: '缺印章',
      responsible: 'E7',
    };
    await jobs.service.recordInspection(id, {
      entries: [...results.filter(({ item }) => item !== failed.item), failed],
      submit: true,
      by: 'inspector',
      now: jobs.clock.now(),
    });
    await jobs.minute('follow-inspections');
    const charged = ['KH-20 person E7 1 50 charged 2026-11', 'KH-20 team 334010101 0.2 0 charged 2026-11'];
    expect(brief(await entries(jobs))).toEqual(charged);
    // The alert for putting it right, once confirmed, does not charge it again.
    const [alert] = await jobs.alertsOf(`inspection:${id}`);
    await step(jobs, alert!.id, ...CONFIRM);
    await jobs.minute('assessments');
    expect(brief(await entries(jobs))).toEqual(charged);
  });
});

describe('an entry', () => {
  async function charged(): Promise<{ jobs: JobService; person: AssessmentEntry; team: AssessmentEntry }> {
    const jobs = await open();
    const { id } = await put(jobs);
    await step(jobs, id, ...CONFIRM);
    await jobs.minute('assessments');
    const all = await entries(jobs);
    return {
      jobs,
      person: all.find(({ charged: { kind } }) => kind === 'person')!,
      team: all.find(({ charged: { kind } }) => kind === 'team')!,
    };
  }
  const self: AssessmentActor = { id: 'zhang', isCharged: true, directs: false, judges: true };
  const APPEAL = { kind: 'appeal', reason: '当日由他人代班' } as const;
  const DECIDE = { kind: 'decide', result: 'revoked', reason: '代班属实' } as const;

  it('is accepted by the one who is charged; then there is nothing to appeal against', async () => {
    const { jobs, person } = await charged();
    await expect(
      as(jobs, person.id, { kind: 'acknowledge' }, { ...ANYBODY, directs: false }),
    ).rejects.toThrow(/Only the one who is charged, or a supervisor of the unit/);
    expect(await as(jobs, person.id, { kind: 'acknowledge' }, self)).toMatchObject({
      status: 'acknowledged',
      points: 2,
    });
    await expect(as(jobs, person.id, APPEAL, self)).rejects.toThrow(/appeal is possible when it is charged/);
  });

  it('is appealed against in time, and decided by another person: not the one charged, who appealed, or who confirmed it', async () => {
    const { jobs, person } = await charged();
    await as(jobs, person.id, APPEAL, { ...ANYBODY, id: 'foreman' });
    for (const [actor, message] of [
      [self, /is charged to you/],
      [{ ...ANYBODY, judges: false }, /Only a supervisor of the unit/],
      [{ ...ANYBODY, id: 'foreman' }, /You appealed/],
      [{ ...ANYBODY, id: 'p2' }, /You confirmed/],
    ] as const)
      await expect(as(jobs, person.id, DECIDE, actor)).rejects.toThrow(message);
    expect(await as(jobs, person.id, DECIDE)).toMatchObject({ status: 'revoked', points: 0, money: 0, initial: { points: 2, money: 100 } });
    await expect(as(jobs, person.id, DECIDE)).rejects.toThrow(/is revoked/);
    const rows = (await jobs.service.audit.list(10)).map(({ action }) => action);
    expect(rows).toEqual(['assessment.decide', 'assessment.appeal']);
  }); // prettier-ignore

  it('is not appealed against when the time is over', async () => {
    const { jobs, person } = await charged();
    jobs.clock.set('2026-12-01T17:30:01+08:00');
    await expect(as(jobs, person.id, APPEAL, self)).rejects.toThrow(
      /time to appeal .* was over at 2026-12-01T09:30/,
    );
  });

  it('is reduced to less than it was, never to more', async () => {
    const { jobs, person } = await charged();
    await as(jobs, person.id, APPEAL, self);
    const reduce = (points?: number, money?: number) => ({ kind: 'decide' as const, result: 'reduced' as const, reason: '管理责任减半', ...(points !== undefined && { points }), ...(money !== undefined && { money }) }); // prettier-ignore
    for (const [points, money] of [[3, 50], [2, 100], [0, 0]] as const)
      await expect(as(jobs, person.id, reduce(points, money))).rejects.toThrow(/must be less than 2 points and 100 yuan/); // prettier-ignore
    expect(await as(jobs, person.id, reduce(1))).toMatchObject({ status: 'reduced', points: 1, money: 100 });
  });

  it('of a unit is decided above it', async () => {
    const { jobs, team } = await charged();
    await as(jobs, team.id, APPEAL, { ...ANYBODY, id: 'foreman' });
    await expect(as(jobs, team.id, DECIDE, { ...ANYBODY, judges: false })).rejects.toThrow(
      /charged to the unit itself; a supervisor above it/,
    );
  });

  it('takes a repeated request once, and only at the version that was read', async () => {
    const { jobs, person } = await charged();
    const once = { ...APPEAL, key: 'appeal-0001' };
    const first = await as(jobs, person.id, once, self);
    expect(await as(jobs, person.id, once, self)).toEqual(first);
    await expect(
      jobs.service.assessments.stepAssessment({ id: person.id, step: DECIDE, actorOf: () => ANYBODY, isVisible: () => true, by: { who: { name: 'x' } }, version: 1 }),
    ).rejects.toThrow(/changed meanwhile: it is at version 2/); // prettier-ignore
  });

  it('of a frozen month does not change; what is taken back goes to the month of then, once', async () => {
    const { jobs, person, team } = await charged();
    const { freezeMonth, store } = jobs.service.assessments;
    const by = { id: 'boss', who: { name: 'boss' }, requestId: 'r' };
    await expect(freezeMonth('2026-11', by)).rejects.toThrow(/Month 2026-11 is over at 2026-11-25T16:00/);
    jobs.clock.set('2026-11-26T09:00:00+08:00');
    await expect(freezeMonth('2026-11', by)).rejects.toThrow(/2 entries .* may still be appealed against until 2026-12-01/);
    jobs.clock.set('2026-12-02T09:00:00+08:00');
    expect(await freezeMonth('2026-11', by)).toMatchObject({ totals: { entries: 2, points: 2.5, money: 100 } });
    expect(await freezeMonth('2026-11', { ...by, id: 'other' })).toMatchObject({ by: 'boss' });

    await expect(as(jobs, person.id, { kind: 'acknowledge' }, self)).rejects.toThrow(/Month 2026-11 is frozen/);
    const reverse = { kind: 'reverse', reason: '责任人登记错误' } as const;
    const counter = await as(jobs, person.id, reverse);
    expect(counter).toMatchObject({ status: 'counter', corrects: person.id, month: '2026-12', points: -2, money: -100 });
    await expect(as(jobs, person.id, reverse)).rejects.toThrow(/taken back already, by entry .* of 2026-12/);
    await expect(as(jobs, counter.id, reverse)).rejects.toThrow(/it does not change/);
    expect(await store.totals('2026-11')).toEqual({ entries: 2, points: 2.5, money: 100 });
    expect(await store.totals('2026-12')).toEqual({ entries: 1, points: -2, money: -100 });

    // The alert is opened again after the freeze: the team's entry is taken back too, the person's not twice.
    await step(jobs, person.finding.id, { kind: 'reopen', note: '认定有误' });
    await jobs.minute('assessments');
    expect(await store.totals('2026-12')).toEqual({ entries: 2, points: -2.5, money: -100 });
    expect(await store.get(team.id)).toMatchObject({ status: 'charged', points: 0.5, frozen: true });
  }); // prettier-ignore

  it('that comes after its month was frozen belongs to the month of then', async () => {
    const jobs = await open();
    const { id } = await put(jobs);
    await step(jobs, id, ...CONFIRM);
    jobs.clock.set('2026-11-26T09:00:00+08:00');
    await jobs.service.assessments.freezeMonth('2026-11', { id: 'b', who: { name: 'b' }, requestId: 'r' });
    await jobs.minute('assessments');
    expect(new Set((await entries(jobs)).map(({ month }) => month))).toEqual(new Set(['2026-12']));
  });

  it('loses the race with a freeze: the freeze stamps it, and the step finds it changed', async () => {
    const { jobs, person } = await charged();
    const { store } = jobs.service.assessments;
    await store.freeze({ month: '2026-11', frozenAt: new Date(), by: 'boss' });
    expect(await store.replace({ ...person, status: 'acknowledged', version: person.version + 1 })).toBe(
      false,
    );
  });
});
