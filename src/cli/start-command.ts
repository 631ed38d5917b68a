import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Command } from 'commander';
import type { Express } from 'express';
import { Option } from 'commander';
import { generateToken } from '../access/generate-token.js';
import { ensureAdminToken } from '../access/ensure-admin-token.js';
import { composeApi } from '../compose-api.js';
import type { Service } from '../compose.js';
import type { Config } from '../config.js';
import { OperatorError } from '../infra/operator-error.js';
import { MisuseError } from '../import/misuse-error.js';
import { makeCloseAll, type Closer } from '../infra/close-all.js';
import { stopOnSignals } from '../infra/stop-on-signals.js';
import { CONSOLE_DIR, openRules, openService, VERSION, type OpenService } from './open-service.js';

/** Something that runs until it is closed. */
interface Running {
  isHealthy(): boolean;
  close(): Promise<void>;
}
/** What the entry brings along from jobs/, which src/ does not import. */
export interface StartDeps {
  readonly readConfig: () => Config;
  /** Warnings about variables that look like misspelt settings. */
  readonly findSuspectVariables: () => readonly string[];
  readonly startWorkers: (service: Service) => Running;
  readonly startSchedule: (service: Service) => Running;
  readonly startNotifier: (service: Service) => Running;
  /** Keeps the rules up to date. */
  readonly startRuleWatch: (service: Service) => Running;
  /** Loads the sample day where the settings ask for it. */
  readonly loadSampleDay: (service: Service, options: SampleDayOptions) => Promise<void>;
  readonly print: (line: string) => void;
}
export interface SampleDayOptions {
  readonly when: Config['sampleDay'];
  /** Both stores are embedded. */
  readonly embedded: boolean;
  readonly print: (line: string) => void;
}

const PARTS = ['api', 'worker', 'scheduler'] as const;
type Part = (typeof PARTS)[number];

/** Adds `yxrisk start`: API, workers and scheduler in one process, or one of them with `--only`. */
export function addStartCommand(program: Command, deps: StartDeps): void {
  program
    .command('start')
    .description(
      'Run API, workers and scheduler (embedded MongoDB and Redis unless MONGODB_URI and REDIS_URL are set)',
    )
    .addOption(new Option('--only <part>', 'run one part; other processes run the rest').choices([...PARTS]))
    .action(async ({ only }: { only?: Part }) => {
      const config = deps.readConfig();
      if (only !== undefined && (config.mongodbUri === undefined || config.redisUrl === undefined)) {
        throw new MisuseError(
          'With --only, parts run in several processes and need servers they share: set MONGODB_URI and REDIS_URL.',
        );
      }
      await start(config, only, deps);
    });
}

async function start(config: Config, only: Part | undefined, deps: StartDeps): Promise<void> {
  const parts = only === undefined ? PARTS : [only];
  const closers: Closer[] = [];
  let fail: (error: unknown) => void = (error) => {
    throw error;
  };
  const opened = await openService({ config, onGone: (error) => fail(error) });
  const { service, logger } = opened;
  // Last opened, first closed: what takes requests before what they need.
  const closeAll = makeCloseAll({ closers, limitMs: config.shutdownSeconds * 1000, log: logger });
  closers.unshift({ name: 'service', close: opened.close });
  let stopping = false;
  const stop = () => {
    stopping = true;
    return closeAll();
  };
  const signals = stopOnSignals({ stop, log: logger });
  fail = signals.fail;
  for (const warning of deps.findSuspectVariables()) logger.warn({}, warning);
  try {
    const running: { name: string; isHealthy(): boolean }[] = [];
    const run = (name: string, part: Running) => {
      closers.unshift({ name, close: () => part.close() });
      running.push({ name, isHealthy: () => part.isHealthy() });
    };
    // Whoever runs the scheduler reads the rules folder; everybody takes over what it publishes.
    await openRules(service, { publishes: parts.includes('scheduler') });
    run('rule-watch', deps.startRuleWatch(service));
    if (parts.includes('worker')) run('worker', deps.startWorkers(service));
    if (parts.includes('scheduler')) {
      run('scheduler', deps.startSchedule(service));
      run('notifier', deps.startNotifier(service));
    }
    if (parts.includes('api')) await startApi(config, opened, closers, () => running, deps.print);
    if (only === undefined) {
      const { mongo, redis } = opened.stores.embedded;
      await deps.loadSampleDay(service, {
        when: config.sampleDay,
        embedded: mongo && redis,
        print: deps.print,
      });
    }
    logger.info({ parts, rules: service.ruleSets.current().rules.length }, 'ready');
  } catch (error) {
    // Told to stop while it started: what fails now fails because its stores are being closed.
    if (stopping) return;
    // Not running yet: closed in order, and then told like any other command's failure.
    signals.dispose();
    await closeAll();
    throw error;
  }
}

async function startApi(
  config: Config,
  opened: OpenService,
  closers: Closer[],
  running: () => readonly { name: string; isHealthy(): boolean }[],
  print: (line: string) => void,
): Promise<void> {
  const { service, connection, pingMongo } = opened;
  const { adminToken } = config;
  const token = await ensureAdminToken({
    store: service.tokens,
    now: service.now,
    generate: generateToken,
    ...(adminToken !== undefined && { adminToken }),
  });
  const app = composeApi({
    service,
    connection,
    pingMongo,
    running,
    version: VERSION,
    consoleDir: CONSOLE_DIR,
    limits: {
      bodyBytes: config.bodyMaxBytes,
      requestsPerMinute: config.rateLimitPerMinute,
      proxies: config.trustProxy,
    },
  });
  const server = await listen(app, config);
  closers.unshift({ name: 'api', close: () => closeServer(server) });
  // They would keep the server open for as long as somebody reads.
  closers.unshift({ name: 'streams', close: () => service.alertStream.close() });
  const { port } = server.address() as AddressInfo;
  const address = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
  print('');
  print(`  yxrisk ${VERSION} 营销业务风险预警`);
  print(`  Console and API    ${address}/`);
  print(`  API documentation  ${address}/api/docs`);
  if (token !== undefined) {
    print(`  Admin token        ${token}`);
    print('                     Shown this once; keep it. Others: npm run yxrisk -- token create --help');
  } else {
    print(
      '  Admin token        as set in ADMIN_TOKEN, or printed at the first start (new one: npm run yxrisk -- token create --help)',
    );
  }
  print('  Stop               Ctrl-C');
  print('');
}

function listen(app: Express, { host, port }: Config): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = app.listen(port, host);
    server.once('listening', () => resolve(server));
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new OperatorError(
          error.code === 'EADDRINUSE'
            ? `Port ${port} of ${host} is in use by another program. Stop that one, or set PORT to another port (0 = a free one).`
            : `Cannot listen on ${host} port ${port} (${error.code ?? error.message}). Set HOST and PORT.`,
          { cause: error },
        ),
      ),
    );
  });
}

/** Lets requests under way end; idle keep-alive connections are closed at once. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeIdleConnections();
  });
}
