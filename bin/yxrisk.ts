#!/usr/bin/env node
import { hostname, userInfo } from 'node:os';
import { makeCrontab } from '../jobs/crontab.js';
import { loadSampleDay } from '../jobs/load-sample-day.js';
import { startSchedule, startWorkers } from '../jobs/start-jobs.js';
import { addImportCommand } from '../src/cli/import-command.js';
import { runCli } from '../src/cli/main.js';
import { openImporter } from '../src/cli/open-importer.js';
import { eventLimitsOf, openCommandService, VERSION } from '../src/cli/open-service.js';
import { addRulesCommand } from '../src/cli/rules-command.js';
import { addStartCommand } from '../src/cli/start-command.js';
import { addSweepCommand } from '../src/cli/sweep-command.js';
import { addTokenCommand } from '../src/cli/token-command.js';
import { generateToken } from '../src/access/generate-token.js';
import type { Service } from '../src/compose.js';
import { readConfig } from '../src/config.js';
import { openRuleContext } from '../src/open-content.js';
import { makeRunJob } from '../src/schedule/make-run-job.js';

const print = (line: string) => void process.stdout.write(`${line}\n`);
const calendarSettings = () => {
  const { timeZone, startDay } = readConfig();
  return { timeZone, ...(startDay && { startDay }) };
};
const makeRunner = (service: Service) =>
  makeRunJob({
    jobs: makeCrontab(service).dated,
    ledger: service.ledger,
    owner: `${hostname()}:${process.pid}`,
    now: service.now,
    logger: service.logger,
  });

const openTokens = async () => {
  const { service, close } = await openCommandService(readConfig());
  const { tokens, audit, content } = service;
  return { tokens, audit, isOrgUnit: (code: string) => content.orgUnits.get(code) !== undefined, close };
};

const passDeadlines = async (service: Service): Promise<void> => {
  const { deadlines } = makeCrontab(service).minute;
  const context = { now: service.now, attempt: 1, signal: new AbortController().signal };
  while (Number((await deadlines?.(context))?.['looked'] ?? 0) > 0);
};

process.exitCode = await runCli(
  process.argv.slice(2),
  [
    (program) => addStartCommand(program, { readConfig, startWorkers, startSchedule, loadSampleDay, print }),
    (program) => addSweepCommand(program, { readConfig, makeRunner, print }),
    (program) =>
      addImportCommand(program, {
        openImporter: () => openImporter({ readConfig, startWorkers, passDeadlines }),
        limits: () => eventLimitsOf(readConfig()),
      }),
    (program) =>
      addTokenCommand(program, {
        open: openTokens,
        print,
        now: Date.now,
        generate: generateToken,
        user: userInfo().username,
      }),
    (program) =>
      addRulesCommand(program, {
        // Read when it is asked for: a wrong setting must not keep --help from working.
        get rulesDir() {
          return readConfig().rulesDir;
        },
        loadContext: (dir) => openRuleContext({ dir, ...calendarSettings() }),
        out: (text) => void process.stdout.write(text),
        err: (text) => void process.stderr.write(text),
        setExitCode: (code) => void (process.exitCode = code),
      }),
  ],
  { version: VERSION, printError: (text) => void process.stderr.write(text) },
);
