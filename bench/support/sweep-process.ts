/**
 * The minute pass of the service in a process of its own, wired as `yxrisk start --only worker` does. Argument: JSON of
 * `SweepProcessOptions`; ends with its parent.
 */
import { pino } from 'pino';
import { makeCrontab } from '../../jobs/crontab.js';
import { composeService } from '../../src/compose.js';
import { DEFAULT_EVENT_LIMITS } from '../../src/events/event-limits.js';
import { openMongo } from '../../src/infra/open-mongo.js';
import { openContent } from '../../src/open-content.js';

export interface SweepProcessOptions {
  readonly mongoUri: string;
  readonly redisUrl: string;
  readonly rulesDir: string;
  /** What the clock of the service shows, epoch ms. */
  readonly now: number;
}

export type FromSweep =
  { readonly ready: true } | { readonly swept: object; readonly ms: number; readonly cpuMs: number };

const { mongoUri, redisUrl, rulesDir, now } = JSON.parse(process.argv[2] ?? '') as SweepProcessOptions;
const tell = (message: FromSweep): void => void process.send?.(message);

const content = await openContent({ dir: rulesDir, timeZone: 'Asia/Shanghai' });
const { connection } = await openMongo({ uri: mongoUri, embedded: true });
const service = await composeService({
  connection,
  redisUrl,
  content,
  settings: {
    redisPrefix: 'sweep',
    partitions: 8,
    chunkSize: 500,
    maxAttempts: 5,
    reconcileAfterMs: 60_000,
    feedSilentAfterMs: 900_000,
    retentionDays: 1_095,
    auditRetentionDays: 1_095,
    catchUpDays: 14,
    eventLimits: DEFAULT_EVENT_LIMITS,
    evidenceMaxBytes: 5_242_880,
    sessionIdleMs: 3_600_000,
    sessionMaxMs: 43_200_000,
  },
  logger: pino({ level: 'error' }, pino.destination(2)),
  now: () => now,
});
const { minute } = makeCrontab(service);

process.on('disconnect', () => process.exit(0));
process.on('message', (message: 'sweep' | 'close') => {
  if (message === 'close') {
    void service
      .close()
      .then(() => connection.close())
      .then(() => process.disconnect());
    return;
  }
  void sweep();
});

async function sweep(): Promise<void> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const { signal } = new AbortController();
  const swept = (await minute['deadlines']?.({ now: () => now, attempt: 1, signal })) ?? {};
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  tell({ swept, ms, cpuMs: (user + system) / 1000 });
}

globalThis.gc?.();
tell({ ready: true });
