import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CHANGE_KINDS, type BacktestResult } from '../../src/backtest/backtest-result.js';
import { reportHtml } from '../../src/backtest/report-html.js';
import { reportText } from '../../src/backtest/report-text.js';
import type { BusinessEvent } from '../../src/events/business-event.js';
import { at, calendar } from '../engine/fixtures.js';
import { eventAt } from '../support/event-at.js';
import { ruleFile } from '../support/rule-file.js';
import { backtestRules, changedRules } from './backtest-rules.js';
import { END, streams } from './random-stream.js';
import { replay } from './replay.js';

const noCard = (changes: object = {}) =>
  ruleFile({
    id: 'no-card',
    trigger: { on: 'event', types: ['stage.completed'] },
    conditions: { all: [{ fact: 'contactCard.issued', operator: 'equal', value: false }] },
    ...changes,
  });
const late = (hours: number, changes: object = {}) =>
  ruleFile({
    id: 'late',
    trigger: {
      on: 'deadline',
      start: 'stage.arrived',
      stop: 'stage.completed',
      limit: { value: hours, unit: 'workingHour' },
    },
    ...changes,
  });
const params = (changes: object) => ({
  event: { type: 'alert', params: { ...ruleFile({ id: 'x' }).event.params, ...changes } },
});

/** Monday 09:00 arrived, Wednesday 09:00 completed. */
const story = (subject = 'WO1', unit = '3340101'): BusinessEvent[] => {
  const data = { stage: '业务受理', orgUnit: unit };
  return [
    eventAt('workorder.opened', '2026-01-05T08:30:00+08:00', { process: '高压新装', orgUnit: unit }, { subject }),
    eventAt('stage.arrived', '2026-01-05T09:00:00+08:00', data, { subject }),
    eventAt('stage.completed', '2026-01-07T09:00:00+08:00', data, { subject }),
  ];
}; // prettier-ignore
const compare = async (live: object[], candidate: object[], events = story(), more = {}) =>
  (await replay(events, { live: live as never, candidate: candidate as never, calendar, ...more })).result;
const changes = ({ total }: Pick<BacktestResult, 'total'>) =>
  Object.fromEntries(CHANGE_KINDS.flatMap((kind) => (total[kind] > 0 ? [[kind, total[kind]]] : [])));

