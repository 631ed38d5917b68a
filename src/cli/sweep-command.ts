import type { Command } from 'commander';
import { isDate } from '../calendar/civil-date.js';
import type { Service } from '../compose.js';
import type { Config } from '../config.js';
import { MisuseError } from '../import/misuse-error.js';
import { messageOf } from '../infra/operator-error.js';
import type { RunJob, RunJobResult } from '../schedule/make-run-job.js';
import { openCommandService } from './open-service.js';

/** What the entry brings along from jobs/. */
export interface SweepDeps<Job extends string = string> {
  readonly readConfig: () => Config;
  /** The daily jobs there are. */
  readonly jobs: readonly Job[];
  /** When a job is due on a business date, epoch ms. */
  readonly dueAt: (service: Service, job: Job, date: string) => number;
  /** Runs the service's dated jobs under the ledger. */
  readonly makeRunner: (service: Service) => Pick<RunJob, 'runJob'>;
  readonly print: (line: string) => void;
  readonly setExitCode: (code: 0 | 1) => void;
}

interface SweepOptions {
  readonly date: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Adds `yxrisk sweep NAME --date D`: runs a daily job by hand. Exit 0 done, 1 it failed or another process has it, 2 misuse. */
export function addSweepCommand<Job extends string>(program: Command, deps: SweepDeps<Job>): void {
  program
    .command('sweep')
    .description(`Run a daily job by hand for a business date (${deps.jobs.join(', ')})`)
    .argument('<name>', 'the job')
    .requiredOption('--date <date>', 'business date, YYYY-MM-DD')
    .option('--force', 'run it although it was done before')
    .option('--json', 'answer as JSON')
    .action(async (name: string, { date, force = false, json }: SweepOptions) => {
      // Wrong words are told before any store is started for them.
      const job = deps.jobs.find((known) => known === name);
      if (!job) throw new MisuseError(`There is no job "${name}". Jobs: ${deps.jobs.join(', ')}.`);
      if (!isDate(date)) throw new MisuseError(`"${date}" is no date: write YYYY-MM-DD, e.g. 2026-03-02.`);
      const { service, close } = await openCommandService(deps.readConfig());
      try {
        assertDue(service, job, date, deps.dueAt(service, job, date));
        const result = await deps.makeRunner(service).runJob(job, date, { force });
        const isDone = result.status === 'done' || (result.status === 'left' && result.because === 'done');
        if (!isDone) deps.setExitCode(1);
        deps.print(
          json ? JSON.stringify({ job, date, ...forPrograms(result) }) : describe(job, date, result),
        );
      } finally {
        await close();
      }
    });
}

/** Once it is done the schedule leaves a date alone: done before its time, its work would not be done at all. */
function assertDue({ content, now }: Service, job: string, date: string, dueAt: number): void {
  if (dueAt <= now()) return;
  const { timeZone } = content.calendar;
  const when = new Date(dueAt).toLocaleString('sv-SE', { timeZone });
  throw new MisuseError(`${job} ${date} is not due before ${when} (${timeZone}); the schedule runs it then.`);
}

function forPrograms(result: RunJobResult) {
  return result.status === 'failed' ? { ...result, error: messageOf(result.error) } : result;
}

function describe(name: string, date: string, result: RunJobResult): string {
  switch (result.status) {
    case 'done':
      return `${name} ${date}: done ${JSON.stringify(result.result ?? {})}`;
    case 'failed':
      return `${name} ${date}: failed: ${messageOf(result.error)}`;
    case 'left':
      return result.because === 'done'
        ? `${name} ${date}: was done before; --force runs it again`
        : `${name} ${date}: left alone (${result.because}); another process has it, or it failed for good (--force)`;
    case 'released':
      return `${name} ${date}: stopped before it was done; it will be run again`;
  }
}
