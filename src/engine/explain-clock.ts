import type { BusinessCalendar } from '../calendar/business-calendar.js';
import type { WorkOrder } from '../work-orders/work-order.js';
import { toIso } from './moments.js';
import type { ExplainedClock, ExplainedCondition } from './rule-explanation.js';
import type { DeadlineTrigger } from './rule-file.js';
import type { Clock } from './work-order-record.js';

const HOUR_MS = 3_600_000;

/** How a clock of a rule stands at an instant. */
export function explainClock(
  clock: Clock,
  trigger: DeadlineTrigger,
  { pauses }: WorkOrder,
  at: number,
  calendar: BusinessCalendar,
  conditions?: ExplainedCondition,
): ExplainedClock {
  const { stage, visit, part, anchorAt, dueAt, state, stoppedAt, uncoveredYears } = clock;
  const end = Math.max(anchorAt, stoppedAt ?? at);
  const pausedBy = trigger.pausedBy ?? 'customer';
  const own = pauses.filter(({ side }) => pausedBy === 'any' || side === pausedBy);
  const limit = clock.limit ?? ('parameter' in trigger.limit ? undefined : trigger.limit);
  const working = workingMs(calendar, anchorAt, end, own);
  return {
    ...(stage !== undefined && { stage }),
    ...(visit !== undefined && { visit }),
    ...(part !== undefined && { part }),
    anchorAt: toIso(anchorAt, calendar),
    ...(limit && { limit }),
    ...(dueAt !== undefined && { dueAt: toIso(dueAt, calendar) }),
    state,
    ...(stoppedAt !== undefined && { stoppedAt: toIso(stoppedAt, calendar) }),
    overdue: state !== 'void' && dueAt !== undefined && end > dueAt,
    ...(working !== undefined && { workingHours: rounded(working / HOUR_MS) }),
    hours: rounded((end - anchorAt - pausedMs(own, anchorAt, end)) / HOUR_MS),
    ...(uncoveredYears && { uncoveredYears }),
    ...(conditions && { conditions }),
  };
}

/** How long one or more of the pauses lasted in [from, to). */
function pausedMs(pauses: WorkOrder['pauses'], from: number, to: number): number {
  let sum = 0;
  let counted = from;
  for (const pause of [...pauses].sort((a, b) => a.from - b.from)) {
    const end = Math.min(to, pause.to ?? to);
    sum += Math.max(0, end - Math.max(counted, pause.from));
    counted = Math.max(counted, end);
  }
  return sum;
}

function workingMs(
  calendar: BusinessCalendar,
  from: number,
  to: number,
  pauses: WorkOrder['pauses'],
): number | undefined {
  for (let year = yearOf(from, calendar); year <= yearOf(to, calendar); year += 1)
    if (!calendar.isCovered(year)) return undefined;
  return calendar.workingMsBetween(from, to, pauses);
}

function yearOf(at: number, calendar: BusinessCalendar): number {
  return Number(calendar.dateOf(at).slice(0, 4));
}

function rounded(hours: number): number {
  return Math.round(hours * 100) / 100;
}
