import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMongo } from '../src/infra/open-mongo.js';
import { openContent } from '../src/open-content.js';
import { analyseProfile, type CpuProfile } from './support/analyse-profile.js';
import type { BenchArguments } from './support/arguments.js';
import { openOwnStores } from './support/own-stores.js';
import { makePoster, postAll, toBatches } from './support/post-load.js';
import { usageOf } from './support/process-usage.js';
import { printTable, say, writeResult } from './support/report.js';
import { startService } from './support/start-service.js';
import { tellOrders } from './support/tell-orders.js';
import { waitDrained } from './support/wait-drained.js';
import { writeBenchRules } from './support/write-bench-rules.js';

const FROM = '2026-03-02';
const SENDERS = 4;
const TOP = 45;

/** Where the time of the service's process goes while events stream in over HTTP: by function, and by part. */
export async function runProfile(args: BenchArguments): Promise<void> {
  const { events: count = 60_000, rules: ruleCount = 310, batch = 500 } = args;
  const rules = await writeBenchRules(ruleCount);
  const { calendar } = await openContent({ dir: rules.dir, timeZone: 'Asia/Shanghai' });
  const stores = await openOwnStores();
  const folder = mkdtempSync(join(tmpdir(), 'yxrisk-bench-profile-'));
  try {
    const warm = tellOrders({ calendar, events: 5_000, prefix: 'W', from: FROM });
    const load = tellOrders({ calendar, events: count, prefix: 'P', from: FROM, seed: 2 });
    const mongoUri = stores.mongoUri('profile');
    const service = await startService(
      {
        mongoUri,
        redisUrl: stores.redisUrl,
        redisPrefix: 'profile',
        rulesDir: rules.dir,
        nowOffset: load.endsAt + 86_400_000 - Date.now(),
        partitions: 8,
        chunkSize: 500,
      },
      ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=500'],
    );
    const { connection } = await openMongo({ uri: mongoUri, embedded: true });
    const poster = makePoster(service.url, service.token);
    const run = async (events: Parameters<typeof toBatches>[0]) => {
      await postAll(poster, toBatches(events, batch), SENDERS);
      await waitDrained(connection);
    };
    await run(warm.events);
    const before = usageOf(service.pid).cpuMs;
    const mongoBefore = usageOf(stores.mongoPid).cpuMs;
    await run(load.events);
    const n = load.events.length;
    const perEvent = ((usageOf(service.pid).cpuMs - before) * 1000) / n;
    const mongoPerEvent = ((usageOf(stores.mongoPid).cpuMs - mongoBefore) * 1000) / n;
    await connection.close();
    await service.close();
    const { parts, functions } = analyseProfile(readLargest(folder));
    say(
      `service ${Math.round(perEvent)} µs CPU an event, MongoDB ${Math.round(mongoPerEvent)} µs, under the profiler`,
    );
    printTable('parts (self time)', ['part', '%'], parts.map(({ name, share }) => [name, share * 100])); // prettier-ignore
    printTable(
      'functions',
      ['function', 'self %', 'with callees %'],
      functions.slice(0, TOP).map(({ name, self, total }) => [name, self * 100, total * 100]),
    );
    writeResult('profile', { rules: ruleCount, events: n, perEvent, mongoPerEvent, parts, functions: functions.slice(0, TOP) }); // prettier-ignore
  } finally {
    await stores.close();
    rules.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** tsx's own thread leaves a small one beside it. */
function readLargest(folder: string): CpuProfile {
  const texts = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  const largest = texts.sort((a, b) => b.length - a.length)[0];
  if (largest === undefined) throw new Error('the process left no profile');
  return JSON.parse(largest) as CpuProfile;
}
