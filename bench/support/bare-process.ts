/**
 * The least a pipeline can do that stores the same documents over the same queue: the event log, each work order
 * replaced whole by `_id`, as many alerts and entries of windows as the service stores, processed marks. Nothing is checked, folded or judged.
 * Argument: JSON of `BareProcessOptions`; ends with its parent.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Queue, Worker } from 'bullmq';
import { pino } from 'pino';
import { openMongo } from '../../src/infra/open-mongo.js';
import { makeEnqueuer } from '../../src/queue/make-enqueuer.js';
import { makePartitionQueues } from '../../src/queue/partition-queues.js';
import { startPartitionWorkers } from '../../src/queue/partition-workers.js';
import { openWorkerConnection } from '../../src/queue/redis-connections.js';
import { makeBareStores, type PlainEvent, type StoredInThousand } from './bare-stores.js';
import type { FromService } from './start-service.js';

export interface BareProcessOptions {
  readonly mongoUri: string;
  readonly redisUrl: string;
  readonly prefix: string;
  readonly partitions: number;
  readonly chunkSize: number;
  /** `single`: one job an event instead of chunks. */
  readonly jobs: 'chunks' | 'single';
  /** As much as the service stores for the same events. */
  readonly inThousand: StoredInThousand;
}
/** `feed`: take the batches of this file (a JSON list a line) without HTTP. */
export type ToBare = 'close' | { readonly load: string } | 'feed';

const { mongoUri, redisUrl, prefix, partitions, chunkSize, jobs, inThousand } = JSON.parse(
  process.argv[2] ?? '',
) as BareProcessOptions;
const SINGLE_CONCURRENCY = 64;
const FEEDERS = 4;
const tell = (message: FromService): void => void process.send?.(message);
const { connection } = await openMongo({ uri: mongoUri, embedded: true });
const stores = await makeBareStores(connection, { partitions, inThousand });
const work = jobs === 'chunks' ? startChunks() : startSingles();

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const batch = JSON.parse(Buffer.concat(parts).toString('utf8')) as PlainEvent[];
    take(batch).then(
      () => response.writeHead(202).end('{}'),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  tell({ ready: `http://127.0.0.1:${port}`, token: 'none', rules: 0 });
});

async function take(batch: readonly PlainEvent[]): Promise<void> {
  await work.enqueue(await stores.insertEvents(batch));
}

function startChunks() {
  const queues = makePartitionQueues({ redisUrl, prefix, partitions, chunkSize });
  const enqueuer = makeEnqueuer({ enqueue: (keys) => queues.enqueue(keys), chunkSize, onFailure: fail });
  const workers = startPartitionWorkers({
    redisUrl,
    prefix,
    partitions,
    gatherUpTo: 4 * chunkSize,
    handleChunk: (keys) => stores.handleChunk(keys),
    logger: pino({ level: 'silent' }),
    now: Date.now,
  });
  return {
    enqueue: (items: readonly { key: string; partition: number }[]) => Promise.resolve(enqueuer.add(items)),
    close: async () => {
      await enqueuer.close();
      await workers.close();
      await queues.close();
    },
  };
}

function startSingles() {
  const queue = new Queue(`${prefix}-single`, {
    connection: openWorkerConnection(redisUrl, fail),
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
  });
  const worker = new Worker<{ key: string }>(
    `${prefix}-single`,
    (job) => stores.handleChunk([job.data.key]),
    {
      connection: openWorkerConnection(redisUrl, fail),
      concurrency: SINGLE_CONCURRENCY,
    },
  );
  return {
    enqueue: async (items: readonly { key: string }[]) => {
      await queue.addBulk(items.map(({ key }) => ({ name: 'event', data: { key } })));
    },
    close: async () => {
      await worker.close();
      await queue.close();
    },
  };
}

function fail(error: unknown): void {
  console.error(error);
  process.exitCode = 1;
}

let loaded: PlainEvent[][] = [];
async function feed(): Promise<void> {
  const batches = loaded;
  let next = 0;
  const feeder = async () => {
    for (let batch = batches[next++]; batch; batch = batches[next++]) await take(batch);
  };
  await Promise.all(Array.from({ length: FEEDERS }, feeder));
}

async function close(): Promise<void> {
  server.close();
  server.closeAllConnections();
  await work.close();
  await connection.close();
  process.exit();
}

process.on('disconnect', () => process.exit(0));
process.on('message', (message: ToBare) => {
  if (message === 'close') void close();
  else if (message === 'feed') feed().then(() => tell({ fed: true }), fail);
  else {
    loaded = readFileSync(message.load, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as PlainEvent[]);
    tell({ loaded: loaded.length });
  }
});
