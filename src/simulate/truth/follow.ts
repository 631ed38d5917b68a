import {
  addWorkingMs,
  addPlainMs,
  closingAfter,
  dateOf,
  daysOfMonths,
  HOUR,
  midnightAfter,
  plainMs,
  MINUTE,
  momentsBetween,
  runningMs,
  type Pause,
} from '../office-time.js';
import type { Timeline } from './timeline.js';

/** Where something is wrong. */
export interface Place {
  readonly stage?: string;
  readonly visit?: number;
}

/** What a rule must find. Times are epoch ms. */
export interface Finding extends Place {
  readonly rule: string;
  readonly firstKnownAt: number;
  overdueAt?: number;
  curedAt?: number;
}

/** A moment at which somebody looks. */
export interface Look {
  readonly at: number;
  readonly phase?: 'early' | 'overdue';
}

/** One thing that can be wrong at one place, as it stands at an instant. */
export interface Watch {
  readonly rule: string;
  readonly place: Place;
  readonly looks: readonly Look[];
  readonly isWrong: (at: number) => boolean;
  /** Left out where nothing puts it right. */
  readonly isRight?: (at: number) => boolean;
  /** What it waited for has come: it is over, and nobody looks again. */
  readonly endsAt?: number;
}

/** Goes through time once: a look may find it wrong, an event may put it right, a later look may find it wrong anew. */
export function follow(timeline: Timeline, watch: Watch): Finding[] {
  const { rule, place, isWrong, isRight, endsAt = Infinity } = watch;
  const end = Math.min(timeline.until, timeline.cancelledAt);
  const looks = watch.looks.filter(({ at }) => at < end && at < endsAt);
  // Most looks find nothing: then it need not be gone through.
  if (!looks.some(({ at }) => isWrong(at))) return [];
  const changes = timeline.facts.filter(({ at }) => at <= end).map(({ at }) => ({ at, look: undefined }));
  const moments = [...changes, ...looks.map((look) => ({ at: look.at, look }))];
  // What happens at the very moment of a look comes before it.
  moments.sort((a, b) => a.at - b.at || Number(a.look !== undefined) - Number(b.look !== undefined));
  const found: Finding[] = [];
  let open: Finding | undefined;
  for (const { at, look } of moments) {
    if (look && isWrong(at)) {
      if (!open) found.push((open = { rule, ...place, firstKnownAt: at }));
      if (look.phase === 'overdue') open.overdueAt = at;
    } else if (!look && open && (at === endsAt || at === timeline.cancelledAt || isRight?.(at))) {
      open.curedAt = at;
      open = undefined;
    }
  }
  return found;
}

/** Looks at the end of every working day, or on every working morning, while the work order is open. */
export function dailyLooks({ facts, closedAt, cancelledAt, until }: Timeline, time: string): Look[] {
  const from = facts[0]?.at ?? Infinity;
  const to = Math.min(closedAt, cancelledAt, until);
  return from < to ? momentsBetween(from, to, time).map((at) => ({ at })) : [];
}

export interface Limit {
  readonly value: number;
  readonly unit: 'workingDay' | 'workingHour' | 'calendarDay' | 'calendarHour' | 'month' | 'minute';
  /** Fraction of the time at which to warn. */
  readonly warnAt?: number;
}

/**
 * The warning and the end of a time limit, as they stood when they came: a suspension moves them only from the
 * moment it begins.
 */
export function limitLooks(startedAt: number, limit: Limit, pauses: readonly Pause[], until: number): Look[] {
  const looks: Look[] = [];
  const bounds = [startedAt, ...pauses.flatMap(({ from, to }) => [from, to ?? Infinity]), Infinity]
    .filter((at) => at >= startedAt)
    .sort((a, b) => a - b);
  for (const [i, from] of bounds.entries()) {
    const to = bounds[i + 1] ?? Infinity;
    const known = pauses
      .filter((pause) => pause.from <= from)
      .map((pause) => (pause.to !== undefined && pause.to <= from ? pause : { from: pause.from }));
    const due = dueAt(startedAt, limit, known);
    if (due === undefined || from === Infinity) continue;
    const warn = limit.warnAt === undefined ? undefined : warnTime(startedAt, due, limit, known);
    const within = (at: number) => at >= from && (at < to || to === Infinity) && at < until;
    if (warn !== undefined && within(warn) && looks.length === 0) looks.push({ at: warn, phase: 'early' });
    if (within(due)) {
      looks.push({ at: due, phase: 'overdue' });
      break;
    }
  }
  return looks;
}

function dueAt(from: number, { value, unit }: Limit, pauses: readonly Pause[]): number | undefined {
  switch (unit) {
    case 'minute':
      return addPlainMs(from, value * MINUTE, pauses);
    case 'calendarHour':
      return addPlainMs(from, value * HOUR, pauses);
    case 'workingHour':
      return addWorkingMs(from, value * HOUR, pauses);
    case 'workingDay':
      return closingAfter(from, value, pauses);
    case 'calendarDay':
      return midnightAfter(from, value, pauses);
    case 'month':
      return midnightAfter(from, daysOfMonths(dateOf(from), value), pauses);
  }
}

/** When a fraction of the time is used up: of the working time for working units, of plain time for others. */
function warnTime(
  from: number,
  due: number,
  { unit, warnAt = 1 }: Limit,
  pauses: readonly Pause[],
): number | undefined {
  if (unit.startsWith('working'))
    return addWorkingMs(from, Math.round(warnAt * runningMs(from, due, pauses)), pauses);
  return addPlainMs(from, Math.round(warnAt * plainMs(from, due, pauses)), pauses);
}
