import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FACT_CATALOGUE } from '../../src/engine/fact-catalogue.js';
import { compileWindow } from '../../src/engine/compile-window.js';
import { makeParameterTable } from '../../src/engine/parameter-table.js';
import { SlidingWindow, type WindowView } from '../../src/engine/sliding-window.js';
import { compareEvents, type BusinessEvent } from '../../src/events/business-event.js';
import { at, eventOf, scopeOf } from './fixtures.js';

const MINUTE = 60_000;
const LENGTH = 30 * MINUTE;
const window = compileWindow({
  on: 'window',
  types: ['stage.arrived', 'stage.completed'],
  named: { arrived: ['stage.arrived'], done: ['stage.completed'] },
  groupBy: 'operator.id',
  among: 'orgUnit',
  window: { value: 30, unit: 'minute' },
});

interface Step {
  readonly minute: number;
  readonly type: string;
  readonly subject: string;
  readonly stage: string;
  readonly who: string;
}
const eventsOf = (steps: readonly Step[]): BusinessEvent[] =>
  steps
    .map(({ minute, type, subject, stage, who }, i) => ({
      ...eventOf(type, { stage, operator: { id: who }, orgUnit: 'h1' }),
      key: `k${String(i).padStart(3, '0')}`,
      subject,
      at: at('2026-01-05 09:00') + minute * MINUTE,
    }))
    .sort(compareEvents);

/** By brute force: of the events up to one, those that ended within the window what began within it. */
function spansAt(events: readonly BusinessEvent[], index: number, sameStage: boolean): string[] {
  const now = events[index] as BusinessEvent;
  const inside = events.slice(0, index + 1).filter((event) => event.at > now.at - LENGTH);
  const isAbout = (a: BusinessEvent, b: BusinessEvent) =>
    a.subject === b.subject && (!sameStage || a.data.stage === b.data.stage);
  const found: string[] = [];
  inside.forEach((end, i) => {
    if (end.type !== 'yxzy.stage.completed' || end.data.operator?.id !== now.data.operator?.id) return;
    const last = inside.slice(0, i).findLast((event) => isAbout(event, end));
    if (last?.type === 'yxzy.stage.arrived') found.push(`${last.key}-${end.key}`);
  });
  return found;
}

const show = (view: WindowView | undefined, sameStage: boolean) =>
  (view?.spans('arrived', 'done', sameStage) ?? []).map(({ start, end }) => `${start.key}-${end.key}`);

const step = fc.record({
  minute: fc.integer({ min: 0, max: 100 }),
  type: fc.constantFrom('stage.arrived', 'stage.completed'),
  subject: fc.constantFrom('W1', 'W2', 'W3'),
  stage: fc.constantFrom('甲', '乙'),
  who: fc.constantFrom('a', 'b'),
});

describe('the spans in a window', () => {
  it('are those that brute force finds, also for a window that is filled anew', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.boolean(), (steps, sameStage) => {
        const events = eventsOf(steps);
        const sliding = new SlidingWindow(window);
        events.forEach((event, index) => {
          const expected = spansAt(events, index, sameStage);
          expect(show(sliding.push(event), sameStage)).toEqual(expected);
          const anew = new SlidingWindow(window);
          const views = events
            .slice(0, index + 1)
            .filter((other) => other.at > event.at - LENGTH)
            .map((other) => anew.push(other));
          expect(show(views.at(-1), sameStage)).toEqual(expected);
        });
      }),
      { numRuns: Number(process.env['WINDOW_RUNS'] ?? 200) },
    );
  });
});

const parameters = makeParameterTable([
  {
    group: 'limits',
    name: '时限',
    basis: [{ document: '例' }],
    parameters: { plan: { name: '方案', type: 'limit', default: { value: 2, unit: 'workingDay' } } },
    orgUnits: { h2: { plan: { value: 1, unit: 'workingDay' } } },
    sets: [
      {
        name: '新办法',
        effectiveFrom: '2026-03-01',
        basis: [{ document: '例' }],
        values: { plan: { value: 5, unit: 'calendarDay' } },
      },
    ],
  },
]);

/** Both facts for one piece of work after another, each begun and ended so. */
function lastDays(spans: readonly (readonly [start: string, end: string])[], orgUnit = 'h1') {
  const scope = scopeOf({
    parameters,
    workOrder: { ...scopeOf().workOrder, orgUnit },
    window: {
      spans: () =>
        spans.map(([start, end]) => ({
          start: { ...eventOf('stage.arrived'), at: at(start) },
          end: { ...eventOf('stage.completed'), at: at(end) },
        })),
    } as unknown as WindowView,
  });
  return ['window.lastDayCount', 'window.lastDayRatio'].map((name) =>
    FACT_CATALOGUE.get(name)?.resolve(scope, { from: 'arrived', to: 'done', limit: 'limits.plan' }),
  );
}

describe('work that ends on the last day of its limit', () => {
  // Thursday 2026-01-08; two working days run out on Monday the 12th at 17:30.
  const start = '2026-01-08 10:00';

  it.each([
    ['the day before', '2026-01-09 17:29', 0],
    ['on the weekend before it', '2026-01-11 23:59', 0],
    ['from the first minute of the day', '2026-01-12 00:00', 1],
    ['up to the very end', '2026-01-12 17:30', 1],
    ['but not a minute too late', '2026-01-12 17:31', 0],
  ])('counts %s', (_what, end, count) => {
    expect(lastDays([[start, end]])).toEqual([count, count]);
  });

  it('is a part of all that has begun and ended', () => {
    expect(lastDays([[start, '2026-01-12 09:00'], [start, '2026-01-09 09:00'], [start, '2026-01-20 09:00'], [start, '2026-01-12 10:00']])).toEqual([2, 0.5]); // prettier-ignore
    expect(lastDays([])).toEqual([0, undefined]);
  });

  it('goes by the limit of the unit and of the day it began', () => {
    expect(lastDays([[start, '2026-01-09 09:00']], 'h2')).toEqual([1, 1]);
    // From March in calendar days: begun on the 2nd, the 7th is the last, and 24:00 its end.
    expect(lastDays([['2026-03-02 10:00', '2026-03-07 23:59']])).toEqual([1, 1]);
    expect(lastDays([['2026-03-02 10:00', '2026-03-06 23:59']])).toEqual([0, 0]);
    expect(lastDays([['2026-02-27 10:00', '2026-03-03 09:00']])).toEqual([1, 1]);
  });

  it('is unknown where the calendar does not reach, never guessed', () => {
    const beyond = ['2025-12-29 10:00', '2025-12-30 10:00'] as const;
    expect(lastDays([beyond])).toEqual([undefined, undefined]);
    expect(lastDays([[start, '2026-01-12 09:00'], beyond])).toEqual([undefined, undefined]);
  });
});
