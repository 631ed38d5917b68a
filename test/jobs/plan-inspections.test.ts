import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeCrontab } from '../../jobs/crontab.js';
import type { InspectionTask } from '../../src/inspections/inspection-task.js';
import { makeRunJob } from '../../src/schedule/make-run-job.js';
import { silentLogger } from '../queue/silent-logger.js';
import { event, keyOf, openJobService, type JobService } from './open-job-service.js';

const FRIDAY = '2026-11-20';
const MONDAY = '2026-11-23';
const HALL = '334010101';

let test: JobService;

/** Work orders archived in the hall: on Thursday, on Friday, at the weekend, and on Monday after the plan was made. */
const archived = [
  ...Array.from({ length: 3 }, (_, i) => [`THU-${i}`, '2026-11-19T16:00:00+08:00']),
  ...Array.from({ length: 35 }, (_, i) => [`FRI-${i}`, `${FRIDAY}T16:00:00+08:00`]),
  ['SAT-0', '2026-11-21T10:00:00+08:00'],
  ['MON-0', `${MONDAY}T07:30:00+08:00`],
] as const;

beforeAll(async () => {
  test = await openJobService({ at: `${MONDAY}T08:00:00+08:00`, rules: [] });
  const events = archived.flatMap(([no, time]) => [
    event('workorder.opened', no, '2026-11-18T09:00:00+08:00', { process: '高压新装', orgUnit: HALL }),
    event('document.received', no, '2026-11-18T09:05:00+08:00', {
      stage: '业务受理',
      document: '用电申请表',
    }),
    event('stage.completed', no, '2026-11-18T09:20:00+08:00', { stage: '业务受理' }),
    event('archive.filed', no, time),
  ]);
  await test.send(events);
  await test.service.handleChunk(events.map(keyOf));
});
afterAll(() => test?.close());

async function tasksOf(date: string): Promise<InspectionTask[]> {
  return (await test.service.inspections.find({ date, limit: 500 })).items;
}
const sampleOf = (tasks: readonly InspectionTask[]) =>
  tasks.find(({ plan, orgUnit }) => plan.id === 'archive-daily-sample' && orgUnit === HALL);

/** The draw as the inspection guide tells anybody to repeat it. */
function drawAgain(seed: string, population: readonly string[], size: number): string[] {
  const rank = (no: string) => createHash('sha256').update(`${seed}\n${no}`).digest('hex');
  return [...population].sort((a, b) => (rank(a) < rank(b) ? -1 : 1)).slice(0, size);
}

describe('the morning plan of inspections', () => {
  it('gives each unit its patrol, and a sample of what was archived since the last working day', async () => {
    const result = await test.dated('inspections', MONDAY);
    const tasks = await tasksOf(MONDAY);
    const { orgUnits } = test.service.content;
    const patrolled = orgUnits.list.filter(({ type }) => type === 'hall' || type === 'station');
    expect(result).toEqual({ tasks: patrolled.length + 1, samples: 4, existing: 0 });
    expect(
      tasks
        .filter(({ plan }) => plan.id === 'hall-daily-patrol')
        .map(({ orgUnit }) => orgUnit)
        .sort(),
    ).toEqual(patrolled.map(({ code }) => code).sort());
    const sample = sampleOf(tasks);
    for (const { documents } of sample!.samples) {
      expect(documents).toContainEqual({
        document: '用电申请表',
        need: '必备',
        stages: ['业务受理'],
        received: true,
        signatures: [{ role: 'customer', recorded: false }],
      });
      expect(documents).toContainEqual(expect.objectContaining({ document: '营业执照', received: false }));
    }
    expect(sample).toMatchObject({
      assignTo: 'quality-inspector',
      dueAt: new Date(`${MONDAY}T17:00:00+08:00`),
      plannedAt: new Date(`${MONDAY}T08:00:00+08:00`),
      draw: { populationSize: 36, ratio: 0.1, floor: 2, cap: 20 },
    });
  });

  it('keeps the seed of the draw, with which anybody draws the same work orders', async () => {
    const { draw, samples } = sampleOf(await tasksOf(MONDAY))!;
    const population = archived
      .map(([no]) => no)
      .filter((no) => /^(FRI|SAT)/.test(no))
      .sort();
    expect(draw!.seed).toMatch(/^[0-9a-f]{32}$/);
    expect(draw!.populationHash).toBe(createHash('sha256').update(population.join('\n')).digest('hex'));
    expect(samples.map(({ workOrder }) => workOrder)).toEqual(
      drawAgain(`${draw!.seed}\n高压新装`, population, 4),
    );
  });

  it('is made once a date: again it changes no task and draws no other sample', async () => {
    const before = await tasksOf(MONDAY);
    const late = event('archive.filed', 'THU-0', `${FRIDAY}T17:00:00+08:00`);
    await test.send([late]);
    await test.service.handleChunk([keyOf(late)]);
    expect(await test.dated('inspections', MONDAY)).toEqual({
      tasks: 0,
      samples: 0,
      existing: before.length,
    });
    expect(await tasksOf(MONDAY)).toEqual(before);
  });

  it('is made by one of several processes, and taken over from one that died', async () => {
    const date = '2026-11-24';
    test.clock.set(`${date}T08:00:00+08:00`);
    const runner = (owner: string) =>
      makeRunJob({
        jobs: makeCrontab(test.service).dated,
        ledger: test.service.ledger,
        owner,
        now: test.clock.now,
        logger: silentLogger,
      });
    await test.service.ledger.claim('inspections', date, 'died', 1_000);
    await test.service.planDailyInspections(date);
    const planned = await tasksOf(date);
    test.clock.tick(1_001);
    const outcomes = await Promise.all(
      ['a', 'b', 'c'].map((owner) => runner(owner).runJob('inspections', date)),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['done', 'left', 'left']);
    expect(await tasksOf(date)).toEqual(planned);
  });

  it('gives nobody anything on a day off', async () => {
    expect(await test.dated('inspections', '2026-11-22')).toEqual({ tasks: 0, samples: 0, existing: 0 });
    expect(await tasksOf('2026-11-22')).toEqual([]);
  });
});
