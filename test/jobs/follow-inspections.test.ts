import { afterEach, describe, expect, it } from '@jest/globals';
import { accepted, event, openJobService, type JobService } from './open-job-service.js';

const MONDAY = '2026-11-23';
const TUESDAY = '2026-11-24';
const HALL = '334010101';
const PATROL = `hall-daily-patrol|${HALL}|${TUESDAY}`;
const SAMPLE = `archive-daily-sample|${HALL}|${TUESDAY}`;

let test: JobService | undefined;
afterEach(() => test?.close());

async function open(at: string): Promise<JobService> {
  test = await openJobService({ at, rules: [] });
  return test;
}
async function record(of: JobService, id: string, failed: (item: string) => boolean, submit = true) {
  const task = await of.service.inspections.get(id);
  if (!task) throw new Error(`no task ${id}`);
  const own = task.items.map((item) => ({ item: item.id }));
  const sampled = task.samples.flatMap(({ workOrder, items }) =>
    items.map((item) => ({ item: item.id, workOrder })),
  );
  const entries = [...own, ...sampled].map((place) =>
    failed(place.item)
      ? { ...place, result: 'fail' as const, finding: '张三未签字' }
      : { ...place, result: 'pass' as const },
  );
  return of.service.recordInspection(id, { entries, submit, by: 'u1', now: of.clock.now() });
}
const follow = (of: JobService) => of.minute('follow-inspections');

