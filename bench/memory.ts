import { openMongo } from '../src/infra/open-mongo.js';
import { openContent } from '../src/open-content.js';
import type { BenchArguments } from './support/arguments.js';
import { openOwnStores } from './support/own-stores.js';
import { makePoster, postAll, toBatches } from './support/post-load.js';
import { usageOf } from './support/process-usage.js';
import { printTable, say, writeResult } from './support/report.js';
import { startService } from './support/start-service.js';
import { median } from './support/statistics.js';
import { tellOrders } from './support/tell-orders.js';
import { waitDrained } from './support/wait-drained.js';
import { writeBenchRules } from './support/write-bench-rules.js';

const FROM = '2026-03-02';
const SENDERS = 4;
const PARTS = 10;
const MB = 1_048_576;

/** (e) The memory of the service's process over many events, after a garbage collection at each tenth of them. */
export async function runMemory(args: BenchArguments): Promise<void> {
  const { events: count = 1_000_000, rules: ruleCount = 310, batch = 500 } = args;
  const rules = await writeBenchRules(ruleCount);
  const { calendar } = await openContent({ dir: rules.dir, timeZone: 'Asia/Shanghai' });
  const stores = await openOwnStores();
  try {
    const { endsAt } = tellOrders({ calendar, events: 100, prefix: 'T', from: FROM });
    const mongoUri = stores.mongoUri('memory');
    const service = await startService({
      mongoUri,
      redisUrl: stores.redisUrl,
      redisPrefix: 'memory',
      rulesDir: rules.dir,
      nowOffset: endsAt + 30 * 86_400_000 - Date.now(),
      partitions: 8,
      chunkSize: 500,
    });
    const { connection } = await openMongo({ uri: mongoUri, embedded: true });
    const poster = makePoster(service.url, service.token);
    const rows = [];
    try {
      for (let part = 1; part <= PARTS; part += 1) {
        // Told part by part: the bench itself need not hold a million events.
        const load = tellOrders({
          calendar,
          events: count / PARTS,
          prefix: `M${part}X`,
          from: FROM,
          seed: part,
        });
        const startedAt = performance.now();
        await postAll(poster, toBatches(load.events, batch), SENDERS);
        await waitDrained(connection);
        const eventsPerSecond = (load.events.length * 1000) / (performance.now() - startedAt);
        const { heapUsed, external } = await service.memory();
        const { rssMb, peakMb } = usageOf(service.pid);
        rows.push({ events: (part * count) / PARTS, heapMb: heapUsed / MB, externalMb: external / MB, rssMb, peakMb, eventsPerSecond }); // prettier-ignore
      }
    } finally {
      poster.close();
      await connection.close();
      await service.close();
    }
    printTable(
      `(e) memory of the service's process over ${count} events, MiB`,
      ['events', 'heap in use', 'external', 'resident', 'peak', 'events/s'],
      rows.map(({ events, heapMb, externalMb, rssMb, peakMb, eventsPerSecond }) => [
        events, heapMb, externalMb, rssMb, peakMb, eventsPerSecond,
      ]), // prettier-ignore
    );
    // The caches fill in the first half; what a leak would add shows in the second.
    const heaps = rows.map(({ heapMb }) => heapMb);
    const growth = median(heaps.slice(-3)) - median(heaps.slice(4, 7));
    const perEvent = (growth * MB) / ((count * 3.5) / PARTS);
    say(`heap in use grew by ${growth.toFixed(1)} MiB between the sixth and the ninth tenth: ${perEvent.toFixed(1)} bytes an event`); // prettier-ignore
    writeResult('memory', {
      rules: ruleCount,
      events: count,
      rows,
      growthMb: growth,
      bytesPerEvent: perEvent,
    });
  } finally {
    await stores.close();
    rules.close();
  }
}
