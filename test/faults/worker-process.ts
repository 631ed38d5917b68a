/**
 * The service in a process of its own, for tests that kill it. Argument: JSON of `WorkerProcessOptions`. As an
 * intake it stores what the parent sends, as a worker it handles chunks and runs jobs, and schedules while told to.
 * Ends with its parent.
 */
import { pino } from 'pino';
import { startSchedule, startWorkers, type Running } from '../../jobs/start-jobs.js';
import { composeService } from '../../src/compose.js';
import { makeHandleEvents } from '../../src/handle-event.js';
import { openMongo } from '../../src/infra/open-mongo.js';
import { openContent } from '../../src/open-content.js';
import { TEST_SETTINGS } from '../support/open-test-service.js';

export interface WorkerProcessOptions {
  readonly mongoUri: string;
  readonly redisUrl: string;
  readonly rulesDir: string;
  readonly role: 'intake' | 'worker';
  /** How far this process's clock runs ahead of the machine's, ms. */
  readonly clockOffset: number;
  /** Whether it schedules from the start (workers only). */
  readonly schedules: boolean;
  /** Records that the store refuses, as it does a document that is too large. */
  readonly refused: readonly string[];
}

/** What the parent says. */
export type ToWorker =
  | { readonly clockOffset: number }
  /** `tick`: the scheduler is started anew, which lets it tick at once. */
  | { readonly schedule: 'tick' | 'stop' }
  | { readonly post: number; readonly events: readonly object[] };

/** What the worker says. */
export type FromWorker =
  | { readonly ready: true }
  | { readonly scheduling: boolean }
  | { readonly taken: readonly string[] }
  | { readonly done: number; readonly ms: number }
  /** The answer to a post: what acceptRawEvents resolved to, or why it did not. */
  | { readonly posted: number; readonly accepted: number; readonly duplicates: number; readonly rejected: readonly unknown[] } // prettier-ignore
  | { readonly posted: number; readonly error: string };

const options = JSON.parse(process.argv[2] ?? '') as WorkerProcessOptions;
const tell = (message: FromWorker): void => {
  if (process.connected) process.send?.(message);
};
process.on('disconnect', () => process.exit(0));
// The parent may have ended while this one was still loading.
if (!process.connected) process.exit(0);

// The whole process lives at another time, as on a machine whose clock is set so: BullMQ and the drivers, too.
const machineTime = Date.now.bind(Date);
let { clockOffset } = options;
Date.now = () => machineTime() + clockOffset;
const now = (): number => Date.now();

const content = await openContent({ dir: options.rulesDir, timeZone: 'Asia/Shanghai' });
const { connection } = await openMongo({ uri: options.mongoUri, embedded: true });
const composed = await composeService({
  connection,
  redisUrl: options.redisUrl,
  content,
  settings: { ...TEST_SETTINGS, redisPrefix: 'faults', chunkSize: 50 },
  logger: pino({ level: process.env['FAULT_LOG'] ?? 'silent' }, pino.destination(2)),
  now,
});

const refused = new Set(options.refused);
const story = makeHandleEvents({
  inbox: composed.inbox,
  records: {
    ...composed.recordWriter,
    replaceRecords: (writes) =>
      writes.some(({ recordId }) => refused.has(recordId))
        ? Promise.reject(new RangeError('document is larger than the maximum size 16777216'))
        : composed.recordWriter.replaceRecords(writes),
  },
  raiseAlerts: composed.raiseAlerts,
  feeds: composed.feeds,
  ruleSets: { current: () => content.ruleSet },
  calendar: content.calendar,
  now,
  observe: composed.observe,
});
const service = {
  ...composed,
  advanceRecords: story.advanceRecords,
  handleChunk: async (keys: readonly string[]) => {
    tell({ taken: keys });
    const startedAt = performance.now();
    try {
      return await story.handleChunk(keys);
    } finally {
      tell({ done: keys.length, ms: performance.now() - startedAt });
    }
  },
};

let schedule: Running | undefined;
let scheduling = Promise.resolve();
function setSchedule(on: boolean): void {
  scheduling = scheduling.then(async () => {
    await schedule?.close();
    schedule = on ? startSchedule(service) : undefined;
    tell({ scheduling: on });
  });
}

async function post({ post: posted, events }: { post: number; events: readonly object[] }): Promise<void> {
  try {
    const { accepted, duplicates, rejected } = await service.acceptRawEvents(events);
    tell({ posted, accepted, duplicates, rejected });
  } catch (error) {
    tell({ posted, error: String(error) });
  }
}

process.on('message', (message: ToWorker) => {
  if ('clockOffset' in message) clockOffset = message.clockOffset;
  else if ('schedule' in message) setSchedule(message.schedule === 'tick');
  else void post(message);
});
if (options.role === 'worker') {
  startWorkers(service);
  setSchedule(options.schedules);
}
await scheduling;
tell({ ready: true });
