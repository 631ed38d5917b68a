/**
 * A schedule worker in a process of its own, for tests that kill it. Argument: JSON of `ScheduleWorkerProcessOptions`.
 * Its job `sweep` adds `{date, pid}` to the collection `effects`, but hangs for one date.
 */
import { openMongo } from '../../src/infra/open-mongo.js';
import { makeRunLedger } from '../../src/schedule/run-ledger.js';
import { startScheduleWorker } from '../../src/schedule/schedule-worker.js';
import { silentLogger } from '../queue/silent-logger.js';

export interface ScheduleWorkerProcessOptions {
  readonly mongoUri: string;
  readonly redisUrl: string;
  readonly hangOn: string;
  readonly leaseMs: number;
}

const { mongoUri, redisUrl, hangOn, leaseMs } = JSON.parse(
  process.argv[2] ?? '',
) as ScheduleWorkerProcessOptions;
const { connection } = await openMongo({ uri: mongoUri, embedded: true });
startScheduleWorker({
  redisUrl,
  prefix: 't',
  leaseMs,
  ledger: makeRunLedger(connection, { now: Date.now }),
  owner: `pid ${process.pid}`,
  now: Date.now,
  logger: silentLogger,
  jobs: {
    async sweep(date) {
      process.send?.(date);
      if (date === hangOn) await new Promise(() => undefined);
      await connection.collection('effects').insertOne({ date, pid: process.pid });
    },
  },
});
