import type { BusinessCalendar, Limit } from '../calendar/business-calendar.js';
import { CUSTOMER_CLASSES } from '../events/event-types.js';
import type { KnownLimit } from './known-limits.js';
import type { LimitCoverage } from './measure-limits.js';

/** Two limits of one clock that differ, and may bind the same case at the same time. Each keeps a rule of its own. */
export interface LimitConflict {
  readonly clock: string;
  /** Classes of customers, or other words, for whom both hold. */
  readonly customers: readonly string[];
  /** Only where these are so, in words. */
  readonly onlyFor: readonly string[];
  /** The time in which both hold; absent = without a beginning, an end. */
  readonly from?: string;
  readonly to?: string;
  readonly limits: readonly [LimitCoverage, LimitCoverage];
  /** Both are of one layer: two texts of it, not two layers. */
  readonly sameLayer: boolean;
  /**
   * `stricter`: one of them always is. `depends`: on the days that lie between; with working days against calendar days.
   * `exact`: a least and a greatest lead that leave a single value. `contradiction`: that leave none.
   */
  readonly relation: 'stricter' | 'depends' | 'exact' | 'contradiction';
  /** The limit that always is the stricter one. */
  readonly stricter?: string;
  /** `depends`: on how many of the days tried each of them runs out first. */
  readonly first?: Readonly<Record<string, number>>;
  /** Limits nobody has seen in their source: not to be shown as law. */
  readonly unverified: readonly string[];
}

export interface ConflictRequest {
  readonly limits: readonly LimitCoverage[];
  readonly calendar: Pick<BusinessCalendar, 'deadline' | 'instantOf' | 'addDays'>;
  /** First and last day on which a clock is started to compare working days with calendar days. */
  readonly days: { readonly from: string; readonly to: string };
}

/**
 * Holds the collected limits of each clock against each other: which differ for the same customers at the same time, which is stricter, and
 * which of them nobody has verified. Conflicts are reported, never merged: each limit keeps its own rule. Pure.
 */
export function findLimitConflicts({ limits, calendar, days }: ConflictRequest): LimitConflict[] {
  const conflicts: LimitConflict[] = [];
  for (const [i, a] of limits.entries())
    for (const b of limits.slice(i + 1)) {
      const conflict = compare(a, b, calendar, days);
      if (conflict) conflicts.push(conflict);
    }
  return conflicts;
}

function compare(
  a: LimitCoverage,
  b: LimitCoverage,
  calendar: ConflictRequest['calendar'],
  days: ConflictRequest['days'],
): LimitConflict | undefined {
  const [left, right] = [a.limit, b.limit];
  if (left.clock !== right.clock) return undefined;
  if (left.onlyFor !== undefined && right.onlyFor !== undefined && left.onlyFor !== right.onlyFor)
    return undefined;
  const customers = classesOf(left).filter((one) => classesOf(right).includes(one));
  const from = [a.from, b.from].filter((date) => date !== undefined).sort().at(-1); // prettier-ignore
  const to = [a.to, b.to].filter((date) => date !== undefined).sort()[0];
  if (customers.length === 0 || (from !== undefined && to !== undefined && from > to)) return undefined;
  const relation = relate(left, right, calendar, days);
  if (!relation) return undefined;
  return {
    clock: left.clock,
    customers,
    onlyFor: [...new Set([left.onlyFor, right.onlyFor].filter((one) => one !== undefined))],
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    limits: [a, b],
    sameLayer: left.layer === right.layer,
    ...relation,
    unverified: [left, right].filter(({ certainty }) => certainty !== 'seen').map(({ id }) => id),
  };
}

type Relation = Pick<LimitConflict, 'relation' | 'stricter' | 'first'>;

function relate(
  a: KnownLimit,
  b: KnownLimit,
  calendar: ConflictRequest['calendar'],
  days: ConflictRequest['days'],
): Relation | undefined {
  if (a.kind !== b.kind) {
    const [least, most] = a.kind === 'minLead' ? [a, b] : [b, a];
    if (least.kind !== 'minLead' || most.kind !== 'maxLead') return undefined;
    const gap = hoursOf(most) - hoursOf(least);
    return gap > 0 ? undefined : { relation: gap === 0 ? 'exact' : 'contradiction' };
  }
  // The longer lead and the longer least duration are the stricter ones; of all others the shorter.
  const longer = a.kind === 'minLead' || a.kind === 'minDuration';
  const strict = (shorter: KnownLimit, other: KnownLimit): Relation => ({
    relation: 'stricter',
    stricter: (longer ? other : shorter).id,
  });
  if (a.unit === b.unit)
    return a.value === b.value ? undefined : a.value < b.value ? strict(a, b) : strict(b, a);
  const { first, second, trials } = race(a, b, calendar, days);
  if (first + second === 0) return undefined;
  if (second === 0 && trials > 0) return strict(a, b);
  if (first === 0 && trials > 0) return strict(b, a);
  return { relation: 'depends', first: { [a.id]: first, [b.id]: second } };
}

/** Starts both clocks at ten o'clock of each day and counts which runs out first. */
function race(
  a: KnownLimit,
  b: KnownLimit,
  calendar: ConflictRequest['calendar'],
  { from, to }: ConflictRequest['days'],
): { first: number; second: number; trials: number } {
  const count = { first: 0, second: 0, trials: 0 };
  for (let day = from; day <= to; day = calendar.addDays(day, 1)) {
    const anchor = calendar.instantOf(day, '10:00');
    const [one, other] = [a, b].map((limit) => calendar.deadline({ anchor, limit: toLimit(limit) }));
    if (one?.state !== 'due' || other?.state !== 'due') continue;
    count.trials += 1;
    if (one.dueAt < other.dueAt) count.first += 1;
    if (one.dueAt > other.dueAt) count.second += 1;
  }
  return count;
}

function toLimit({ value, unit }: KnownLimit): Limit {
  return { value, unit };
}

/** Leads are told in days and hours only. */
function hoursOf({ value, unit }: KnownLimit): number {
  return unit === 'calendarHour' ? value : value * 24;
}

const GROUPS: Readonly<Record<string, readonly string[]>> = {
  全部: CUSTOMER_CLASSES,
  低压: ['低压居民', '低压非居民'],
  非居民: ['低压非居民', '高压单电源', '高压双电源'],
  高压: ['高压单电源', '高压双电源'],
  重要客户: ['高压单电源', '高压双电源'],
};

/** The classes that a limit's words mean; other words stand for themselves. */
function classesOf({ customers }: KnownLimit): readonly string[] {
  return GROUPS[customers] ?? [customers];
}
