import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openMongo } from '../src/infra/open-mongo.js';
import { openContent } from '../src/open-content.js';
import type { BenchArguments } from './support/arguments.js';
import { fillWorkOrders } from './support/fill-work-orders.js';
import { openOwnStores } from './support/own-stores.js';
import { usageOf } from './support/process-usage.js';
import { printTable, say, writeResult } from './support/report.js';
import type { FromSweep, SweepProcessOptions } from './support/sweep-process.js';
import { writeBenchRules } from './support/write-bench-rules.js';

const NOW = Date.parse('2026-03-11T10:00:00+08:00');
const ONE_IN_OVERDUE = 100;
const SAMPLE_MS = 10;
/** Of two seconds. */
const IDLE_CPU_MS = 100;

/** The minute pass over 1,000,000 open work orders of which 1 % are overdue, all of them found in one pass. */
export async function runSweep(args: BenchArguments): Promise<void> {
  const { records: count = 1_000_000, rules: ruleCount = 310 } = args;
  const rules = await writeBenchRules(ruleCount);
  const stores = await openOwnStores();
  try {
    const mongoUri = stores.mongoUri('sweep');
    const content = await openContent({ dir: rules.dir, timeZone: 'Asia/Shanghai' });
    const { connection } = await openMongo({ uri: mongoUri, embedded: true });
    const options: SweepProcessOptions = {
      mongoUri,
      redisUrl: stores.redisUrl,
      rulesDir: rules.dir,
      now: NOW,
    };
    // The service once before: it makes the indexes.
    await stop(await start(options));
    const filled = performance.now();
    await fillWorkOrders(connection, content, { count, oneInOverdue: ONE_IN_OVERDUE, now: NOW });
    say(
      `${count.toLocaleString('en')} open work orders stored in ${Math.round((performance.now() - filled) / 1000)} s`,
    );

    // A day's work orders do not come in minutes: what the filling left to be written is no part of the pass.
    await connection.db?.admin().command({ fsync: 1 });
    const service = await start(options);
    await waitIdle(stores.mongoPid);
    const pid = service.pid ?? 0;
    const idle = usageOf(pid).rssMb;
    const mongoBefore = usageOf(stores.mongoPid).cpuMs;
    let peak = idle;
    const sampler = setInterval(() => (peak = Math.max(peak, usageOf(pid).rssMb)), SAMPLE_MS);
    const first = await sweepOnce(service);
    clearInterval(sampler);
    const mongoCpuMs = usageOf(stores.mongoPid).cpuMs - mongoBefore;
    const byRule = await connection
      .collection('alerts')
      .aggregate<{ _id: string; alerts: number }>([{ $group: { _id: '$rule.id', alerts: { $sum: 1 } } }])
      .toArray();
    const alerts = byRule.reduce((sum, rule) => sum + rule.alerts, 0);
    // A pass that finds nothing due: what every other minute costs.
    const second = await sweepOnce(service);
    await stop(service);
    await connection.close();

    const overdue = Math.ceil(count / ONE_IN_OVERDUE);
    if (byRule.some((rule) => rule.alerts !== overdue) || alerts < overdue)
      throw new Error(`${JSON.stringify(byRule)} for ${overdue} overdue work orders`);
    const result = {
      workOrders: count,
      overdue,
      alerts,
      byRule,
      seconds: first.ms / 1000,
      serviceCpuSeconds: first.cpuMs / 1000,
      mongoCpuSeconds: mongoCpuMs / 1000,
      idleMb: idle,
      peakMb: peak,
      aboveIdleMb: peak - idle,
      nothingDueMs: second.ms,
    };
    printTable(
      `One minute pass over ${count.toLocaleString('en')} open work orders, ${overdue.toLocaleString('en')} overdue (${ruleCount} rules)`,
      ['', 'measured', 'target'],
      [
        ['time until all alerts are stored, s', result.seconds, '< 5'],
        ['memory of the service above idle, MiB', result.aboveIdleMb, '≤ 200'],
        ['processor time of the service, s', result.serviceCpuSeconds, ''],
        ['processor time of the database, s', result.mongoCpuSeconds, ''],
        ['a pass with nothing due, ms', result.nothingDueMs, ''],
      ],
    );
    writeResult('sweep', result);
  } finally {
    await stores.close();
    rules.close();
  }
}

/** Until a process has next to nothing to do any more; a minute at most. */
async function waitIdle(pid: number): Promise<void> {
  for (let seconds = 0; seconds < 60; seconds += 2) {
    const before = usageOf(pid).cpuMs;
    await sleep(2_000);
    if (usageOf(pid).cpuMs - before < IDLE_CPU_MS) return;
  }
}

type Swept = Extract<FromSweep, { ms: number }>;

async function start(options: SweepProcessOptions): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('./support/sweep-process.ts', import.meta.url));
  const child = fork(script, [JSON.stringify(options)], {
    execArgv: ['--import', 'tsx', '--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await nextMessage(child);
  return child;
}

async function sweepOnce(child: ChildProcess): Promise<Swept> {
  child.send('sweep');
  return (await nextMessage(child)) as Swept;
}

async function stop(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.send('close');
  await gone;
}

async function nextMessage(child: ChildProcess): Promise<FromSweep> {
  const answered = once(child, 'message').then(([message]) => message as FromSweep);
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`the process under test ended with ${String(code)}`);
  });
  // Whichever comes first; the other must not be reported as unhandled.
  gone.catch(() => undefined);
  return Promise.race([answered, gone]);
}
