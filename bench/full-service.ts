import { writeFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'mongoose';
import { openMongo } from '../src/infra/open-mongo.js';
import { openContent } from '../src/open-content.js';
import type { BenchArguments } from './support/arguments.js';
import { openOwnStores, type OwnStores } from './support/own-stores.js';
import { makePoster, postAll, toBatches } from './support/post-load.js';
import { usageOf } from './support/process-usage.js';
import { printTable, say, writeResult } from './support/report.js';
import type { StoredInThousand } from './support/bare-stores.js';
import { startProcess, startService, type StartedService } from './support/start-service.js';
import { median } from './support/statistics.js';
import { tellOrders } from './support/tell-orders.js';
import { waitDrained } from './support/wait-drained.js';
import { writeBenchRules } from './support/write-bench-rules.js';

/** What one run through all events took. CPU in µs an event. */
interface Run {
  readonly eventsPerSecond: number;
  readonly clientCpu: number;
  readonly serviceCpu: number;
  readonly mongoCpu: number;
  readonly redisCpu: number;
}

interface Contender {
  readonly name: string;
  readonly process: StartedService;
  readonly connection: Connection;
  /** Takes this share of the events: a slow one would take all day. */
  readonly share: number;
  /** Sends the events in; resolves when all are accepted. */
  readonly send: (batches: readonly Buffer[]) => Promise<void>;
}

const FROM = '2026-03-02';
const SENDERS = 4;
const PARTITIONS = 8;
const CHUNK_SIZE = 500;

/**
 * (a) From HTTP to the stored alert with at least 300 active rules, against a bare chunked pipeline that stores the same
 * documents over the same queue, and against one BullMQ job an event; in turns, on the same stores.
 */
export async function runFullService(args: BenchArguments): Promise<void> {
  const { events: count = 40_000, rounds = 5, rules: ruleCount = 310, batch = 500 } = args;
  const rules = await writeBenchRules(ruleCount);
  const content = await openContent({ dir: rules.dir, timeZone: 'Asia/Shanghai' });
  const { calendar } = content;
  const stores = await openOwnStores();
  const contenders: Contender[] = [];
  const runs = new Map<string, Run[]>();
  let alerts = 0;
  try {
    const { endsAt } = tellOrders({ calendar, events: 1_000, prefix: 'T', from: FROM });
    const nowOffset = endsAt + 86_400_000 - Date.now();
    contenders.push(await openServiceContender(stores, { rulesDir: rules.dir, nowOffset }));
    if (args.against !== undefined) {
      const other = { rulesDir: rules.dir, nowOffset, checkout: args.against };
      contenders.push(await openServiceContender(stores, other));
    }
    say(`${contenders[0]?.process.rules} active rules, ${count} events a round, ${batch} a request`);
    const takeTurns = async (round: number, inTurn: readonly Contender[]) => {
      const load = tellOrders({ calendar, events: count, prefix: `R${round}X`, from: FROM, seed: round });
      const batches = toBatches(load.events, batch);
      for (const contender of inTurn) {
        const part = batches.slice(0, Math.ceil(batches.length * contender.share));
        const run = await measure(contender, part, part.length * batch, stores);
        // The first round warms up: the compiler, the caches, the files.
        if (round > 0) runs.set(contender.name, [...(runs.get(contender.name) ?? []), run]);
      }
    };
    await takeTurns(0, contenders);
    // The same documents: what the service makes of the load, the others store as well.
    const inThousand = await countInThousand(contenders[0]?.connection);
    const bare = [
      await openBareContender(stores, 'bare', false, inThousand),
      await openBareContender(stores, 'bare + HTTP', true, inThousand),
      await openSingleContender(stores, inThousand),
    ];
    contenders.push(...bare);
    await takeTurns(0, bare);
    for (let round = 1; round <= rounds; round += 1) await takeTurns(round, contenders);
    alerts = await report(runs, contenders, ruleCount, count, rounds);
  } finally {
    for (const { process, connection } of contenders) {
      await process.close();
      await connection.close();
    }
    await stores.close();
    rules.close();
  }
  say(`alerts stored by the service: ${alerts}`);
}

async function openServiceContender(
  stores: OwnStores,
  { rulesDir, nowOffset, checkout }: { rulesDir: string; nowOffset: number; checkout?: string },
): Promise<Contender> {
  const database = checkout === undefined ? 'service' : 'service-against';
  const mongoUri = stores.mongoUri(database);
  const options = {
    mongoUri,
    redisUrl: stores.redisUrl,
    redisPrefix: database,
    rulesDir,
    nowOffset,
    partitions: PARTITIONS,
    chunkSize: CHUNK_SIZE,
  };
  const process = await startService(options, [], checkout);
  return overHttp(checkout === undefined ? 'full service' : 'the other checkout', process, mongoUri);
}

async function countInThousand(connection: Connection | undefined): Promise<StoredInThousand> {
  const count = async (name: string) => connection?.collection(name).estimatedDocumentCount() ?? 0;
  const thousands = Math.max(1, await count('events')) / 1_000;
  return {
    alerts: (await count('alerts')) / thousands,
    windowEntries: (await count('windowEntries')) / thousands,
  };
}

async function openBareContender(
  stores: OwnStores,
  name: string,
  http: boolean,
  inThousand: StoredInThousand,
): Promise<Contender> {
  const database = http ? 'bare-http' : 'bare';
  const mongoUri = stores.mongoUri(database);
  const options = {
    mongoUri,
    redisUrl: stores.redisUrl,
    prefix: database,
    partitions: PARTITIONS,
    chunkSize: CHUNK_SIZE,
    jobs: 'chunks',
    inThousand,
  };
  const process = await startProcess('bare-process.ts', options);
  return http ? overHttp(name, process, mongoUri) : fed(name, process, mongoUri, 1);
}

async function openSingleContender(stores: OwnStores, inThousand: StoredInThousand): Promise<Contender> {
  const mongoUri = stores.mongoUri('single');
  const options = {
    mongoUri,
    redisUrl: stores.redisUrl,
    prefix: 'single',
    partitions: PARTITIONS,
    chunkSize: 1,
    jobs: 'single',
    inThousand,
  };
  return fed('one job an event', await startProcess('bare-process.ts', options), mongoUri, 0.05);
}

async function overHttp(name: string, process: StartedService, mongoUri: string): Promise<Contender> {
  const { connection } = await openMongo({ uri: mongoUri, embedded: true });
  const poster = makePoster(process.url, process.token);
  return { name, process, connection, share: 1, send: (batches) => postAll(poster, batches, SENDERS) };
}

async function fed(
  name: string,
  process: StartedService,
  mongoUri: string,
  share: number,
): Promise<Contender> {
  const { connection } = await openMongo({ uri: mongoUri, embedded: true });
  return { name, process, connection, share, send: () => process.feed() };
}

async function measure(
  { process: service, connection, send }: Contender,
  batches: readonly Buffer[],
  events: number,
  stores: OwnStores,
): Promise<Run> {
  const file = join(tmpdir(), `yxrisk-bench-load-${process.pid}.json`);
  if (service.rules === 0) {
    writeFileSync(file, batches.map((body) => body.toString('utf8')).join('\n'));
    await service.load(file);
    rmSync(file);
  }
  const pids = [process.pid, service.pid, stores.mongoPid, stores.redisPid];
  const before = pids.map((pid) => usageOf(pid).cpuMs);
  const startedAt = performance.now();
  await send(batches);
  await waitDrained(connection);
  const seconds = (performance.now() - startedAt) / 1000;
  const cpu = pids.map((pid, index) => ((usageOf(pid).cpuMs - (before[index] ?? 0)) * 1000) / events);
  const [clientCpu = 0, serviceCpu = 0, mongoCpu = 0, redisCpu = 0] = cpu;
  return { eventsPerSecond: events / seconds, clientCpu, serviceCpu, mongoCpu, redisCpu };
}

async function report(
  runs: ReadonlyMap<string, Run[]>,
  contenders: readonly Contender[],
  rules: number,
  events: number,
  rounds: number,
): Promise<number> {
  const bare = runs.get('bare') ?? [];
  const middle = (list: readonly Run[], field: keyof Run) => median(list.map((run) => run[field]));
  const cpuOf = (list: readonly Run[]) =>
    median(list.map((run) => run.serviceCpu + run.mongoCpu + run.redisCpu));
  const results = [...runs].map(([name, list]) => ({
    name,
    eventsPerSecond: middle(list, 'eventsPerSecond'),
    slowest: Math.min(...list.map((run) => run.eventsPerSecond)),
    fastest: Math.max(...list.map((run) => run.eventsPerSecond)),
    // Round by round: the machine's mood is in both.
    ratioToBare: median(list.map((run, i) => run.eventsPerSecond / (bare[i]?.eventsPerSecond ?? NaN))),
    cpuRatioToBare: cpuOf(bare) / cpuOf(list),
    serviceCpu: middle(list, 'serviceCpu'),
    mongoCpu: middle(list, 'mongoCpu'),
    redisCpu: middle(list, 'redisCpu'),
    clientCpu: middle(list, 'clientCpu'),
  }));
  printTable(
    `(a) HTTP to stored alert, ${rules} rules; medians of ${rounds} rounds of ${events} events`,
    ['pipeline', 'events/s', 'min', 'max', '× bare', '× bare (CPU)', 'process µs', 'MongoDB µs', 'Redis µs', 'client µs'], // prettier-ignore
    results.map((r) => [
      r.name,
      r.eventsPerSecond,
      r.slowest,
      r.fastest,
      r.ratioToBare,
      r.cpuRatioToBare,
      r.serviceCpu,
      r.mongoCpu,
      r.redisCpu,
      r.clientCpu,
    ]),
  );
  const documents = [];
  for (const { name, connection } of contenders) {
    const sizes = [];
    for (const collection of ['events', 'workOrders', 'alerts', 'windowEntries']) {
      const [stats] = await connection
        .collection(collection)
        .aggregate<{ n: number; bytes: number }>([
          { $sample: { size: 2_000 } },
          { $group: { _id: null, n: { $sum: 1 }, bytes: { $avg: { $bsonSize: '$$ROOT' } } } },
        ])
        .toArray();
      const count = await connection.collection(collection).estimatedDocumentCount();
      sizes.push({ collection, count, bytes: stats?.bytes ?? 0 });
    }
    documents.push({ name, sizes });
  }
  printTable(
    'documents stored: number and mean bytes',
    ['pipeline', 'events', 'work orders', 'alerts', 'window entries'],
    documents.map(({ name, sizes }) => [
      name,
      ...sizes.map(({ count, bytes }) => `${count} × ${Math.round(bytes)}`),
    ]),
  );
  writeResult('full-service', { rules, events, rounds, results, documents });
  return documents[0]?.sizes.find(({ collection }) => collection === 'alerts')?.count ?? 0;
}
