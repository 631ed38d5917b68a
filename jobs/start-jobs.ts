import { hostname } from 'node:os';
import { describeErrors, type Service } from '../src/compose.js';
import { messageOf, OperatorError } from '../src/infra/operator-error.js';
import { makeCombineChunks } from '../src/queue/combine-chunks.js';
import { startIntakeWorker } from '../src/queue/intake-queue.js';
import { startPartitionWorkers } from '../src/queue/partition-workers.js';
import { startScheduleWorker } from '../src/schedule/schedule-worker.js';
import { assertMoments } from '../src/schedule/due-runs.js';
import { startScheduler } from '../src/schedule/scheduler.js';
import { makeCrontab } from './crontab.js';
import { makeProcessEvents } from './process-events.js';
import { startBacktests } from './run-backtests.js';

/** Something running; `close` drains it and leaves nothing behind. */
export interface Running {
  isHealthy(): boolean;
  close(): Promise<void>;
}

/** Under a backlog, so many full chunks' worth of events are handled in one go. */
const CHUNKS_AT_ONCE = 4;
/** While the stores write one lot of events, the next is computed. */
const LOTS_AT_ONCE = 2;
/** Chunks that were put on their queues together reach this process within so long. */
const LOT_LINGER_MS = 10;

/** What a process that dies loses of the counts of its rules. */
const RULE_HEALTH_MS = 10_000;

async function flushRuleHealth({ ruleHealth, logger }: Service): Promise<void> {
  await ruleHealth.flush().catch((err: unknown) => {
    logger.warn({ err }, 'rule health could not be stored; it is kept for the next time');
  });
}

/** Starts the workers: event chunks, the intake queue, scheduled jobs. Any number of processes may. */
export function startWorkers(service: Service): Running {
  const { redisUrl, settings, logger, now, metrics } = service;
  const common = { redisUrl, prefix: settings.redisPrefix, logger, now };
  const processEvents = makeProcessEvents({
    handleChunk: service.handleChunk,
    inbox: service.inbox,
    deadLetters: service.deadLetters,
    maxAttempts: settings.maxAttempts,
    logger,
  });
  const mostEvents = CHUNKS_AT_ONCE * settings.chunkSize;
  const processTogether = makeCombineChunks({
    handle: processEvents,
    mostEvents,
    atOnce: LOTS_AT_ONCE,
    lingerMs: LOT_LINGER_MS,
  });
  const crontab = makeCrontab(service);
  const flushing = setInterval(() => void flushRuleHealth(service), RULE_HEALTH_MS);
  const workers = [
    startPartitionWorkers({
      ...common,
      partitions: settings.partitions,
      gatherUpTo: mostEvents,
      handleChunk: (keys, { starts, attempt }) => {
        if (starts === 1) return processTogether(keys);
        // A chunk that failed, or killed its worker, is to be found by itself.
        service.recentEvents.forget(keys);
        return processEvents(keys, starts - attempt);
      },
      onOutcome: metrics.chunk,
    }),
    startIntakeWorker({
      ...common,
      accept: async (rawEvents) => {
        const { rejected } = await service.acceptRawEvents(rawEvents);
        return rejected.map(({ index, errors, conflict }) => ({
          index,
          reason: conflict ? 'conflict' : 'invalid',
          error: describeErrors(errors),
        }));
      },
      deadLetter: (letters) => service.deadLetters.add(letters),
    }),
    startScheduleWorker({
      ...common,
      jobs: crontab.dated,
      minuteJobs: crontab.minute,
      ledger: service.ledger,
      owner: `${hostname()}:${process.pid}`,
      onOutcome: ({ job }, { status }) => metrics.job(job, status),
    }),
    ...startOwnBacktests(service),
  ];
  return {
    isHealthy: () => workers.every((worker) => worker.isHealthy()),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.close()));
      clearInterval(flushing);
      await flushRuleHealth(service);
    },
  };
}

/** Nothing where the service was not told how another process reaches its database. */
function startOwnBacktests({ backtests, forkBacktest, settings, logger, now }: Service): Running[] {
  if (!forkBacktest) return [];
  const { backtestsAtOnce: atOnce = 1 } = settings;
  const runner = `${hostname()}:${process.pid}`;
  return [startBacktests({ store: backtests, fork: forkBacktest, runner, atOnce, logger, now })];
}

/**
 * Starts the scheduler: each minute it enqueues what is due. Any number of processes may; the ledger decides.
 * @throws OperatorError when the calendar lacks a moment that a job runs at
 */
export function startSchedule(service: Service): Running {
  const { ledger, scheduleQueue: queue, now, logger, content } = service;
  const { daily, minute } = makeCrontab(service);
  try {
    assertMoments(daily, content.calendar);
  } catch (error) {
    const hint = `Add it to "moments" in ${content.dir}/calendars/default.json.`;
    throw new OperatorError(`${messageOf(error)} ${hint}`, { cause: error });
  }
  return startScheduler({
    jobs: daily,
    minuteJobs: Object.keys(minute),
    ledger,
    queue,
    calendar: content.calendar,
    now,
    logger,
  });
}
