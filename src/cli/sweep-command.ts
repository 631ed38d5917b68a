import type { Command } from 'commander';
import type { Config } from '../config.js';
import type { Service } from '../compose.js';
import type { RunJob } from '../schedule/make-run-job.js';
import { openCommandService } from './open-service.js';

/** What the entry brings along from jobs/. */
export interface SweepDeps {
  readonly readConfig: () => Config;
  /** Runs the service's dated jobs under the ledger. */
  readonly makeRunner: (service: Service) => Pick<RunJob, 'runJob'>;
  readonly print: (line: string) => void;
}

/** Adds `yxrisk sweep NAME --date D`: runs a daily job by hand. Exit 0 done, 1 it failed or another process has it, 2 misuse. */
export function addSweepCommand(program: Command, deps: SweepDeps): void {
  program
    .command('sweep')
    .description('Run a daily job by hand for a business date (end-of-day, inspections, retention)')
    .argument('<name>', 'the job')
    .requiredOption('--date <date>', 'business date, YYYY-MM-DD')
    .option('--force', 'run it although it was done before')
    .option('--json', 'answer as JSON')
    .action(async (name: string, options: { date: string; force?: boolean; json?: boolean }) => {
      const { service, close } = await openCommandService(deps.readConfig());
      try {
        const result = await deps
          .makeRunner(service)
          .runJob(name, options.date, { force: options.force ?? false });
        if (result.status === 'failed') process.exitCode = 1;
        if (result.status === 'left' && result.because !== 'done') process.exitCode = 1;
        deps.print(
          options.json
            ? JSON.stringify({ job: name, date: options.date, ...result })
            : describe(name, options.date, result),
        );
      } finally {
        await close();
      }
    });
}

function describe(name: string, date: string, result: Awaited<ReturnType<RunJob['runJob']>>): string {
  switch (result.status) {
    case 'done':
      return `${name} ${date}: done ${JSON.stringify(result.result ?? {})}`;
    case 'failed':
      return `${name} ${date}: failed: ${result.error instanceof Error ? result.error.message : String(result.error)}`;
    case 'left':
      return result.because === 'done'
        ? `${name} ${date}: was done before; --force runs it again`
        : `${name} ${date}: left alone (${result.because}); another process has it, or it failed for good (--force)`;
    case 'released':
      return `${name} ${date}: stopped before it was done; it will be run again`;
  }
}
