import { setTimeout as sleep } from 'node:timers/promises';
import type { BusinessCalendar } from '../../src/calendar/business-calendar.js';
import { openMongo } from '../../src/infra/open-mongo.js';
import type { Content } from '../../src/open-content.js';
import { makeDeadlineStore } from '../../src/work-orders/deadline-store.js';
import { findOpenRuns, findScheduleWrongs } from './check-schedule.js';
import { foldOnce } from './fold-once.js';
import { eventAt, FEED, type CloudEvent } from './cloud-event.js';
import { generateStories, type ToldEvent } from './generate-stories.js';
import { openIntake, type Intake } from './open-intake.js';
import { findDifferences } from './outcome.js';
import { openOwnStores, type OwnStores } from './own-stores.js';
import { makeRandom, type Random } from './random.js';
import { readOutcome } from './read-outcome.js';
import { openWorkerPool, type WorkerPool } from './worker-pool.js';

export interface FaultRunOptions {
  readonly seed: number;
  /** About how many events. */
  readonly events: number;
  /** How often a worker is killed. */
  readonly kills: number;
  readonly content: Content;
  /** Of bundleWorker. */
  readonly script: string;
  /** Folder of `content`, which every process reads. */
  readonly rulesDir: string;
}

/** What one run did and what is wrong with what it left behind; `wrongs` must be empty. */
export interface FaultReport {
  readonly seed: number;
  readonly days: readonly string[];
  readonly kills: number;
  /** Of the kills, those of a worker that held a chunk. */
  readonly midChunk: number;
  /** Distinct events accepted. */
  readonly accepted: number;
  /** Events sent again because the sender got no 202. */
  readonly resent: number;
  /** Events handed to a worker again. */
  readonly redelivered: number;
  readonly processed: number;
  readonly dead: number;
  /** Alerts that stand, and those that were raised and taken back when the full story was known. */
  readonly alerts: number;
  readonly takenBack: number;
  readonly seconds: number;
  readonly wrongs: readonly string[];
}

const WORKERS = 4;
const PATIENCE_MS = 120_000;
const SETTLE_MS = 300_000;
/** Longer than a minute, so that minute jobs run again, and than a lease, so that a killed run is taken over. */
const MINUTE_MS = 61_000;
const REFUSED = 3;
/** Most events that the sender lets wait, as far as its patience goes: so many times 50 ms a batch. */
const BACKLOG = 300;
const PATIENCE = 8;

/**
 * One run: five business days told by a sender that gives nobody rest, while workers are killed, the intake is killed, Redis is wiped and
 * killed, the database is killed, four schedulers start at once and are then down for three business days.
 */
