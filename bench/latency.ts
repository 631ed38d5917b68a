import { setTimeout as sleep } from 'node:timers/promises';
import { openMongo } from '../src/infra/open-mongo.js';
import type { JsonObject } from '../src/json.js';
import { openContent } from '../src/open-content.js';
import type { BenchArguments } from './support/arguments.js';
import { openOwnStores } from './support/own-stores.js';
import { makePoster, toBatches, type Poster } from './support/post-load.js';
import { printTable, say, writeResult } from './support/report.js';
import { startService } from './support/start-service.js';
import { percentile } from './support/statistics.js';
import { tellOrders } from './support/tell-orders.js';
import { waitDrained } from './support/wait-drained.js';
import { writeBenchRules } from './support/write-bench-rules.js';

const FROM = '2026-03-02';
const RATES = [200, 1_000];
/** Requests a second; at higher rates each carries several events. */
const REQUESTS = 200;

/** When an event was sent and when its 202 came back, epoch ms. */
interface Posted {
  readonly at: number;
  readonly sentAt: number;
  acceptedAt: number;
}

/**
 * (d) How long it takes from the 202 for an event to the stored alert that it leads to, at a steady rate, 200 requests a
 * second. An alert belongs to the first event of its work order that is not before it: that one moved time there.
 */
export async function runLatency(args: BenchArguments): Promise<void> {
  const { seconds = 30, rules: ruleCount = 310 } = args;
  const rules = await writeBenchRules(ruleCount);
  const { calendar } = await openContent({ dir: rules.dir, timeZone: 'Asia/Shanghai' });
  const stores = await openOwnStores();
  try {
    const results = [];
    const { endsAt } = tellOrders({ calendar, events: 100, prefix: 'T', from: FROM });
    const mongoUri = stores.mongoUri('latency');
    const service = await startService({
      mongoUri,
      redisUrl: stores.redisUrl,
      redisPrefix: 'latency',
      rulesDir: rules.dir,
      nowOffset: endsAt + 30 * 86_400_000 - Date.now(),
      partitions: 8,
      chunkSize: 500,
      noteAlerts: true,
    });
    const { connection } = await openMongo({ uri: mongoUri, embedded: true });
    const poster = makePoster(service.url, service.token);
    let posted = new Map<string, Posted[]>();
    let fromSent: number[] = [];
    let fromAccepted: number[] = [];
    service.onStored((alerts, at) => {
      for (const { recordId, firstAt } of alerts) {
        const cause = posted.get(recordId)?.find((event) => event.at >= firstAt);
        if (!cause) continue;
        fromSent.push(at - cause.sentAt);
        // It may be stored before the answer to the sender is back.
        fromAccepted.push(Math.max(0, at - Math.min(at, cause.acceptedAt)));
      }
    });
    try {
      // First a round that warms up and is not counted.
      for (const [round, rate] of [500, ...RATES].entries()) {
        posted = new Map();
        fromSent = [];
        fromAccepted = [];
        const events = rate * (round === 0 ? Math.min(seconds, 10) : seconds);
        const prefix = `L${round}X`;
        // Every order with its fault: a percentile needs alerts to be taken of.
        const load = tellOrders({ calendar, events, prefix, from: FROM, seed: round, oneInFaulty: 1 });
        await sendSteadily(poster, load.events.slice(0, events), rate, posted);
        await waitDrained(connection);
        await sleep(100);
        if (round === 0) continue;
        const row = (list: readonly number[]) => ({
          p50: percentile(list, 0.5),
          p99: percentile(list, 0.99),
          max: Math.max(...list),
        });
        results.push({ rate, alerts: fromSent.length, accepted: row(fromAccepted), sent: row(fromSent) });
      }
    } finally {
      poster.close();
      await connection.close();
      await service.close();
    }
    printTable(
      `(d) from an event to its stored alert, ms, ${ruleCount} rules, ${seconds} s each`,
      ['events/s', 'alerts', 'accepted → alert p50', 'p99', 'max', 'sent → alert p50', 'p99', 'max'],
      results.map(({ rate, alerts, accepted, sent }) => [
        rate, alerts, accepted.p50, accepted.p99, accepted.max, sent.p50, sent.p99, sent.max,
      ]), // prettier-ignore
    );
    say('targets: p99 below 100 ms at 200/s and below 250 ms at 1,000/s');
    writeResult('latency', { rules: ruleCount, seconds, results });
  } finally {
    await stores.close();
    rules.close();
  }
}

/** At a steady rate whatever the answers do: a slow answer must not make the next request late. */
async function sendSteadily(
  poster: Poster,
  events: readonly JsonObject[],
  rate: number,
  posted: Map<string, Posted[]>,
): Promise<void> {
  const size = Math.max(1, Math.round(rate / REQUESTS));
  const bodies = toBatches(events, size);
  const startedAt = Date.now();
  const pending: Promise<void>[] = [];
  for (const [index, body] of bodies.entries()) {
    const dueAt = startedAt + (index * size * 1_000) / rate;
    if (dueAt > Date.now()) await sleep(dueAt - Date.now());
    const sentAt = Date.now();
    const items = events.slice(index * size, (index + 1) * size).map((event) => {
      const item = { at: Date.parse(event['time'] as string), sentAt, acceptedAt: Infinity };
      const subject = event['subject'] as string;
      const others = posted.get(subject);
      if (others) others.push(item);
      else posted.set(subject, [item]);
      return item;
    });
    const answer = poster.post(body).then((status) => {
      if (status !== 202) throw new Error(`a request was answered ${status}`);
      for (const item of items) item.acceptedAt = Date.now();
    });
    pending.push(answer);
  }
  await Promise.all(pending);
}
