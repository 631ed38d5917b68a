import { afterEach, describe, expect, it } from '@jest/globals';
import type { Mute } from '../../src/notify/decide-message.js';
import { showTime } from '../../src/notify/render-text.js';
import type { Delivery } from '../../src/notify/delivery.js';
import { makeRandom, type Random } from '../../src/simulate/random.js';
import { openTestNotifier, type Sent, type TestNotifier } from './open-test-notifier.js';

const SETTINGS = {
  channels: [],
  contacts: [
    { id: 'wang', roles: ['shift-supervisor'], orgUnit: 'hall', via: [{ channel: 'robot' }], quiet: { from: '22:00', to: '07:00' } },
    { id: 'zhou', roles: ['city-manager'], orgUnit: 'city', via: [{ channel: 'mail', to: 'zhou@example.com' }] },
    { id: 'li', roles: ['county-manager'], orgUnit: 'county', via: [{ channel: 'mail', to: 'li@example.com' }] },
  ],
  routes: [
    {
      id: 'urgent', severity: ['critical', 'high'], groupBy: ['rule'],
      groupWait: { value: 30, unit: 'second' }, groupInterval: { value: 5, unit: 'minute' },
      repeatInterval: { value: 4, unit: 'workingHour' },
    },
    { id: 'normal', severity: ['medium'], groupBy: [], groupWait: { value: 5, unit: 'minute' }, hours: 'office' },
  ],
}; // prettier-ignore

/** National Day 2026: Thursday 1 to Wednesday 7 October are days off. What happens, in Beijing time. */
const SCRIPT: readonly [string, (test: TestNotifier) => Promise<void>][] = [
  ['09-30 16:00', (t) => t.raise({ id: 'A1', rule: rule('r1'), severity: 'high' })],
  ['09-30 16:03', (t) => t.raise({ id: 'A2', rule: rule('r1'), severity: 'high' })],
  ['10-01 23:00', (t) => t.raise({ id: 'A3', rule: rule('r2'), severity: 'critical' })],
  ['10-02 23:10', (t) => t.raise({ id: 'A4', rule: rule('r3'), severity: 'high' })],
  ['10-03 12:00', (t) => t.raise({ id: 'A5', rule: rule('r4'), severity: 'medium' })],
  ['10-04 09:00', (t) => t.change('A3', { what: 'auto_closed' }, CLOSED)],
  ['10-05 10:00', (t) => t.raise({ id: 'A6', rule: rule('r4'), severity: 'medium' })],
  ['10-05 11:00', (t) => t.change('A6', { what: 'auto_closed' }, CLOSED)],
  ['10-06 10:00', (t) => t.raise({ id: 'A7', rule: rule('r5'), severity: 'high' })],
];
/** A4 climbs it, on working time: raised at night on a day off, its hours begin on Thursday at 08:30. */
const LADDERS = {
  r3: [
    { after: { value: 1, unit: 'workingHour' as const }, to: 'county-manager' },
    { after: { value: 6, unit: 'workingHour' as const }, to: 'city-manager' },
  ],
};
const CLOSED = { open: false, status: 'auto_closed' } as const;
/** A7 is silenced from before it is raised until Wednesday noon. */
const SILENCE_ENDS = at('10-07 12:00');

/** What must have gone out by Thursday 18:00, and why at that time. */
const TABLE = [
  '09-30 16:00:30 robot A1 新预警', // 30 s group wait
  '09-30 16:05:30 robot A2 新预警', // 5 min after the last message of the group
  '10-01 23:00:30 robot A3 新预警', // critical comes through quiet hours
  '10-03 07:00:00 robot A4 新预警', // high waits for the end of the quiet hours
  '10-04 09:00:30 robot A3 自动销号', // who was told of it is told of its end
  '10-07 12:00:30 robot A7 新预警', // the first look after the silence
  '10-08 08:30:00 robot A5 新预警', // medium waits for the office to open; A6 was closed before anybody heard of it
  '10-08 09:30:30 li@example.com A4 升级督办', // the first rung, after a working hour
  '10-08 11:00:30 robot A1 A2 提醒', // 1 h 29 min 30 s on Wednesday and 2 h 30 min 30 s on Thursday are 4 working hours
  '10-08 14:00:00 robot A4 提醒', // told on a day off: 4 working hours from 08:30, without the lunch break
  '10-08 14:00:00 robot A7 提醒',
  '10-08 15:00:30 li@example.com A4 提醒', // 4 working hours after 09:30:30
  '10-08 16:00:30 zhou@example.com A4 升级督办', // the second rung, after 6: lunch is no working time
  '10-08 16:30:30 robot A1 A2 提醒',
]; // prettier-ignore

