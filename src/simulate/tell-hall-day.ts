import type { JsonObject } from '../json.js';
import { instantOf, MINUTE } from './office-time.js';
import type { Random } from './random.js';
import type { Told } from './story.js';
import type { Hall } from './world.js';

/** Something told of a hall or of its team. */
export interface HallTold extends Told {
  readonly subject: string;
}

/** A time at which the hall could not work as usual, for orders were taken on paper then. */
export interface Outage {
  readonly kind: string;
  readonly at: number;
}

/** Minutes within which an incident is to be answered. */
const ANSWER_WITHIN: Readonly<Record<string, number>> = { pc: 15, system: 10, power: 5 };
const SAMPLES = ['08:45', '09:30', '10:00', '10:30', '11:15', '13:45', '14:30', '15:15', '16:00', '16:45'];

/** A business day of a hall: the queue, incidents, looks at customer data, and what goes wrong with them. */
export function tellHallDay(
  hall: Hall,
  date: string,
  random: Random,
  kinds: readonly string[],
  outages: readonly Outage[],
): HallTold[] {
  const told: HallTold[] = [];
  const tell = (type: string, at: number, data: JsonObject) =>
    void told.push({ subject: hall.code, type, at, data: { orgUnit: hall.code, ...data } });
  const at = (time: string, minutes = 0) =>
    instantOf(date, time) + minutes * MINUTE + random.int(0, 59) * 1000;

  sampleQueue(random, kinds, (time, sample) => tell('hall.queue.sampled', at(time), sample));
  const staysLong = kinds.includes('queue-surge');
  if (staysLong || random.chance(0.1))
    watchSurge(random, staysLong, (time, minutes, sample) =>
      tell('hall.queue.sampled', instantOf(date, time) + minutes * MINUTE + random.int(0, 29) * 1000, sample),
    );
  lookUpCustomers(hall, random, kinds.includes('customers-looked-up'), (time, data) =>
    tell('hall.customers.queried', at(time, random.int(0, 40)), data),
  );
  for (const kind of Object.keys(ANSWER_WITHIN)) {
    const own = outages.filter((outage) => outage.kind === kind).map((outage) => outage.at);
    const unanswered = kinds.includes(`${kind}-unanswered`);
    if (own.length === 0 && !unanswered && !random.chance(0.03)) continue;
    const opened =
      own.length > 0 ? Math.min(...own) - random.int(6, 12) * MINUTE : at('09:10', random.int(0, 360));
    let end = Math.max(opened, ...own) + random.int(20, 50) * MINUTE;
    tellIncident(random, kind, opened, end, unanswered, tell);
    if (!unanswered && random.chance(0.2)) {
      // It breaks down again; this time, too, it is answered in time.
      const again = end + random.int(5, 40) * MINUTE;
      end = again + random.int(20, 40) * MINUTE;
      tellIncident(random, kind, again, end, false, tell);
    }
  }
  return told.sort((a, b) => a.at - b.at);
}

function tellIncident(
  random: Random,
  kind: string,
  opened: number,
  closed: number,
  unanswered: boolean,
  tell: (type: string, at: number, data: JsonObject) => void,
): void {
  const limit = (ANSWER_WITHIN[kind] ?? 5) * MINUTE;
  tell('hall.incident.opened', opened, { kind });
  if (unanswered && random.chance(0.25)) return;
  const late = opened + limit + (random.chance(0.3) ? random.int(1, 30) * 1000 : random.int(1, 90) * MINUTE);
  // At the very limit is in time.
  const soon = random.chance(0.15) ? opened + limit : opened + random.int(30, limit / 1000) * 1000;
  const answered = unanswered ? late : soon;
  if (!unanswered || random.chance(0.7)) tell('hall.incident.responded', answered, { kind });
  tell('hall.incident.closed', Math.max(closed, answered + 2 * MINUTE), { kind });
}

/** Up to fifty customers at a time are nothing out of the way. */
function lookUpCustomers(
  { clerks }: Hall,
  random: Random,
  isBulk: boolean,
  tell: (time: string, data: JsonObject) => void,
): void {
  const look = (records: number) =>
    tell(random.pick(['09:00', '10:15', '14:10', '15:30']), {
      records,
      purpose: random.pick(['核对欠费', '回访', '整理档案']),
      operator: { ...random.pick(clerks) },
    });
  if (random.chance(0.3)) look(random.chance(0.2) ? 50 : random.int(1, 49));
  if (isBulk) look(random.chance(0.3) ? 51 : random.int(52, 900));
}

/** Looks five minutes apart, as a queue that grows is watched: it stays long, or goes down in between. */
function watchSurge(
  random: Random,
  staysLong: boolean,
  tell: (time: string, minutes: number, sample: JsonObject) => void,
): void {
  const looks = random.int(4, 6);
  for (let i = 0; i < looks; i += 1) {
    const isDown = !staysLong && i % 2 === 1;
    const waiting = isDown ? random.int(4, 9) : random.chance(0.3) ? 10 : random.int(11, 30);
    tell('11:20', i * 5, { waiting, windowsOpen: random.int(3, 5), longestWaitMinutes: random.int(5, 20) });
  }
  tell('11:20', looks * 5, { waiting: random.int(0, 9), windowsOpen: 3, longestWaitMinutes: 10 });
}

function sampleQueue(
  random: Random,
  kinds: readonly string[],
  tell: (time: string, sample: JsonObject) => void,
): void {
  const fault = kinds.find((kind) => ['long-wait', 'too-few-windows', 'overrun'].includes(kind));
  const first = random.int(1, SAMPLES.length - 2);
  const last = first + random.int(0, 2);
  for (const [i, time] of SAMPLES.entries()) {
    tell(time, i >= first && i <= last ? badSample(random, fault) : goodSample(random));
  }
}

/** As it should be, up to the very limits. */
function goodSample(random: Random): JsonObject {
  const [waiting, windowsOpen] = random.weighted([
    [[random.int(0, 8), random.int(2, 4)], 90],
    [[9, 2], 3],
    [[10, 3], 3],
    [[random.int(11, 18), random.int(3, 5)], 4],
  ] as const);
  const longestWaitMinutes = random.chance(0.05) ? 20 : Math.min(20, waiting * 2 + random.int(0, 4));
  return { waiting, windowsOpen, longestWaitMinutes };
}

function badSample(random: Random, fault: string | undefined): JsonObject {
  const many = random.chance(0.3) ? 10 : random.int(11, 40);
  const long = random.chance(0.3) ? 21 : random.int(22, 75);
  switch (fault) {
    case 'long-wait':
      return { waiting: random.int(3, 9), windowsOpen: random.int(1, 4), longestWaitMinutes: long };
    case 'too-few-windows':
      return { waiting: many, windowsOpen: random.int(1, 2), longestWaitMinutes: random.int(5, 20) };
    case 'overrun':
      return { waiting: many, windowsOpen: random.int(1, 2), longestWaitMinutes: long };
    default:
      return goodSample(random);
  }
}