describe('the comparison of two rule sets', () => {
  it('finds nothing where they are the same', async () => {
    const result = await compare([late(2), noCard()], [late(2), noCard()]);
    expect(changes(result)).toEqual({});
    expect(result.total).toMatchObject({ live: 2, candidate: 2 });
  });

  it('names nobody: what facts tell of people is shortened in titles and reasons', async () => {
    const asks = ruleFile({
      id: 'asks',
      trigger: { on: 'event', types: ['record.entered'] },
      conditions: {
        all: ['customer.address', 'contact.name'].map((field) => ({
          fact: 'event.data', params: { field }, operator: 'notEqual', value: '李小红',
        })),
      },
      ...(params({ title: '{{event.data(field=contact.name)}} 住 {{event.data(field=customer.address)}}' }) as object),
    }); // prettier-ignore
    const told = {
      customer: { address: '文三路十二号三单元' },
      contact: { name: '张小明' },
      orgUnit: '3340101',
    };
    const events = [
      ...story(),
      eventAt('record.entered', '2026-01-05T10:00:00+08:00', told, { subject: 'WO1' }),
    ];
    const { examples } = await compare([late(9)], [late(9), asks], events);
    const [example] = examples;
    expect(example).toMatchObject({ rule: 'asks', kinds: ['gained'] });
    expect(JSON.stringify(example)).not.toMatch(/张小明|三单元|李小红/);
    expect(example?.candidate?.why).toEqual([
      'event.data(field=customer.address) notEqual ****，实为 文三路十二号****',
      'event.data(field=contact.name) notEqual 李**，实为 张**',
    ]);
  });

  it('counts what only one of them raises as gained or lost, with the work order and the reason', async () => {
    const result = await compare([noCard()], [late(2)]);
    expect(changes(result)).toEqual({ gained: 1, lost: 1 });
    const gained = result.examples.find(({ rule }) => rule === 'late');
    expect(gained).toMatchObject({
      kinds: ['gained'],
      subject: { type: 'workOrder', id: 'WO1' },
      orgUnit: '3340101',
      candidate: { raisedAt: at('2026-01-05 11:01'), dueAt: at('2026-01-05 11:00'), phase: 'overdue' },
    });
    expect(gained?.candidate?.why).toEqual(['workOrder.status equal open，实为 open']);
    expect(gained?.live).toBeUndefined();
    expect(result.rules.map(({ rule, change }) => [rule, change])).toEqual(
      expect.arrayContaining([
        ['late', 'added'],
        ['no-card', 'removed'],
      ]),
    );
  });

  it('counts a shorter limit as earlier and a longer one as later, and the other way round', async () => {
    expect(changes(await compare([late(4)], [late(2)]))).toEqual({ earlier: 1 });
    expect(changes(await compare([late(2)], [late(4)]))).toEqual({ later: 1 });
  });

  it('counts another severity, another post and another way to close', async () => {
    const result = await compare([late(2)], [late(2, params({ severity: 'critical', assignTo: 'county-manager' }))]);
    expect(changes(result)).toEqual({ severity: 1, post: 1 });
    const resolve = { resolveWhen: { all: [{ fact: 'workOrder.status', operator: 'equal', value: 'closed' }] } };
    const events = [...story(), eventAt('workorder.closed', '2026-01-08T09:00:00+08:00')];
    expect(changes(await compare([noCard()], [noCard(resolve)], events))).toEqual({ closing: 1 });
  }); // prettier-ignore

  it('tells nobody of a rule in shadow: its alerts are counted apart', async () => {
    const result = await compare([noCard()], [noCard({ status: 'shadow' })]);
    expect(changes(result)).toEqual({ lost: 1 });
    expect(result.rules[0]).toMatchObject({ rule: 'no-card', live: 1, candidate: 0, candidateShadow: 1 });
  });

  it('counts the alerts raised in the period, with what was open before it', async () => {
    const period = { from: at('2026-01-05 12:00'), to: at('2026-01-06 12:00') };
    // Due at 11:00 by the one and at 15:00 by the other: the alert that the live set raised before is earlier, not lost.
    const result = await compare([late(2)], [late(4)], story(), period);
    expect(result.total).toMatchObject({ live: 0, candidate: 1, later: 1, gained: 0 });
    expect(result.events).toMatchObject({ replayed: 2, later: 1 });
    const none = await compare([late(2)], [late(4)], story(), { ...period, since: at('2026-01-05 12:00') });
    expect(none.total.candidate).toBe(0);
  });

  it('goes by when an event was recorded where that is asked for', async () => {
    const recorded = story().map((event) => ({
      ...event,
      recordedAt: event.at + 3_600_000,
      receivedAt: at('2026-01-09 09:00'),
    }));
    const by = async (knownBy: 'recorded' | 'received') =>
      (await replay(recorded, { live: [noCard()], candidate: [], calendar, knownBy })).live.map(({ raisedAt }) =>
        raisedAt.getTime(),
      ); // prettier-ignore
    expect(await by('recorded')).toEqual([at('2026-01-07 10:00')]);
    expect(await by('received')).toEqual([at('2026-01-09 09:00')]);
  });

  it('estimates the daily load by working days, weekends on the next one', async () => {
    const saturday = story('WO2').map((event) =>
      event.type === 'yxzy.stage.completed'
        ? {
            ...event,
            at: Date.parse('2026-01-10T10:00:00+08:00'),
            receivedAt: Date.parse('2026-01-10T10:00:01+08:00'),
          }
        : event,
    );
    const result = await compare([], [noCard()], [...story(), ...story('WO3'), ...saturday], {
      from: at('2026-01-05 00:00'),
      to: at('2026-01-12 00:00'),
    });
    expect(result.period.workingDays).toBe(5);
    expect(result.load.total.candidate).toEqual({ total: 3, perDay: 0.6, peak: 2, peakDay: '2026-01-07' });
    expect(result.load.recipients).toEqual([
      expect.objectContaining({ post: 'shift-supervisor', orgUnit: '3340101' }),
    ]);
    expect(result.examples[0]?.candidate).toBeDefined();
  });

  it('is the same the other way round', async () => {
    await fc.assert(
      fc.asyncProperty(streams(2, 6), async (events) => {
        const there = await compare(backtestRules(), changedRules(), events, { to: END });
        const back = await compare(changedRules(), backtestRules(), events, { to: END });
        const { live, candidate, gained, lost, earlier, later, severity, closing } = there.total;
        expect(back.total).toMatchObject({
          live: candidate, candidate: live, gained: lost, lost: gained, earlier: later, later: earlier, severity, closing,
        }); // prettier-ignore
      }),
      { numRuns: 8 },
    );
  }, 60_000);

  it('leaves out what came twice, and refuses more events than it may keep', async () => {
    const events = story();
    const result = await compare([noCard()], [noCard()], [...events, ...events]);
    expect(result.events).toMatchObject({ replayed: 3, duplicates: 3, records: 1 });
    await expect(compare([], [], events, { maxEvents: 2 })).rejects.toThrow('more than 2 events');
  });

  it('tells of a rule that fails, and the others go on', async () => {
    const broken = noCard({
      id: 'broken',
      conditions: {
        all: [{ fact: 'workOrder.attribute', params: { name: 'x' }, operator: 'greaterThan', value: 1 }],
      },
    });
    const result = await compare([noCard()], [noCard(), broken]);
    expect(result.rules.find(({ rule }) => rule === 'broken')).toMatchObject({ notEvaluated: 1 });
    expect(result.total.candidate).toBe(1);
  });
});

describe('the report', () => {
  const hostile = '<script>alert(1)</script>"&';
  const result = () =>
    compare([noCard()], [late(2, params({ title: hostile })), noCard({ name: hostile })], story('WO<i>1'));

  it('names rules, units, times and reasons in the terminal', async () => {
    const text = reportText(await result(), { unit: () => '城区供电所', post: () => '班组长' });
    for (const part of ['新增 1', '城区供电所（3340101）', '班组长', '2026-01-05 11:01 发出', '时限 2026-01-05 11:00'])
      expect(text).toContain(part);
    expect(text).toContain('内容改了，version 没有加 1');
  }); // prettier-ignore

  it('is a page in which nothing from outside is markup, and nothing is loaded', async () => {
    const page = reportHtml(await result(), {});
    expect(page).toContain('&#60;script&#62;');
    expect(page).not.toMatch(/<script|<i>1|src=|href=|@import|url\(/i);
    expect(page).toContain('WO&#60;i&#62;1');
    expect(page.startsWith('<!doctype html>')).toBe(true);
  });
});
