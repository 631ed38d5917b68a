import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  assessWindow,
  EMPTY_WINDOW,
  restartAt,
  windowGroupsOf,
  type WindowRecord,
} from '../../src/engine/assess-window.js';
import { makeRuleSet } from '../../src/engine/make-rule-set.js';
import type { RuleFile, WindowTrigger } from '../../src/engine/rule-file.js';
import { SlidingWindow } from '../../src/engine/sliding-window.js';
import { compareEvents, type BusinessEvent } from '../../src/events/business-event.js';
import { at, calendar, eventOf, ruleWith } from './fixtures.js';

const MINUTE = 60_000;
const start = at('2026-01-05 09:00');

function windowRule(trigger: Omit<WindowTrigger, 'on'>, conditions: RuleFile['conditions']): RuleFile {
  return ruleWith({ trigger: { on: 'window', ...trigger }, conditions });
}
const leaf = (fact: string, operator: string, value: unknown, params?: object) =>
  ({ fact, ...(params && { params }), operator, value }) as never;

const TEN_MINUTES = { value: 10, unit: 'minute' } as const;
const manyClosed = windowRule(
  { types: ['stage.completed'], groupBy: 'operator.id', window: TEN_MINUTES },
  { all: [leaf('window.count', 'greaterThanInclusive', 3)] },
);
const returnRate = windowRule(
  {
    types: ['flow.sent', 'flow.returned'],
    named: { returned: ['flow.returned'], sent: ['flow.sent'] },
    groupBy: 'operator.id',
    among: 'orgUnit',
    window: { value: 1, unit: 'calendarHour' },
  },
  { all: [leaf('window.timesPeers', 'greaterThanInclusive', 2, { events: 'returned', of: 'sent' })] },
);
const longQueue = windowRule(
  { types: ['hall.queue.sampled'], groupBy: 'subject', window: TEN_MINUTES, carry: true },
  {
    all: [
      leaf('window.min', 'greaterThan', 8, { field: 'waiting' }),
      leaf('window.full', 'equal', true),
      leaf('window.largestGapMinutes', 'lessThanInclusive', 6),
    ],
  },
);

interface Step {
  readonly minute: number;
  readonly who: string;
  readonly type?: string;
  readonly data?: object;
}
function eventsOf(steps: readonly Step[]): BusinessEvent[] {
  return steps.map(({ minute, who, type = 'stage.completed', data = {} }, index) => ({
    ...eventOf(type, { operator: { id: who }, orgUnit: 'h1', ...data }),
    key: `k${String(index).padStart(4, '0')}`,
    subject: type.startsWith('hall.') ? who : `W${index}`,
    at: start + minute * MINUTE,
  }));
}

/** What a worker does: hands the batches over as they come, judges after each from where it must. */
async function live(rule: RuleFile, batches: readonly (readonly BusinessEvent[])[]): Promise<WindowRecord> {
  const ruleSet = makeRuleSet([rule]);
  const [compiled] = ruleSet.rules;
  if (!compiled?.window) throw new Error('no window rule');
  let record = EMPTY_WINDOW;
  const known = new Map<string, BusinessEvent>();
  for (const batch of batches) {
    let changedFrom = Infinity;
    for (const event of batch) {
      if (windowGroupsOf(ruleSet, event).length === 0) continue;
      known.set(event.key, event);
      changedFrom = Math.min(changedFrom, event.at);
    }
    if (changedFrom === Infinity) continue;
    const from = restartAt(record, changedFrom, compiled);
    const { keepMs } = compiled.window;
    const events = [...known.values()].filter((event) => event.at > from - keepMs).sort(compareEvents);
    record = await assessWindow({ ruleSet, calendar }, compiled, record, from, events);
  }
  return record;
}

function summary(record: WindowRecord): string[] {
  return record.findings
    .map(({ member, finding: { openedAt, lastAt, occurrences, closedAt, episode } }) => {
      const minute = (time: number | undefined) => (time === undefined ? 'open' : (time - start) / MINUTE);
      return `${member.subject} #${episode} ${minute(openedAt)}-${minute(lastAt)} x${occurrences} ${minute(closedAt)}`;
    })
    .sort();
}

