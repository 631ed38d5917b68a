import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mongoose';
import { pino } from 'pino';
import { startWorkers } from '../../jobs/start-jobs.js';
import { composeService, type Service } from '../../src/compose.js';
import { StoreUnavailableError } from '../../src/errors.js';
import { openMongo } from '../../src/infra/open-mongo.js';
import { openContent } from '../../src/open-content.js';
import { waitUntil } from '../queue/wait-until.js';
import { TEST_SETTINGS } from '../support/open-test-service.js';
import { openOwnStores, type OwnStores } from './own-stores.js';

const KILLS = Number(process.env['FAULT_ENGINE_KILLS'] ?? 3);
const SENDERS = 6;
/** Far more than a restart of the engine and a server selection take. */
const ANSWER_MS = 45_000;

let stores: OwnStores;
let service: Service;
let connection: Connection;
const closers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  stores = await openOwnStores();
  closers.push(() => stores.close());
  const mongo = await openMongo({ uri: stores.mongoUri, embedded: true });
  closers.push(() => mongo.close());
  ({ connection } = mongo);
  service = await composeService({
    connection,
    redisUrl: stores.redisUrl,
    content: await openContent({ dir: 'rules', timeZone: 'Asia/Shanghai' }),
    settings: { ...TEST_SETTINGS, redisPrefix: 'engine-killed', chunkSize: 50 },
    logger: pino({ level: 'silent' }),
    now: Date.now,
  });
  closers.push(() => service.close());
  const workers = startWorkers(service);
  closers.push(() => workers.close());
}, 60_000);
afterAll(async () => {
  for (const close of closers.reverse()) await close();
}, 60_000);

let serial = 0;
function someEvents(count: number): object[] {
  return Array.from({ length: count }, () => ({
    specversion: '1.0',
    id: `e${(serial += 1)}`,
    source: '/sales/engine-killed',
    type: 'yxzy.workorder.opened',
    subject: `WO${serial % 200}`,
    time: '2026-11-20T02:00:00Z',
    data: { process: '高压新装' },
  }));
}

describe('MongoDB’s engine killed again and again while events are posted', () => {
  it(
    'leaves no sender without an answer: 202, or that the store is away; and no accepted event is lost or blamed for it',
    async () => {
      const answers = { accepted: 0, away: 0, other: [] as unknown[] };
      let killing = true;
      const sendAll = async (): Promise<void> => {
        while (killing) {
          const batch = someEvents(1 + (serial % 20));
          // As a sales system does: the same events until they were taken.
          for (let taken = false; !taken;) {
            const startedAt = performance.now();
            try {
              const { accepted, duplicates } = await service.acceptRawEvents(batch);
              expect(accepted + duplicates).toBe(batch.length);
              answers.accepted += batch.length;
              taken = true;
            } catch (error) {
              if (!(error instanceof StoreUnavailableError)) answers.other.push(error);
              answers.away += 1;
              await sleep(50);
            }
            expect(performance.now() - startedAt).toBeLessThan(ANSWER_MS);
          }
        }
      };
      const senders = Array.from({ length: SENDERS }, sendAll);
      for (let kill = 0; kill < KILLS; kill += 1) {
        const before = answers.accepted;
        stores.crashMongo();
        await waitUntil('events are accepted again', () => answers.accepted > before + 500, ANSWER_MS);
      }
      killing = false;
      await Promise.all(senders);
      expect(answers.other).toEqual([]);
      expect(answers.away).toBeGreaterThan(0);

      const count = (filter: object) => connection.collection('events').countDocuments(filter);
      await waitUntil(
        'all is processed',
        async () => {
          await service.reconcileInbox();
          return (await count({ status: 'received' })) === 0;
        },
        150_000,
      );
      expect(await count({ status: 'processed' })).toBe(answers.accepted);
      // Nothing is wrong with the events, so no try of theirs was counted.
      expect(await count({ attempts: { $gt: 0 } })).toBe(0);
    },
    KILLS * ANSWER_MS + 180_000,
  );
});