describe('inspection tasks', () => {
  it('become alerts where something failed, once, and without the words of the finding', async () => {
    const jobs = await open(`${TUESDAY}T08:00:00+08:00`);
    await jobs.dated('inspections', TUESDAY);
    await record(jobs, PATROL, (item) => item === 'supervision', false);
    expect(await follow(jobs)).toEqual({ overdue: 0, submitted: 0 });
    await record(jobs, PATROL, (item) => item === 'supervision');
    expect(await follow(jobs)).toEqual({ overdue: 0, submitted: 1 });
    // Killed before it settled: the next minute does it again, and raises nothing twice.
    await jobs.connection
      .collection('inspections')
      .updateOne({ date: TUESDAY, status: 'done' }, { $set: { alertsOwed: true } });
    await follow(jobs);
    const alerts = await jobs.alertsOf(`inspection:${PATROL}`);
    expect(alerts).toMatchObject([
      {
        rule: { id: 'inspection-finding' },
        riskPoint: { kind: 'inspection', clauses: ['YXZY-YY-144/2/C1'] },
        orgUnit: HALL,
        open: true,
        assignTo: 'shift-supervisor',
      },
    ]);
    expect(JSON.stringify(alerts)).not.toContain('张三');
  });

  it('become an alert when they are not submitted in time, which closes itself when they are', async () => {
    const jobs = await open(`${TUESDAY}T08:00:00+08:00`);
    await jobs.dated('inspections', TUESDAY);
    jobs.clock.set(`${TUESDAY}T17:30:00+08:00`);
    await follow(jobs);
    expect(await jobs.alertsOf(`inspection:${PATROL}`)).toEqual([]);
    jobs.clock.set(`${TUESDAY}T17:31:00+08:00`);
    await follow(jobs);
    await follow(jobs);
    expect(await jobs.alertsOf(`inspection:${PATROL}`)).toMatchObject([
      {
        rule: { id: 'inspection-overdue' },
        open: true,
        phase: 'overdue',
        dueAt: new Date(`${TUESDAY}T17:30:00+08:00`),
      },
    ]);
    await record(jobs, PATROL, () => false);
    await follow(jobs);
    expect(await jobs.alertsOf(`inspection:${PATROL}`)).toMatchObject([
      { status: 'auto_closed', open: false },
    ]);
    expect(await jobs.service.inspections.get(PATROL)).toMatchObject({ late: true, overdue: true });
  });

  it('have alerts with due times, which go up the ladder like those of rules and stop when they are closed', async () => {
    const jobs = await open(`${TUESDAY}T08:00:00+08:00`);
    await jobs.dated('inspections', TUESDAY);
    await record(jobs, PATROL, (item) => item === 'supervision');
    jobs.clock.set(`${TUESDAY}T17:31:00+08:00`);
    await follow(jobs);
    const others = (await jobs.connection.collection('inspections').find({ overdue: true }).toArray()).map(
      ({ _id }) => `inspection:${String(_id)}`,
    );
    const [late = ''] = others;
    const all = () => jobs.alertsOf(`inspection:${PATROL}`, late);
    const rungs = async () =>
      (await all()).map(
        ({ rule, escalations = [] }) => `${rule.id} ${escalations.map(({ to }) => to).join()}`,
      );
    for (const { stepDueAt, nextLookAt } of await all()) {
      expect(stepDueAt?.getTime()).toBeGreaterThan(jobs.clock.now());
      expect(nextLookAt?.getTime()).toBeGreaterThan(jobs.clock.now());
    }
    expect(await rungs()).toEqual(['inspection-finding ', 'inspection-overdue ']);

    jobs.clock.set('2026-11-26T08:00:00+08:00');
    await jobs.minute('escalations');
    await jobs.minute('escalations');
    expect(await rungs()).toEqual(['inspection-finding county-manager', 'inspection-overdue county-manager']);

    await record(jobs, late.slice('inspection:'.length), () => false);
    await follow(jobs);
    jobs.clock.set('2026-12-04T08:00:00+08:00');
    await jobs.minute('escalations');
    expect(await rungs()).toEqual([
      'inspection-finding county-manager,city-manager,province-manager',
      'inspection-overdue county-manager',
    ]);
    const closed = (await all()).find(({ rule }) => rule.id === 'inspection-overdue');
    expect(closed).toMatchObject({ status: 'auto_closed' });
    expect([closed?.stepDueAt, closed?.nextLookAt]).toEqual([undefined, undefined]);
  });

  it('let two people enter different items side by side', async () => {
    const jobs = await open(`${TUESDAY}T08:00:00+08:00`);
    await jobs.dated('inspections', TUESDAY);
    const enter = (item: string) =>
      jobs.service.recordInspection(PATROL, {
        entries: [{ item, result: 'pass' }],
        submit: false,
        by: item,
        now: jobs.clock.now(),
      });
    await Promise.all(['pre-shift-meeting', 'supervision', 'patrol-accept-form'].map(enter));
    expect((await jobs.service.inspections.get(PATROL))?.results?.map(({ item }) => item).sort()).toEqual([
      'patrol-accept-form',
      'pre-shift-meeting',
      'supervision',
    ]);
  });

  it('draw more where more was found', async () => {
    const WEDNESDAY = '2026-11-25';
    const jobs = await open(`${MONDAY}T18:00:00+08:00`);
    const archive = async (day: string, orders: readonly string[]) => {
      for (const [index, no] of orders.entries())
        await jobs.send([
          ...accepted(no, day, { process: index % 2 === 0 ? '高压新装' : '低压居民新装' }),
          event('archive.filed', no, `${day}T16:00:00+08:00`),
        ]);
      await jobs.drain();
    };
    const plan = async (day: string) => {
      jobs.clock.set(`${day}T08:00:00+08:00`);
      await jobs.dated('inspections', day);
      const task = await jobs.service.inspections.get(`archive-daily-sample|${HALL}|${day}`);
      return task?.draw?.strata?.map(({ stratum, size, risk, drawn }) => [stratum, size, risk, drawn]);
    };
    await archive(MONDAY, numbered('A', 20));
    expect(await plan(TUESDAY)).toEqual([
      ['低压居民新装', 10, 1, 1],
      ['高压新装', 10, 1, 1],
    ]);
    const task = await jobs.service.inspections.get(SAMPLE);
    const risky = task?.samples.find(({ process }) => process === '高压新装')?.workOrder;
    const entries = task?.samples.flatMap(({ workOrder, items }) =>
      items.map((item) => ({
        item: item.id,
        workOrder,
        ...(workOrder === risky ? { result: 'fail' as const, finding: '缺章' } : { result: 'pass' as const }),
      })),
    );
    await jobs.service.recordInspection(SAMPLE, {
      entries: entries ?? [],
      submit: true,
      by: 'u1',
      now: jobs.clock.now(),
    });
    jobs.clock.set(`${TUESDAY}T18:00:00+08:00`);
    await archive(TUESDAY, numbered('B', 60));
    expect(await plan(WEDNESDAY)).toEqual([
      ['低压居民新装', 30, 1, 1],
      ['高压新装', 30, 4, 5],
    ]);
  });
});

function numbered(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, n) => `${letter}${n}`);
}