const NUMBERS = /* the same, worked out from scratch at every event */ {
  closed: (window: readonly BusinessEvent[], who: string) =>
    window.filter((event) => event.data.operator?.id === who).length >= 3,
  returns: (window: readonly BusinessEvent[], who: string): boolean | undefined => {
    const rate = (events: readonly BusinessEvent[]) => {
      const sent = events.filter((event) => event.type === 'yxzy.flow.sent').length;
      return sent === 0 ? undefined : events.filter((e) => e.type === 'yxzy.flow.returned').length / sent;
    };
    const own = rate(window.filter((event) => event.data.operator?.id === who));
    const peers = rate(window.filter((event) => event.data.operator?.id !== who));
    return own === undefined || peers === undefined || peers === 0 ? undefined : own / peers >= 2;
  },
};

/** Brute force: every event of the stream in order, every window filtered out of all events. */
function oracle(
  events: readonly BusinessEvent[],
  lengthMs: number,
  decide: (window: readonly BusinessEvent[], who: string) => boolean | undefined,
): string[] {
  const distinct = [...new Map(events.map((event) => [event.key, event])).values()].sort(compareEvents);
  const found = new Map<string, { from: number; last: number; times: number; closed?: number }[]>();
  distinct.forEach((event, index) => {
    const who = event.data.operator?.id ?? '';
    const window = distinct.slice(0, index + 1).filter((other) => other.at > event.at - lengthMs);
    const answer = decide(window, who);
    const list = found.get(who) ?? [];
    found.set(who, list);
    const latest = list.at(-1);
    const open = latest && latest.closed === undefined ? latest : undefined;
    if (answer === true && open) {
      open.last = event.at;
      open.times += 1;
    } else if (answer === true) list.push({ from: event.at, last: event.at, times: 1 });
    else if (answer === false && open) open.closed = event.at;
  });
  const minute = (time: number | undefined) => (time === undefined ? 'open' : (time - start) / MINUTE);
  return [...found]
    .flatMap(([who, list]) =>
      list.map(
        ({ from, last, times, closed }, index) =>
          `${who} #${index + 1} ${minute(from)}-${minute(last)} x${times} ${minute(closed)}`,
      ),
    )
    .sort();
}

/** Random streams cut into deliveries in any order, with repeats. */
const deliveries = (types: readonly string[]) =>
  fc
    .array(
      fc.record({
        minute: fc.integer({ min: 0, max: 90 }),
        who: fc.constantFrom('a', 'b', 'c'),
        type: fc.constantFrom(...types),
      }),
      { minLength: 1, maxLength: 40 },
    )
    .map(eventsOf)
    .chain((events) =>
      fc
        .shuffledSubarray([...events.keys(), ...events.keys()], { minLength: events.length })
        .chain((order) => fc.tuple(fc.constant(events), fc.constant(order), fc.integer({ min: 1, max: 7 }))),
    )
    .map(([events, order, size]) => {
      // Everything comes at least once, whatever the subset left out.
      const all = [...order, ...events.keys()].map((index) => events[index] as BusinessEvent);
      const batches: BusinessEvent[][] = [];
      for (let from = 0; from < all.length; from += size) batches.push(all.slice(from, from + size));
      return { events, batches };
    });
const numRuns = Number(process.env['WINDOW_RUNS'] ?? 150);