/** How many weeks with crashes; the big run takes NOTIFY_SEEDS=50. */
const SEEDS = Number(process.env['NOTIFY_SEEDS'] ?? 2);
const ODDS = 0.02;
/** A week is lived minute by minute; on a busy machine that takes its time. */
const WEEK_MS = 180_000;
/** A process that dies while it sends is noticed after two minutes; three in a row are not seen here. */
const LATEST_MS = 6 * 60_000;

let test: TestNotifier | undefined;
afterEach(() => test?.close());

async function live(dying?: { random: Random; odds: number }): Promise<TestNotifier> {
  const mute: Mute = { kind: 'silence', by: 's1' };
  test = await openTestNotifier({
    at: '2026-09-30T15:00:00+08:00',
    settings: SETTINGS,
    ladders: LADDERS,
    findMutes: (_alerts, now) => Promise.resolve(new Map(now < SILENCE_ENDS ? [['A7', mute]] : [])),
    ...(dying && { dying }),
  });
  for (const [when, what] of SCRIPT) {
    await test.runUntil(at(when));
    await what(test);
  }
  await test.runUntil(at('10-08 18:00'));
  return test;
}

function rowOf(when: number, { to, channel, content }: Pick<Sent, 'to' | 'channel' | 'content'>): string {
  const ids = content.lines.map(({ alertId }) => alertId).sort();
  const what = content.kind === 'reminder' ? ['提醒'] : [...new Set(content.lines.map((line) => line.what))];
  const clock = `${showTime(new Date(when), 'Asia/Shanghai')}:${seconds(when)}`;
  return [clock, to ?? channel, ...ids, ...what].join(' ');
}

describe('escalation and notification over a holiday week', () => {
  it(
    'equal the written-out table',
    async () => {
      const { sent } = await live();
      expect(sent.map((one) => rowOf(one.at, one)).sort()).toEqual([...TABLE].sort());
    },
    WEEK_MS,
  );

  it.each(Array.from({ length: SEEDS }, (_, seed) => seed))(
    'equal it when their processes die at random: no message twice, none missing (seed %i)',
    async (seed) => {
      const { sent, connection, deps } = await live({ random: makeRandom(seed), odds: ODDS });
      const deliveries = (await connection.collection('notify_deliveries').find({}).toArray()) as unknown as Stored[];
      // Every message was decided at the moment of the table, whatever died meanwhile.
      const decided = deliveries.map((one) => rowOf((one.why.quietUntil ?? one.createdAt).getTime(), { ...one, channel: one.channel ?? '' }));
      expect(decided.sort()).toEqual([...TABLE].sort());
      // Every one of them arrived, a little later where a sender died; a repetition has the same id and a try whose end nobody saw.
      expect(new Set(sent.map(({ id }) => id))).toEqual(new Set(deliveries.map(({ _id }) => _id)));
      for (const { _id, createdAt, why } of deliveries) {
        const delivery = await deps.deliveries.get(_id);
        const times = sent.filter(({ id }) => id === _id).map((one) => one.at);
        const unseen = delivery?.attempts.filter(({ outcome }) => outcome === undefined).length ?? 0;
        expect(delivery?.status).toBe('sent');
        expect(times.length).toBeLessThanOrEqual(1 + unseen);
        expect(Math.min(...times) - (why.quietUntil ?? createdAt).getTime()).toBeLessThanOrEqual(LATEST_MS);
      }
      const alerts = await test?.alertStore.loadByIds(['A4']);
      expect(alerts?.[0]?.escalations?.map(({ rung, to }) => `${rung} ${to}`)).toEqual(['1 county-manager', '2 city-manager']);
    },
    WEEK_MS,
  ); // prettier-ignore
});

type Stored = Omit<Delivery, 'id'> & { readonly _id: string };

function rule(id: string) {
  return { id, version: 1, name: id };
}
function at(text: string): number {
  return Date.parse(`2026-${text.replace(' ', 'T')}:00+08:00`);
}
function seconds(time: number): string {
  return new Date(time).toISOString().slice(17, 19);
}
