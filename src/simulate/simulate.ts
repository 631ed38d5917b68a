import { asText } from './as-text.js';
import { createHash } from 'node:crypto';
import { chooseProcess, makeFaultDeck } from './choose-faults.js';
import { deliver } from './deliver.js';
import { CLOSING, dateOf, instantOf, isoOf, isWorkday, workdayAfter } from './office-time.js';
import { makeRandom } from './random.js';
import type {
  CloudEvent,
  Delivery,
  Manifest,
  Simulation,
  SimulationSettings,
  TruthRow,
} from './simulation.js';
import type { Told } from './story.js';
import { tellFeed } from './tell-feed.js';
import { tellHallDay, type Outage } from './tell-hall-day.js';
import { FEED } from './tell-opened.js';
import { tellOrder } from './tell-order.js';
import { writeTruth, type Committed } from './truth/write-truth.js';
import { makeWorld, type SimulationContent, type World } from './world.js';

export const SOURCE = '/sim/sales';

/** Everything that happened: what was told of each record, and what was done wrong on it. */
export interface Happenings {
  readonly records: readonly Committed[];
  readonly days: readonly string[];
  readonly settledAt: number;
  readonly workOrders: number;
  readonly hallDays: number;
}

/** Makes a simulation in memory; the same settings and content give the same one, byte by byte. */
export function simulate(settings: SimulationSettings, content: SimulationContent): Simulation {
  const happenings = makeHappenings(settings, content);
  const { records } = happenings;
  const events = records.flatMap((record) => (record.on === 'feed' ? [] : record.events));
  const heartbeats = records.flatMap(({ on, events: own }) =>
    on === 'feed' ? own.filter(({ type }) => type === 'yxzy.feed.heartbeat') : [],
  );
  const deliveries = deliver([...events, ...heartbeats], settings.seed);
  const truth = records.flatMap(writeTruth);
  const files = {
    events: deliveries.map(({ event }) => `${JSON.stringify(event)}\n`).join(''),
    truth: truth.map((row) => `${JSON.stringify(row)}\n`).join(''),
  };
  const manifest = describe(settings, happenings, deliveries, truth, files);
  return {
    deliveries,
    truth,
    manifest,
    files: { ...files, manifest: `${JSON.stringify(manifest, null, 2)}\n` },
  };
}

/** What happens in the simulated company, before any of it is sent. */
export function makeHappenings(settings: SimulationSettings, content: SimulationContent): Happenings {
  const { seed, workOrders, faultRate } = settings;
  const world = makeWorld(content, seed);
  const days = businessDays(settings);
  const last = days.at(-1) ?? settings.start;
  const orders = tellOrders(settings, world, days, instantOf(last, CLOSING));
  const halls = tellHalls(settings, world, days, orders);

  const latest = Math.max(...[...orders, ...halls].flatMap(({ told }) => told.map(({ at, recordedAt = at }) => Math.max(at, recordedAt)))); // prettier-ignore
  // The longest limit is two working days.
  const settledAt = instantOf(workdayAfter(dateOf(latest), 4), '00:00');
  const records = [...orders, ...halls].map(({ told, ...record }): Committed => ({
    ...record,
    until: settledAt,
    events: toCloudEvents(record.id, record.subject, told),
  }));

  const opened = records.flatMap(({ events }) => events.filter(({ data }) => data['feed'] === FEED));
  const from = instantOf(days[0] ?? last, '00:00');
  const signs = opened.map(({ time }) => Date.parse(time));
  const { heartbeats, silences } = tellFeed(seed, from, settledAt - 60_000, days, faultRate, signs);
  const beats = toCloudEvents(
    `S${seed}-feed`,
    FEED,
    heartbeats.map((at) => ({ at, type: 'feed.heartbeat', data: { feed: FEED } })),
  );
  records.push({
    on: 'feed',
    subject: FEED,
    recordId: `feed:${FEED}`,
    kinds: silences > 0 ? ['feed-silent'] : [],
    events: [...opened, ...beats],
    until: settledAt,
  });
  return { records, days, settledAt, workOrders, hallDays: halls.length };
}

interface ToldRecord extends Omit<Committed, 'events' | 'until'> {
  /** Begins the ids of its events. */
  readonly id: string;
  readonly told: readonly Told[];
  readonly outages: readonly (Outage & { readonly hall: string })[];
}