describe('window rules', () => {
  it('count what one person did in ten minutes, on any work orders', async () => {
    const events = eventsOf([0, 4, 9, 14, 30].map((minute) => ({ minute, who: 'a' })));
    expect(summary(await live(manyClosed, [events]))).toEqual(['a #1 9-9 x1 14']);
    // Exactly ten minutes ago is out; another person has a window of their own.
    expect(summary(await live(manyClosed, [eventsOf([0, 5, 10].map((minute) => ({ minute, who: 'a' })))]))).toEqual([]); // prettier-ignore
    const two = eventsOf([0, 1, 2].map((minute) => ({ minute, who: minute === 1 ? 'b' : 'a' })));
    expect(summary(await live(manyClosed, [two]))).toEqual([]);
  });

  it('keep an alert open where the rule says so', async () => {
    const rule = ruleWith({
      ...manyClosed,
      trigger: { ...manyClosed.trigger, keepOpen: true } as WindowTrigger,
    });
    const events = eventsOf([0, 1, 2, 30, 60, 61, 62].map((minute) => ({ minute, who: 'a' })));
    expect(summary(await live(rule, [events]))).toEqual(['a #1 2-62 x2 open']);
  });

  it('see a queue that was too long for ten minutes, not one that was looked at once or left alone', async () => {
    const queue = (...samples: [minute: number, waiting: number][]) =>
      eventsOf(samples.map(([minute, waiting]) => ({ minute, who: 'h1', type: 'hall.queue.sampled', data: { waiting } }))); // prettier-ignore
    const found = async (...samples: [number, number][]) =>
      summary(await live(longQueue, [queue(...samples)]));
    expect(await found([0, 9], [5, 9], [9, 9])).toEqual([]);
    expect(await found([0, 9], [5, 9], [10, 9], [11, 9])).toEqual(['h1 #1 10-11 x2 open']);
    expect(await found([0, 9], [5, 8], [10, 9], [15, 9])).toEqual([]);
    expect(await found([0, 9], [5, 9], [10, 9], [12, 3])).toEqual(['h1 #1 10-10 x1 12']);
    expect(await found([0, 9], [15, 9])).toEqual([]);
    expect(await found([0, 9], [900, 9])).toEqual([]);
  });

  it('are taken back when a late event shows that they were wrong, and found when it shows that', async () => {
    const peers = (minute: number, type: string, who: string): Step => ({ minute, type, who });
    const events = eventsOf([
      peers(0, 'flow.sent', 'b'), peers(1, 'flow.sent', 'b'), peers(2, 'flow.returned', 'b'),
      peers(3, 'flow.sent', 'a'), peers(4, 'flow.returned', 'a'),
      peers(2.5, 'flow.returned', 'b'),
    ]); // prettier-ignore
    expect(summary(await live(returnRate, [events.slice(0, 5)]))).toEqual(['a #1 4-4 x1 open']);
    expect(summary(await live(returnRate, [events.slice(0, 5), events.slice(5)]))).toEqual([]);
    const late = eventsOf([0, 2, 1].map((minute) => ({ minute, who: 'a' })));
    expect(
      summary(
        await live(
          manyClosed,
          late.map((event) => [event]),
        ),
      ),
    ).toEqual(['a #1 2-2 x1 open']);
  });

  it.each([
    ['counts', manyClosed, ['stage.completed'], 10 * MINUTE, NUMBERS.closed],
    ['shares against peers', returnRate, ['flow.sent', 'flow.returned'], 60 * MINUTE, NUMBERS.returns],
  ] as const)(
    'equal brute force for any order, repeats and lateness: %s',
    async (_what, rule, types, ms, decide) => {
      await fc.assert(
        fc.asyncProperty(deliveries(types), async ({ events, batches }) => {
          expect(summary(await live(rule, batches))).toEqual(oracle(events, ms, decide));
        }),
        { numRuns },
      );
    },
  );

  it('end in the very same record whatever the order, evidence included', async () => {
    await fc.assert(
      fc.asyncProperty(deliveries(['flow.sent', 'flow.returned']), async ({ events, batches }) => {
        const once = await live(returnRate, [events]);
        const often = await live(returnRate, batches);
        const sorted = ({ findings }: WindowRecord) => findings.map((one) => JSON.stringify(one)).sort();
        expect(sorted(often)).toEqual(sorted(once));
        expect(often.advancedTo).toBe(once.advancedTo);
      }),
      { numRuns },
    );
  });

  it('hold no more events than fit into the window', () => {
    const [compiled] = makeRuleSet([manyClosed]).rules;
    if (!compiled?.window) throw new Error('no window rule');
    const sliding = new SlidingWindow(compiled.window);
    let most = 0;
    for (let n = 0; n < 20_000; n += 1) {
      const [event] = eventsOf([{ minute: n, who: `u${n % 7_000}` }]);
      if (event) sliding.push(event);
      most = Math.max(most, sliding.size);
    }
    expect(most).toBeLessThanOrEqual(10);
  });

  it('are handed what the event itself tells: who, which unit, and what the rule applies to', () => {
    const rule = ruleWith({
      ...manyClosed,
      appliesTo: { stages: ['业务受理'], except: { orgUnits: ['h2'] } },
    });
    const ruleSet = makeRuleSet([rule]);
    const groups = (data: object, type = 'stage.completed') =>
      windowGroupsOf(ruleSet, eventOf(type, { operator: { id: 'u1' }, stage: '业务受理', ...data })).map(({ id }) => id); // prettier-ignore
    expect(groups({})).toEqual(['window:a-rule|u1']);
    expect(groups({ operator: {} })).toEqual([]);
    expect(groups({ stage: '现场勘查' })).toEqual([]);
    expect(groups({ stage: undefined })).toEqual([]);
    expect(groups({ orgUnit: 'h2' })).toEqual([]);
    expect(groups({}, 'flow.sent')).toEqual([]);
  });
});
