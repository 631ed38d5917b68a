import { hostname, userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { DAILY_JOBS, makeCrontab } from '../jobs/crontab.js';
import { loadSampleDay } from '../jobs/load-sample-day.js';
import { startNotifier } from '../jobs/run-notifier.js';
import { startSchedule, startWorkers } from '../jobs/start-jobs.js';
import { startRuleWatch } from '../jobs/watch-rules.js';
import { makeManageUsers } from '../src/access/manage-users.js';
import { generateToken } from '../src/access/generate-token.js';
import { addAuditCommand } from '../src/cli/audit-command.js';
import { addBacktestCommand } from '../src/cli/backtest-command.js';
import { addImportCommand } from '../src/cli/import-command.js';
import { processIo } from '../src/cli/import-io.js';
import { runCli } from '../src/cli/main.js';
import { openExplainer, openFired } from '../src/cli/open-explainer.js';
import { openImporter } from '../src/cli/open-importer.js';
import { eventLimitsOf, openCommandService, VERSION } from '../src/cli/open-service.js';
import { addRulesCommand } from '../src/cli/rules-command.js';
import { addRulesServiceCommands } from '../src/cli/rules-service-commands.js';
import { addSimulateCommand } from '../src/cli/simulate-command.js';
import { addStartCommand } from '../src/cli/start-command.js';
import { addSweepCommand } from '../src/cli/sweep-command.js';
import { addTokenCommand } from '../src/cli/token-command.js';
import { addUserCommand } from '../src/cli/user-command.js';
import type { Service } from '../src/compose.js';
import { findSuspectVariables, readConfig as readSettings } from '../src/config.js';
import { streamEvents } from '../src/events/stream-events.js';
import { openRuleContext } from '../src/open-content.js';
import { makeRunJob } from '../src/schedule/make-run-job.js';

/** What the command line touches of its process. */
export interface CommandLineIo {
  /** Settings; default: the environment of the process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Write text as it is to stdout and stderr. */
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Brings all commands together and runs one; answers its exit code. `start` goes on after that. */
export function runCommandLine(argv: readonly string[], { env, out, err }: CommandLineIo): Promise<number> {
  let exitCode = 0;
  const setExitCode = (code: number) => void (exitCode = code);
  const print = (line: string) => out(`${line}\n`);
  // Read when it is asked for: a wrong setting must not keep --help from working.
  const readConfig = () => readSettings(env);
  return runCli(
    argv,
    [
      (program) =>
        addStartCommand(program, {
          readConfig,
          findSuspectVariables: () => findSuspectVariables(env),
          startWorkers,
          startSchedule,
          startNotifier,
          startRuleWatch,
          loadSampleDay,
          print,
        }),
      (program) =>
        addSweepCommand(program, { readConfig, jobs: DAILY_JOBS, dueAt, makeRunner, print, setExitCode }),
      (program) =>
        addImportCommand(program, {
          openImporter: () => openImporter({ readConfig, startWorkers, passDeadlines }),
          limits: () => eventLimitsOf(readConfig()),
          io: { ...processIo(), out, err, exit: setExitCode },
        }),
      (program) =>
        addSimulateCommand(program, {
          readConfig,
          io: { ...processIo(), out, err, exit: setExitCode },
          now: Date.now,
        }),
      (program) =>
        addTokenCommand(program, {
          open: () => openTokens(readConfig),
          print,
          now: Date.now,
          generate: generateToken,
          user: userInfo().username,
        }),
      (program) =>
        addUserCommand(program, {
          open: () => openUsers(readConfig),
          print,
          user: userInfo().username,
        }),
      (program) =>
        addAuditCommand(program, {
          open: async () => {
            const { service, close } = await openCommandService(readConfig());
            return { audit: service.audit, close };
          },
          print,
          setExitCode,
        }),
      (program) =>
        addRulesCommand(program, {
          get rulesDir() {
            return readConfig().rulesDir;
          },
          loadContext: (dir) => {
            const { timeZone, startDay } = readConfig();
            return openRuleContext({ dir, timeZone, ...(startDay && { startDay }) });
          },
          out,
          err,
          ...(process.stdin.isTTY && { ask: askAtTerminal }),
          setExitCode,
          openFired: () => openFired(readConfig()),
          openExplainer: (dir) => openExplainer(readConfig(), dir),
          now: Date.now,
        }),
      (program) =>
        addRulesServiceCommands(program, {
          open: () => openCommandService(readConfig()),
          out,
          err,
          user: userInfo().username,
          setExitCode,
        }),
      (program) =>
        addBacktestCommand(program, {
          readConfig,
          openInbox: () => openInbox(readConfig),
          io: { ...processIo(), out, err, exit: setExitCode },
          now: Date.now,
        }),
    ],
    { version: VERSION, print: out, printError: err, exitCode: () => exitCode },
  );
}

async function askAtTerminal(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

function makeRunner(service: Service) {
  return makeRunJob({
    jobs: makeCrontab(service).dated,
    ledger: service.ledger,
    owner: `${hostname()}:${process.pid}`,
    now: service.now,
    logger: service.logger,
  });
}

function dueAt(service: Service, job: (typeof DAILY_JOBS)[number], date: string): number {
  return makeCrontab(service).dueAt(job, date);
}

async function openTokens(readConfig: () => ReturnType<typeof readSettings>) {
  const { service, close } = await openCommandService(readConfig());
  const { tokens, audit, content } = service;
  return { tokens, audit, isOrgUnit: (code: string) => content.orgUnits.get(code) !== undefined, close };
}

async function openUsers(readConfig: () => ReturnType<typeof readSettings>) {
  const { service, close } = await openCommandService(readConfig());
  const { users, audit, sessions, content, now } = service;
  const endSessions = (user: string) => sessions.endAll(user);
  const manage = makeManageUsers({ users, audit, endSessions, orgUnits: content.orgUnits, now });
  return { users, manage, close };
}

async function openInbox(readConfig: () => ReturnType<typeof readSettings>) {
  const { connection, close } = await openCommandService(readConfig());
  return {
    stream: (receivedBefore: number | undefined) =>
      streamEvents(connection, receivedBefore === undefined ? {} : { receivedBefore }),
    close,
  };
}

async function passDeadlines(service: Service): Promise<void> {
  const { deadlines } = makeCrontab(service).minute;
  await deadlines?.({ now: service.now, attempt: 1, signal: new AbortController().signal });
}
