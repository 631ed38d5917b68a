/**
 * API and workers of the service in a process of their own, wired as `yxrisk start` does, on stores it is told of and
 * with a clock set to the time of the load. Argument: JSON of `ServiceProcessOptions`; ends with its parent.
 */
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { startWorkers } from '../../jobs/start-jobs.js';
import { ensureAdminToken } from '../../src/access/ensure-admin-token.js';
import { generateToken } from '../../src/access/generate-token.js';
import { composeApi } from '../../src/compose-api.js';
import { composeService } from '../../src/compose.js';
import { DEFAULT_EVENT_LIMITS } from '../../src/events/event-limits.js';
import { openMongo } from '../../src/infra/open-mongo.js';
import { openContent } from '../../src/open-content.js';
import { noteStoredAlerts } from './note-stored-alerts.js';
import type { FromService, ServiceProcessOptions } from './start-service.js';

const { mongoUri, redisUrl, redisPrefix, rulesDir, nowOffset, partitions, chunkSize, noteAlerts } =
  JSON.parse(process.argv[2] ?? '') as ServiceProcessOptions;
const tell = (message: FromService): void => void process.send?.(message);
const now = (): number => Date.now() + nowOffset;

const content = await openContent({ dir: rulesDir, timeZone: 'Asia/Shanghai' });
const { connection, ping } = await openMongo({ uri: mongoUri, embedded: true });
const service = await composeService({
  connection,
  redisUrl,
  content,
  settings: {
    redisPrefix,
    partitions,
    chunkSize,
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
  logger: pino({ level: 'info' }, pino.destination('/dev/null')),
  now,
});
if (noteAlerts) noteStoredAlerts(connection, (stored, at) => tell({ stored, at }));
const token = await ensureAdminToken({ store: service.tokens, now, generate: generateToken });
const app = composeApi({
  service,
  connection,
  pingMongo: ping,
  running: () => [],
  version: 'bench',
  limits: { bodyBytes: DEFAULT_EVENT_LIMITS.maxBodyBytes, requestsPerMinute: 10_000_000 },
});
const workers = startWorkers(service);
const server = app.listen(0, '127.0.0.1');
server.once('listening', () => {
  const { port } = server.address() as AddressInfo;
  tell({ ready: `http://127.0.0.1:${port}`, token: token ?? '', rules: content.ruleSet.rules.length });
});

let closing = false;
async function close(): Promise<void> {
  if (closing) return;
  closing = true;
  server.close();
  server.closeAllConnections();
  await workers.close();
  await service.close();
  await connection.close();
  process.disconnect?.();
}
process.on('disconnect', () => process.exit(0));
process.on('message', (message: 'close' | 'usage') => {
  if (message === 'close') void close();
  else {
    globalThis.gc?.();
    tell({ usage: { ...process.memoryUsage() } });
  }
});
