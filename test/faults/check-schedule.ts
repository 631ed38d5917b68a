import type { Connection } from 'mongoose';
import { DAILY_JOBS } from '../../jobs/crontab.js';
import type { InspectionTask } from '../../src/inspections/inspection-task.js';
import type { Content } from '../../src/open-content.js';
import type { JobRunDocument } from '../../src/schedule/job-run.js';

export interface ScheduleRequest {
  readonly connection: Connection;
  readonly content: Content;
  /** The business dates of the run: the first is that of the installation, today is the last. */
  readonly days: readonly string[];
  /** Those of them on which a scheduler was up. */
  readonly up: readonly string[];
}

/** What is wrong with the ledger and the inspection tasks: each (job, date) once, with its effects once. */
export async function findScheduleWrongs(request: ScheduleRequest): Promise<string[]> {
  const { connection } = request;
  const rows = (await connection
    .collection('jobRuns')
    .find({ date: { $exists: true } })
    .toArray()) as unknown as JobRunDocument[];
  const tasks = (await connection
    .collection('inspections')
    .find()
    .toArray()) as unknown as (InspectionTask & { _id: string })[];
  const statusOf = new Map(rows.map(({ _id, status }) => [_id, status]));
  const expected = expectedRuns(request);
  return [
    ...[...expected].flatMap(([id, status]) =>
      statusOf.get(id) === status ? [] : [`run ${id}: ${statusOf.get(id) ?? 'missing'} instead of ${status}`],
    ),
    ...rows.filter(({ _id }) => !expected.has(_id)).map(({ _id }) => `run ${_id}: not expected`),
    ...findTaskWrongs(request, tasks),
  ];
}

/** Runs that are not done yet, `job|date`. */
export async function findOpenRuns(request: ScheduleRequest): Promise<string[]> {
  const done = (await request.connection
    .collection('jobRuns')
    .find({ status: { $in: ['done', 'skipped'] } }, { projection: { _id: 1 } })
    .toArray()) as unknown as { _id: string }[];
  const ids = new Set(done.map(({ _id }) => _id));
  return [...expectedRuns(request).keys()].filter((id) => !ids.has(id));
}

/** Sweeps and plans of every working day are made up for; retention, which looks at all there is, and digests of days gone by are not. */
function expectedRuns({ content: { calendar }, days, up }: ScheduleRequest): Map<string, string> {
  const expected = new Map<string, string>();
  for (const job of DAILY_JOBS.filter((name) => name !== 'retention'))
    for (const day of days)
      expected.set(`${job}|${day}`, job.startsWith('digest-') && !up.includes(day) ? 'skipped' : 'done');
  const last = days.at(-1) ?? '';
  for (let date = days[0] ?? ''; date <= last; date = calendar.addDays(date, 1))
    expected.set(`retention|${date}`, up.includes(date) ? 'done' : 'skipped');
  return expected;
}

/** Each plan that goes by the day alone gives each of its units one task a day; others only where there is what they go by; nothing twice. */
function findTaskWrongs(
  { content: { inspectionPlans, orgUnits }, days }: ScheduleRequest,
  tasks: readonly (InspectionTask & { _id: string })[],
): string[] {
  const ids = new Set(tasks.map(({ _id }) => _id));
  const wrongs: string[] = [];
  const allowed = new Set<string>();
  for (const plan of inspectionPlans)
    for (const unit of orgUnits.list.filter(({ type }) => plan.orgUnitTypes.includes(type)))
      for (const day of days) {
        const id = `${plan.id}|${unit.code}|${day}`;
        allowed.add(id);
        if (!plan.sample && !plan.alerts && !ids.has(id)) wrongs.push(`inspection task ${id}: missing`);
      }
  for (const { _id, samples } of tasks) {
    if (!allowed.has(_id)) wrongs.push(`inspection task ${_id}: not expected`);
    if (new Set(samples.map(({ workOrder }) => workOrder)).size < samples.length)
      wrongs.push(`inspection task ${_id}: draws a work order twice`);
  }
  return wrongs;
}