function tellOrders(
  settings: SimulationSettings,
  world: World,
  days: readonly string[],
  horizon: number,
): ToldRecord[] {
  const { seed, workOrders, faultRate } = settings;
  const deck = makeFaultDeck(world, seed, 'workOrder');
  return Array.from({ length: workOrders }, (_, i) => {
    const no = `S${seed}-${String(i + 1).padStart(6, '0')}`;
    const random = makeRandom(seed, 'order', i);
    const faults = random.chance(faultRate) ? deck.deal() : [];
    const process = chooseProcess(random, world, faults);
    const date = random.pick(days);
    const story = tellOrder({ no, random, world, process, faults, date, horizon });
    const outages = story.told
      .filter(({ type }) => type === 'acceptance.offline')
      .map(({ at, data }) => ({ kind: asText(data['incident']), at, hall: story.hall.code }));
    return {
      on: 'workOrder',
      id: no,
      subject: no,
      recordId: no,
      kinds: [...story.committed],
      told: story.told,
      outages,
    };
  });
}

function tellHalls(
  { seed, faultRate }: SimulationSettings,
  world: World,
  days: readonly string[],
  orders: readonly ToldRecord[],
): ToldRecord[] {
  const deck = makeFaultDeck(world, seed, 'hall');
  const outages = orders.flatMap((order) => order.outages);
  return world.halls.flatMap((hall) =>
    days.map((date): ToldRecord => {
      const random = makeRandom(seed, 'hall', hall.code, date);
      const kinds = random.chance(faultRate) ? deck.deal().map(({ kind }) => kind) : [];
      const own = outages.filter(({ hall: code, at }) => code === hall.code && dateOf(at) === date);
      const told = tellHallDay(hall, date, random, kinds, own);
      return {
        on: 'hall', id: `S${seed}-${hall.code}-${date}`, subject: hall.code,
        recordId: `hall:${hall.code}@${date}`, kinds, told, outages: [],
      }; // prettier-ignore
    }),
  );
}

function toCloudEvents(id: string, subject: string, told: readonly Told[]): CloudEvent[] {
  const width = Math.max(3, String(told.length).length);
  return [...told]
    .sort((a, b) => a.at - b.at)
    .map(({ at, type, data, recordedAt }, i) => {
      const sequence = String(i + 1).padStart(width, '0');
      return {
        specversion: '1.0' as const,
        id: `${id}-${sequence}`,
        source: SOURCE,
        type: `yxzy.${type}`,
        subject,
        time: isoOf(at),
        ...(recordedAt !== undefined && { recordedtime: isoOf(recordedAt) }),
        sequence,
        data,
      };
    });
}

/** The first `days` working days from `start` on. */
function businessDays({ start, days }: SimulationSettings): string[] {
  const found = isWorkday(start) ? [start] : [];
  while (found.length < days) found.push(workdayAfter(found.at(-1) ?? start, 1));
  return found;
}

function describe(
  settings: SimulationSettings,
  { days, settledAt, workOrders, hallDays, records }: Happenings,
  deliveries: readonly Delivery[],
  truth: readonly TruthRow[],
  files: { readonly events: string; readonly truth: string },
): Manifest {
  const distinct = new Map(deliveries.map(({ event }) => [event.id, event]));
  const opened = records.flatMap(({ events }) => events.filter(({ type }) => type === 'yxzy.workorder.opened').slice(0, 1)); // prettier-ignore
  let newest = '';
  let outOfOrder = 0;
  for (const { event } of deliveries) {
    if (event.time < newest) outOfOrder += 1;
    else newest = event.time;
  }
  return {
    format: 1,
    settings,
    period: {
      from: days[0] ?? settings.start,
      to: days.at(-1) ?? settings.start,
      settledAt: isoOf(settledAt),
    },
    counts: {
      deliveries: deliveries.length,
      events: distinct.size,
      duplicates: deliveries.length - distinct.size,
      outOfOrder,
      workOrders,
      hallDays,
      faults: truth.length,
      findings: truth.reduce((sum, { findings }) => sum + findings.length, 0),
    },
    byType: count([...distinct.values()].map(({ type }) => type)),
    byProcess: count(opened.map(({ data }) => asText(data['process']))),
    byFault: count(truth.map(({ kind }) => kind)),
    hashes: { events: sha256(files.events), truth: sha256(files.truth) },
  };
}

function count(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
