import { asText } from './as-text.js';
import { chooseProcess, makeFaultDeck } from './choose-faults.js';
import type { FaultKind } from './fault-kinds.js';
import { addDays, CLOSING, dateOf, instantOf, isoOf, isWorkday, SIMULATED_YEARS, workdayAfter } from './office-time.js'; // prettier-ignore
import { makeRandom, type Random } from './random.js';
import type { CloudEvent, SimulationSettings } from './simulation.js';
import type { Told } from './story.js';
import { tellFeed } from './tell-feed.js';
import { tellAccount } from './tell-account.js';
import { tellHallDay, type Outage } from './tell-hall-day.js';
import { tellUnit } from './tell-unit.js';
import { FEED } from './tell-opened.js';
import { tellOrder } from './tell-order.js';
import type { Committed } from './truth/write-truth.js';
import { makeWorld, type SimulationContent, type World } from './world.js';

export const SOURCE = '/sim/sales';
/** The longest limit of a rule, and a day to spare: so many working days after the last event all can be known. */
const SETTLES_AFTER = 4;

/** What happens in the simulated company. */
export interface Happenings {
  /** The business days on which work orders are opened. */
  readonly days: readonly string[];
  /** Epoch ms; after this instant all that is wrong can be known. */
  readonly settledAt: number;
  readonly hallDays: number;
  /**
   * Every work order, day of a hall and feed with what was told of it and done wrong on it. Told anew each time, one after the
   * other, so that a simulation of any size fits in memory.
   */
  records(): Generator<Committed>;
}

/** Makes what happens, before any of it is sent. The same settings and content make the same. */
export function makeHappenings(settings: SimulationSettings, content: SimulationContent): Happenings {
  const { errorProne, ...company } = makeWorld(content, settings.seed);
  const world: World = settings.faultRate > 0 && errorProne ? { ...company, errorProne } : company;
  const days = businessDays(settings);
  const horizon = instantOf(days.at(-1) ?? settings.start, CLOSING);
  const orders = () => tellOrders(settings, world, days, horizon);

  // Once through all of it for what the records must know of each other.
  const signs: number[] = [];
  const outages: HallOutage[] = [];
  let latest = horizon;
  for (const { told, outages: own } of orders()) {
    outages.push(...own);
    signs.push(...told.filter(({ data }) => data['feed'] === FEED).map(({ at }) => at));
    for (const { at, recordedAt = at } of told) latest = Math.max(latest, at, recordedAt);
  }
  const halls = () => tellHalls(settings, world, days, outages);
  const accounts = () => tellAccounts(settings, world, days);
  for (const { told } of accounts()) for (const { at } of told) latest = Math.max(latest, at);
  for (const { told } of halls()) for (const { at } of told) latest = Math.max(latest, at);
  const settledAt = instantOf(workdayAfter(dateOf(latest), SETTLES_AFTER), '00:00');

  function* records(): Generator<Committed> {
    const untilSettled = workdaysBefore(days[0] ?? settings.start, settledAt);
    const units = () => tellUnits(settings, world, untilSettled);
    for (const tell of [orders, halls, units, accounts]) {
      for (const { id, told, outages: _known, ...record } of tell()) {
        yield { ...record, until: settledAt, events: toCloudEvents(id, record.subject, told) };
      }
    }
    yield feedRecord(settings, days, settledAt, signs);
  }
  return { days, settledAt, hallDays: world.halls.length * days.length, records };
}

type HallOutage = Outage & { readonly hall: string };

interface ToldRecord extends Omit<Committed, 'events' | 'until'> {
  /** Begins the ids of its events. */
  readonly id: string;
  readonly told: readonly Told[];
  /** Halls that could not work as usual while this was told. */
  readonly outages: readonly HallOutage[];
}

function* tellOrders(
  { seed, workOrders, faultRate }: SimulationSettings,
  world: World,
  days: readonly string[],
  horizon: number,
): Generator<ToldRecord> {
  const deck = makeFaultDeck(world, seed, 'workOrder');
  for (let i = 0; i < workOrders; i += 1) {
    const no = `S${seed}-${String(i + 1).padStart(6, '0')}`;
    const random = makeRandom(seed, 'order', i);
    const faults = random.chance(faultRate) ? deck.deal() : [];
    const process = chooseProcess(random, world, faults);
    const date = openedOn(random, faults, days);
    const isOld = date < (days[0] ?? '');
    const { told, hall, committed } = tellOrder({ no, random, world, process, faults, date, isOld, horizon });
    const outages = told
      .filter(({ type }) => type === 'acceptance.offline')
      .map(({ at, data }) => ({ kind: asText(data['incident']), at, hall: hall.code }));
    yield { on: 'workOrder', id: no, subject: no, recordId: no, kinds: [...committed], told, outages };
  }
}

