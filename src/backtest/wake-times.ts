import type { BusinessCalendar } from '../calendar/business-calendar.js';
import { nextLook } from '../engine/advance-clocks.js';
import { firstSweepFinding, type AssessContext } from '../engine/assess-work-order.js';
import type { WorkOrderRecord } from '../engine/work-order-record.js';
import type { FeedTimeline } from './feed-timeline.js';

const MINUTE_MS = 60_000;
/** The daily sweep, see jobs/sweep-end-of-day.ts: when it looks, and at what. */
const END_OF_DAY = 'end-of-day';
const SWEPT: ReadonlySet<string> = new Set(['workOrder', 'account']);

/** When the service looks at a record again without any event, and which of its passes does. */
export interface Wake {
  readonly at: number;
  readonly passage: 'due' | 'sweep';
}

/** The first whole minute after an instant: when the minute passes run. */
export function nextMinute(at: number): number {
  return Math.floor(at / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
}

/**
 * The next pass that changes anything of a record: the minute pass once a clock warns or runs out (jobs/watch-deadlines.ts),
 * unless its feed is silent then; the end-of-day sweep, once a sweep rule has something new to find, or a clock to look at.
 *
 * @param now the instant the record is at; the wake is after it
 * @param until exclusive
 */
export async function nextWake(
  context: AssessContext,
  record: WorkOrderRecord,
  feeds: FeedTimeline,
  now: number,
  until: number,
): Promise<Wake | undefined> {
  const dueAt = nextLook(record.clocks, until)?.at ?? Infinity;
  const tick = nextPass(record.workOrder.feed, feeds, Math.max(dueAt, now), until);
  const sweep = await nextSweep(context, record, feeds, { now, dueAt, until: Math.min(tick, until) });
  if (sweep !== undefined) return { at: sweep, passage: 'sweep' };
  return tick < until ? { at: tick, passage: 'due' } : undefined;
}

/** The first minute pass after an instant that does not leave the feed's records out. */
function nextPass(feed: string | undefined, feeds: FeedTimeline, after: number, until: number): number {
  let tick = after;
  do {
    tick = nextMinute(tick);
    const silent = tick < until ? feeds.silentUntil(feed, tick) : undefined;
    if (silent === undefined) return tick;
    tick = silent;
  } while (tick < until);
  return Infinity;
}

async function nextSweep(
  context: AssessContext,
  record: WorkOrderRecord,
  feeds: FeedTimeline,
  { now, dueAt, until }: { readonly now: number; readonly dueAt: number; readonly until: number },
): Promise<number | undefined> {
  const { status, subjectType, process, feed } = record.workOrder;
  const { calendar, ruleSet } = context;
  if (status !== 'open' || !SWEPT.has(subjectType)) return undefined;
  const hasSweeps = ruleSet.sweepJobs(subjectType, process).length > 0;
  if (!hasSweeps && dueAt === Infinity) return undefined;
  const found = hasSweeps ? await firstSweepFinding(context, record, until) : undefined;
  const wanted = Math.min(dueAt, found ?? Infinity);
  for (const at of sweepsAfter(calendar, Math.max(now, wanted), until))
    if (feeds.horizonOf(feed, at) > wanted) return at;
  return undefined;
}

/**
 * The last sweep before `until` that has only to say once more what is an open finding: those before were passed over, as
 * nobody is told of them, but what is found at the end counts them. Undefined where no rule sweeps.
 */
export function lastSweep(
  { calendar, ruleSet }: AssessContext,
  { workOrder, findings }: WorkOrderRecord,
  now: number,
  until: number,
): number | undefined {
  const { status, subjectType, process } = workOrder;
  if (status !== 'open' || !SWEPT.has(subjectType)) return undefined;
  const sweeping = new Set(ruleSet.sweeping(subjectType, process).map(({ id }) => id));
  if (!findings.some(({ rule, closedAt }) => closedAt === undefined && sweeping.has(rule.id)))
    return undefined;
  let last: number | undefined;
  for (const at of sweepsAfter(calendar, now, until)) last = at;
  return last;
}

/** When the end-of-day sweep looks, after `now` and before `until`: just after its moment, for a moment that has come is over then. */
function* sweepsAfter(calendar: BusinessCalendar, now: number, until: number): Generator<number> {
  if (!Object.hasOwn(calendar.moments, END_OF_DAY) || !(now < until)) return;
  for (const moment of calendar.momentsBetween(END_OF_DAY, now - 1, until)) {
    if (moment + 1 >= until) return;
    yield moment + 1;
  }
}
