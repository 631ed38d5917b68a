import { afterEach, describe, expect, it } from '@jest/globals';
import type { Mute } from '../../src/notify/decide-message.js';
import { showTime } from '../../src/notify/render-text.js';
import { openTestNotifier, type TestNotifier } from './open-test-notifier.js';

const SETTINGS = {
  channels: [],
  contacts: [
    { id: 'wang', roles: ['shift-supervisor'], orgUnit: 'hall', via: [{ channel: 'robot' }], quiet: { from: '22:00', to: '07:00' } },
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
  ['10-08 09:00', (t) => t.change('A4', { what: 'escalated', to: 'county-manager' })],
];
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
  '10-08 09:00:30 mail A4 升级督办', // to whom the entry names
  '10-08 11:00:30 robot A1 A2 提醒', // 1 h 29 min 30 s on Wednesday and 2 h 30 min 30 s on Thursday are 4 working hours
  '10-08 14:00:00 robot A4 提醒', // told on a day off: 4 working hours from 08:30, without the lunch break
  '10-08 14:00:00 robot A7 提醒',
  '10-08 14:30:30 mail A4 提醒', // 4 working hours after 09:00:30
  '10-08 16:30:30 robot A1 A2 提醒',
]; // prettier-ignore

let test: TestNotifier | undefined;
afterEach(() => test?.close());

describe('notification over a holiday week', () => {
  it('equals the written-out table', async () => {
    const mute: Mute = { kind: 'silence', by: 's1' };
    test = await openTestNotifier({
      at: '2026-09-30T15:00:00+08:00',
      settings: SETTINGS,
      findMutes: (_alerts, now) => Promise.resolve(new Map(now < SILENCE_ENDS ? [['A7', mute]] : [])),
    });
    for (const [when, what] of SCRIPT) {
      await test.runUntil(at(when));
      await what(test);
    }
    await test.runUntil(at('10-08 18:00'));

    const told = test.sent.map(({ at: sentAt, channel, content }) => {
      const ids = content.lines.map(({ alertId }) => alertId).sort();
      const what =
        content.kind === 'reminder' ? ['提醒'] : [...new Set(content.lines.map((line) => line.what))];
      return [
        `${showTime(new Date(sentAt), 'Asia/Shanghai')}:${seconds(sentAt)}`,
        channel,
        ...ids,
        ...what,
      ].join(' ');
    });
    expect(told.sort()).toEqual([...TABLE].sort());
  });
});

function rule(id: string) {
  return { id, version: 1, name: id };
}
function at(text: string): number {
  return Date.parse(`2026-${text.replace(' ', 'T')}:00+08:00`);
}
function seconds(time: number): string {
  return new Date(time).toISOString().slice(17, 19);
}