/** On any day of the period, or when the faults must have begun; where the working days of that time are not known, on any. */
export function openedOn(random: Random, faults: readonly FaultKind[], days: readonly string[]): string {
  const opens = faults.find((fault) => fault.opens)?.opens;
  if (opens === undefined) return random.pick(days);
  if (opens === 'early') return random.pick(days.slice(0, Math.ceil(days.length / 5)));
  const before = addDays(days[0] ?? '', -random.int(...opens));
  return Number(before.slice(0, 4)) < SIMULATED_YEARS[0] ? random.pick(days) : workdayAfter(before, 1);
}

function* tellHalls(
  { seed, faultRate }: SimulationSettings,
  { halls, ...world }: World,
  days: readonly string[],
  outages: readonly HallOutage[],
): Generator<ToldRecord> {
  const deck = makeFaultDeck({ halls, ...world }, seed, 'hall');
  for (const hall of halls) {
    const ofHall = outages.filter(({ hall: code }) => code === hall.code);
    for (const date of days) {
      const random = makeRandom(seed, 'hall', hall.code, date);
      const kinds = random.chance(faultRate) ? deck.deal().map(({ kind }) => kind) : [];
      const own = ofHall.filter(({ at }) => dateOf(at) === date);
      const told = tellHallDay(hall, date, random, kinds, own);
      const id = `S${seed}-${hall.code}-${date}`;
      yield { on: 'hall', id, subject: hall.code, recordId: `hall:${hall.code}@${date}`, kinds, told, outages: [] }; // prettier-ignore
    }
  }
}

/** How much more often than a day of a hall a team, or an account, has something go wrong over the whole period. */
const OVER_PERIOD = 4;

/** Teams of the halls, over the whole period. */
function* tellUnits(
  { seed, faultRate }: SimulationSettings,
  world: World,
  days: readonly string[],
): Generator<ToldRecord> {
  const deck = makeFaultDeck(world, seed, 'orgUnit');
  for (const hall of world.halls) {
    const random = makeRandom(seed, 'unit', hall.code);
    const kinds = random.chance(Math.min(1, faultRate * OVER_PERIOD)) ? deck.deal().map(({ kind }) => kind) : []; // prettier-ignore
    const told = tellUnit(hall, days, random, kinds);
    yield { on: 'orgUnit', id: `S${seed}-U${hall.code}`, subject: hall.code, recordId: `orgUnit:${hall.code}`, kinds, told, outages: [] }; // prettier-ignore
  }
}

/** Accounts on which something may run out: one for each ten work orders, and at least twenty. */
function* tellAccounts(
  { seed, faultRate, workOrders }: SimulationSettings,
  world: World,
  days: readonly string[],
): Generator<ToldRecord> {
  const deck = makeFaultDeck(world, seed, 'account');
  const counties = [...world.counties.keys()];
  for (let i = 0; i < Math.max(20, Math.ceil(workOrders / 10)); i += 1) {
    const random = makeRandom(seed, 'account', i);
    const kinds = random.chance(Math.min(1, faultRate * OVER_PERIOD)) ? deck.deal().map(({ kind }) => kind) : []; // prettier-ignore
    const subject = `H${seed}-${String(i + 1).padStart(6, '0')}`;
    const told = tellAccount(days, random, kinds, random.pick(counties));
    yield { on: 'account', id: subject, subject, recordId: `account:${subject}`, kinds, told, outages: [] };
  }
}

/** The working days from a date on whose evening lies before an instant. */
function workdaysBefore(start: string, until: number): string[] {
  const found: string[] = [];
  for (let day = isWorkday(start) ? start : workdayAfter(start, 1); instantOf(day, '23:59') < until;) {
    found.push(day);
    day = workdayAfter(day, 1);
  }
  return found;
}

/** The feed: its heartbeats, and the opening of each work order as a sign of life. */
function feedRecord(
  { seed, faultRate }: SimulationSettings,
  days: readonly string[],
  settledAt: number,
  signs: readonly number[],
): Committed {
  const from = instantOf(days[0] ?? '', '00:00');
  const { heartbeats, silences } = tellFeed(seed, from, settledAt - 60_000, days, faultRate, signs);
  const told = heartbeats.map((at) => ({ at, type: 'feed.heartbeat', data: { feed: FEED } }));
  return {
    on: 'feed',
    subject: FEED,
    recordId: `feed:${FEED}`,
    kinds: silences > 0 ? ['feed-silent'] : [],
    events: toCloudEvents(`S${seed}-feed`, FEED, told),
    signs,
    until: settledAt,
  };
}

export function toCloudEvents(id: string, subject: string, told: readonly Told[]): CloudEvent[] {
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
export function businessDays({ start, days }: SimulationSettings): string[] {
  const found = isWorkday(start) ? [start] : [];
  while (found.length < days) found.push(workdayAfter(found.at(-1) ?? start, 1));
  return found;
}
