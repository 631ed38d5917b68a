import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mongoose';
import { pino, type Logger } from 'pino';
import { makeCrontab, type Crontab } from '../../jobs/crontab.js';
import { startWorkers } from '../../jobs/start-jobs.js';
import { composeService, type Service, type ServiceSettings } from '../../src/compose.js';
import { DEFAULT_EVENT_LIMITS } from '../../src/events/event-limits.js';
import { openContent, type Content } from '../../src/open-content.js';
import { openTestMongo, openTestRedis } from './services.js';

export const TEST_SETTINGS: Omit<ServiceSettings, 'redisPrefix'> = {
  partitions: 4,
  chunkSize: 500,
  maxAttempts: 3,
  reconcileAfterMs: 1_000,
  feedSilentAfterMs: 15 * 60_000,
  retentionDays: 1095,
  auditRetentionDays: 1095,
  catchUpDays: 14,
  eventLimits: DEFAULT_EVENT_LIMITS,
  evidenceMaxBytes: 5_242_880,
  sessionIdleMs: 3_600_000,
  sessionMaxMs: 12 * 3_600_000,
};

/** The service on fresh stores, wired as in production, with a clock of the test's. */
export interface TestService {
  readonly service: Service;
  readonly crontab: Crontab;
  readonly connection: Connection;
  readonly mongoUri: string;
  readonly redisUrl: string;
  /** Stores CloudEvents-shaped objects as the intake does; throws when any is refused. */
  send(events: readonly object[]): Promise<void>;
  /** Starts workers (once) and waits until no event waits in the inbox. */
  drain(timeoutMs?: number): Promise<void>;
  /** Runs the minute pass over due clocks until it finds nothing. */
  passDeadlines(): Promise<void>;
  close(): Promise<void>;
}

export async function openTestService(options: {
  readonly now: () => number;
  readonly rulesDir?: string;
  readonly timeZone?: string;
  readonly content?: Content;
  readonly settings?: Partial<ServiceSettings>;
  readonly notifySecrets?: ReadonlyMap<string, string>;
  /** Default: silent. */
  readonly logger?: Logger;
  /** Its workers run backtests. */
  readonly backtests?: true;
}): Promise<TestService> {
  const { now, rulesDir = 'rules', timeZone = 'Asia/Shanghai' } = options;
  const content = options.content ?? (await openContent({ dir: rulesDir, timeZone }));
  const mongo = await openTestMongo();
  const redis = await openTestRedis();
  const service = await composeService({
    connection: mongo.connection,
    redisUrl: redis.url,
    ...(options.backtests && { mongo: { uri: mongo.uri, embedded: true } }),
    content,
    settings: { ...TEST_SETTINGS, redisPrefix: redis.prefix, ...options.settings },
    logger: options.logger ?? pino({ level: 'silent' }),
    now,
    ...(options.notifySecrets && { notifySecrets: options.notifySecrets }),
  });
  const crontab = makeCrontab(service);
  let workers: ReturnType<typeof startWorkers> | undefined;

  return {
    service,
    crontab,
    connection: mongo.connection,
    mongoUri: mongo.uri,
    redisUrl: redis.url,
    async send(events) {
      const { rejected } = await service.acceptRawEvents(events);
      if (rejected.length > 0) throw new Error(`refused: ${JSON.stringify(rejected[0])}`);
    },
    async drain(timeoutMs = 60_000) {
      workers ??= startWorkers(service);
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        await service.enqueuer.flush();
        const { received } = await service.inbox.countByStatus();
        if (received === 0) return;
        if (Date.now() > deadline) throw new Error(`${received} events still wait after ${timeoutMs} ms`);
        await sleep(20);
      }
    },
    async passDeadlines() {
      const signal = new AbortController().signal;
      const pass = crontab.minute['deadlines'];
      for (;;) {
        const result = await pass?.({ now, attempt: 1, signal });
        if (!result || result['looked'] === 0 || result['suspended'] === true) return;
      }
    },
    async close() {
      await workers?.close();
      await service.close();
      await mongo.close();
      await redis.close();
    },
  };
}