export async function runFaults(options: FaultRunOptions): Promise<FaultReport> {
  const startedAt = performance.now();
  const { seed, content, script, rulesDir, kills } = options;
  const random = makeRandom(seed);
  const days = pickDays(random.fork(), content.calendar);
  const told = generateStories({
    random: random.fork(),
    events: options.events,
    days: days.slice(0, 5),
    calendar: content.calendar,
  });
  const subjects = [...new Set(told.map(({ event }) => event.subject))].filter((no) => no.startsWith('WO-'));
  const refused = Array.from({ length: REFUSED }, () => random.pick(subjects));

  const closers: (() => Promise<void>)[] = [];
  try {
    const stores = await openOwnStores();
    closers.push(() => stores.close());
    const { connection, close } = await openMongo({ uri: stores.mongoUri, embedded: true });
    closers.push(close);
    const clock = makeSimulatedClock(content.calendar, days);
    const common = { mongoUri: stores.mongoUri, redisUrl: stores.redisUrl, rulesDir };
    const intake = openIntake(script, { ...common, clockOffset: clock.offset() });
    closers.push(() => intake.close());
    const pool = openWorkerPool({
      ...common,
      script,
      refused,
      size: WORKERS,
      clockOffset: clock.offset(),
      patienceMs: PATIENCE_MS,
    });
    closers.push(() => pool.close());
    const waiting = () => connection.collection('events').countDocuments({ status: 'received' });
    const run: Run = { days, clock, intake, pool, waiting, posted: [] };
    const up = [days[0] ?? '', days[4] ?? '', days[5] ?? ''];
    const schedule = (upTo: number) => ({ connection, content, days: days.slice(0, upTo + 1), up });
    const openRuns = async (upTo: number) => findOpenRuns(schedule(upTo));

    const faults = planFaults({ random: random.fork(), told, kills, run, stores });
    await tellDays(run, told, [0], faults, random);
    await settle('the jobs of the first day are done', run, async () => (await openRuns(0)).length);
    await pool.stopSchedulers();
    setClock(run, 3);
    await tellDays(run, told, [1, 2, 3], faults, random);
    setClock(run, 4);
    pool.tick();
    await tellDays(run, told, [4], faults, random);

    const deadlines = makeDeadlineStore(connection);
    const due = async () => (await deadlines.dueRecords(new Date(clock.now()), 10)).length;
    await settle('everything is processed', run, async () => (await waiting()) + (await openRuns(4)).length);
    // The day after: its sweep looks at all that was processed late.
    setClock(run, 5);
    await heartbeat(run);
    const running = () => connection.collection('jobRuns').countDocuments({ status: 'running' });
    // The feed speaks last; the minute pass has to have heard it.
    const silences = () =>
      connection.collection('alerts').countDocuments({ 'subject.type': 'feed', open: true });
    const sweepsOwed = () => connection.collection('feeds').countDocuments({ sweepOwed: { $exists: true } });
    await settle('nothing is left to do', run, async () => {
      const open = [
        waiting(),
        due(),
        openRuns(5).then(({ length }) => length),
        running(),
        silences(),
        sweepsOwed(),
      ];
      return (await Promise.all(open)).reduce((sum, count) => sum + count, 0);
    });

    const events = run.posted;
    const expected = await foldOnce({ events, content, refused: new Set(refused), now: clock.now() });
    const stored = await readOutcome(connection);
    const { total, distinct } = pool.deliveries();
    const accepted = new Set(events.map(({ id }) => id)).size;
    return {
      seed,
      days,
      kills: faults.kills(),
      midChunk: faults.midChunk(),
      accepted,
      resent: intake.resent(),
      redelivered: total - distinct,
      processed: stored.outcome.processed.length,
      dead: stored.outcome.dead.length,
      alerts: Object.keys(stored.outcome.alerts).length,
      takenBack: stored.alerts.filter(({ retracted }) => retracted).length,
      seconds: Math.round((performance.now() - startedAt) / 1_000),
      wrongs: [
        ...stored.wrongs,
        ...findDifferences(stored.outcome, expected),
        ...(await findScheduleWrongs(schedule(5))),
        ...(faults.kills() < kills ? [`only ${faults.kills()} of ${kills} workers were killed`] : []),
      ],
    };
  } finally {
    for (const close of closers.reverse()) await close().catch(() => undefined);
  }
}

interface Run {
  /** Five business days and the one after. */
  readonly days: readonly string[];
  readonly clock: SimulatedClock;
  readonly intake: Intake;
  readonly pool: WorkerPool;
  /** Events accepted and not processed. */
  readonly waiting: () => Promise<number>;
  /** What was accepted, resends included. */
  readonly posted: CloudEvent[];
}

/** Six working days in a row, anywhere in the year: weekends, holidays and days in lieu are among them. */
function pickDays(random: Random, calendar: BusinessCalendar): string[] {
  let day = calendar.nextWorkingDay(calendar.addDays('2026-01-01', random.int(0, 320)));
  const days = [];
  while (days.length < 6) {
    days.push(day);
    day = calendar.nextWorkingDay(day);
  }
  return days;
}

interface SimulatedClock {
  now(): number;
  /** Ahead of the machine's clock, ms. */
  offset(): number;
  set(day: number): void;
  skip(ms: number): void;
}

/** Runs as the machine's clock does, from the evening of a day on. The last evening is late: no limit of the days before ends then. */
function makeSimulatedClock(calendar: BusinessCalendar, days: readonly string[]): SimulatedClock {
  const evening = (day: number) => calendar.instantOf(days[day] ?? '', day === 5 ? '22:00' : '18:00');
  let offset = evening(0) - Date.now();
  return {
    now: () => Date.now() + offset,
    offset: () => offset,
    set: (day) => (offset = evening(day) - Date.now()),
    skip: (ms) => (offset += ms),
  };
}

function setClock({ clock, intake, pool }: Run, day: number): void {
  clock.set(day);
  intake.setClock(clock.offset());
  pool.setClock(clock.offset());
}

async function heartbeat(run: Run): Promise<void> {
  const at = run.clock.now();
  const event = eventAt('feed.heartbeat', FEED, `heartbeat/${at}`, at, { feed: FEED });
  run.posted.push(event);
  await run.intake.post([event]);
}

interface Faults {
  /** To be called before each batch: does what is due by now. */
  strike(posted: number): Promise<void>;
  kills(): number;
  midChunk(): number;
}

/** Spreads the faults over the events, anywhere but before the first. */
function planFaults(plan: {
  readonly random: Random;
  readonly told: readonly ToldEvent[];
  readonly kills: number;
  readonly run: Run;
  readonly stores: OwnStores;
}): Faults {
  const { random, told, run, stores } = plan;
  let kills = 0;
  let midChunk = 0;
  const killWorker = async () => {
    const killed = await run.pool.killOne(random);
    kills += 1;
    if (killed.midChunk) midChunk += 1;
  };
  const others = [
    () => stores.flushRedis(),
    () => stores.crashRedis(),
    () => stores.crashMongo(),
    () => run.intake.kill(),
    () => run.intake.kill(),
  ];
  const due: { fault: () => void | Promise<void>; after: number }[] = [
    ...Array.from({ length: plan.kills }, () => killWorker),
    ...others,
  ]
    .map((fault) => ({ fault, after: random.int(1, told.length - 1) }))
    .sort((a, b) => a.after - b.after);
  return {
    kills: () => kills,
    midChunk: () => midChunk,
    async strike(posted) {
      while ((due[0]?.after ?? Infinity) <= posted) {
        const next = due.shift();
        await next?.fault();
      }
    },
  };
}

/** Posts what is told on these days in batches of any size; faults strike between sending and answer. */
async function tellDays(
  run: Run,
  told: readonly ToldEvent[],
  days: readonly number[],
  faults: Faults,
  random: Random,
): Promise<void> {
  await heartbeat(run);
  const events = told.filter(({ day }) => days.includes(day)).map(({ event }) => event);
  for (let from = 0; from < events.length;) {
    const batch = events.slice(from, (from += random.int(1, 60)));
    run.posted.push(...batch);
    const answered = run.intake.post(batch);
    await sleep(random.int(0, 30));
    await faults.strike(run.posted.length);
    await answered;
    // Faults are to strike workers that work, so the sender keeps step with them. (What a wiped Redis lost waits longer.)
    for (let wait = 0; wait < PATIENCE && (await run.waiting().catch(() => 0)) > BACKLOG; wait += 1)
      await sleep(50);
  }
}

/** Lets minutes go by until nothing is open; in vain once there was no progress for SETTLE_MS. */
async function settle(what: string, run: Run, countOpen: () => Promise<number>): Promise<void> {
  let best = Infinity;
  let endAt = performance.now() + SETTLE_MS;
  const { clock, intake, pool } = run;
  for (;;) {
    await pool.allReady();
    // A silent feed suspends what its clocks say.
    await heartbeat(run);
    pool.tick();
    // Time for the jobs of this minute, and longer while it is put to use: more minutes would only mean more repetition.
    let least = Infinity;
    for (let idle = 0; idle < 12; idle += 1) {
      await sleep(250);
      const open = await countOpen().catch(() => Infinity);
      if (open === 0) return;
      if (open < least) idle = 0;
      least = Math.min(least, open);
    }
    if (least < best) {
      best = least;
      endAt = performance.now() + SETTLE_MS;
    }
    if (performance.now() > endAt)
      throw new Error(
        `no progress for ${SETTLE_MS / 1_000} s while waiting until ${what}: ${await countOpen()} open`,
      );
    clock.skip(MINUTE_MS);
    intake.setClock(clock.offset());
    pool.setClock(clock.offset());
  }
}
