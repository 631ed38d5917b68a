import type { WorkOrderRecord } from '../engine/work-order-record.js';
import { matchesRule, type ReportContent } from './report-content.js';

/** What a unit did on a business date. */
export interface DayFigures {
  /** `date|orgUnit`. */
  readonly id: string;
  readonly date: string;
  /** Empty: of no unit. */
  readonly orgUnit: string;
  readonly opened: number;
  readonly closed: number;
  readonly cancelled: number;
  readonly archived: number;
  readonly stagesCompleted: number;
  readonly handovers: number;
  /** Work orders opened, by process. */
  readonly processes: readonly { readonly process: string; readonly opened: number }[];
  /** Work orders whose limit of an assessed stage was decided that day, by id of the stage in `reports.json`. */
  readonly stages: readonly { readonly stage: string; readonly onTime: number; readonly late: number }[];
  readonly computedAt: Date;
}

export type DayCount = 'opened' | 'closed' | 'cancelled' | 'archived' | 'stagesCompleted' | 'handovers';

/** One thing to count: of a unit, at an instant (epoch ms). */
export interface DayFact {
  readonly orgUnit: string;
  readonly at: number;
  readonly what:
    | { readonly count: DayCount; readonly process?: string }
    | { readonly stage: string; readonly late: boolean };
}

/**
 * What a work order adds to the figures, each fact at its moment. For an assessed stage a work order counts once: late at the earliest
 * limit that ran out, however many layers of limits there are; else on time when the last clock stopped; not at all while one
 * runs. Clocks of rules whose conditions did not hold (`void`) do not count. Pure.
 */
export function dayFactsOf(
  { workOrder, clocks }: Pick<WorkOrderRecord, 'workOrder' | 'clocks'>,
  stages: ReportContent['stages'],
  now: number,
): DayFact[] {
  if (workOrder.subjectType !== 'workOrder') return [];
  const { process, openedAt, endedAt, status, milestones, handovers } = workOrder;
  const orgUnit = workOrder.orgUnit ?? workOrder.managingUnit ?? '';
  const facts: DayFact[] = [];
  const count = (name: DayCount, at: number | undefined, unit = orgUnit) => {
    if (at !== undefined)
      facts.push({ orgUnit: unit, at, what: { count: name, ...(process !== undefined && { process }) } });
  };
  count('opened', openedAt);
  if (status === 'closed') count('closed', endedAt);
  if (status === 'cancelled') count('cancelled', endedAt);
  count('archived', milestones['archive.filed']?.at(-1)?.at);
  for (const visit of workOrder.stages) count('stagesCompleted', visit.completedAt, visit.orgUnit ?? orgUnit);
  for (const { at } of handovers) count('handovers', at);
  for (const { id, rules } of stages) {
    const own = clocks.filter(
      (clock) => clock.state !== 'void' && rules.some((pattern) => matchesRule(pattern, clock.rule.id)),
    );
    const decided = decide(own, now);
    if (decided) facts.push({ orgUnit, at: decided.at, what: { stage: id, late: decided.late } });
  }
  return facts;
}

function decide(
  clocks: WorkOrderRecord['clocks'],
  now: number,
): { readonly at: number; readonly late: boolean } | undefined {
  const dueTimes = clocks.flatMap(({ dueAt, stoppedAt, state, expired }) => {
    // One that stands still counts only when it had run out before.
    const end = state === 'stopped' ? stoppedAt : state === 'running' || expired ? now : undefined;
    return dueAt !== undefined && end !== undefined && end > dueAt ? [dueAt] : [];
  });
  if (dueTimes.length > 0) return { at: Math.min(...dueTimes), late: true };
  if (clocks.length === 0 || clocks.some(({ state }) => state !== 'stopped')) return undefined;
  return { at: Math.max(...clocks.map(({ stoppedAt }) => stoppedAt ?? 0)), late: false };
}

/** Adds facts up, by unit and business date. */
export function makeDayTally(dates: readonly string[], dateOf: (at: number) => string) {
  const wanted = new Set(dates);
  interface Sums {
    readonly counts: Map<DayCount, number>;
    readonly processes: Map<string, number>;
    readonly stages: Map<string, { onTime: number; late: number }>;
  }
  const groups = new Map<string, Sums>();
  return {
    add({ orgUnit, at, what }: DayFact): void {
      const date = dateOf(at);
      if (!wanted.has(date)) return;
      const id = `${date}|${orgUnit}`;
      const sums: Sums = groups.get(id) ?? { counts: new Map(), processes: new Map(), stages: new Map() };
      groups.set(id, sums);
      if ('count' in what) {
        sums.counts.set(what.count, (sums.counts.get(what.count) ?? 0) + 1);
        if (what.count === 'opened' && what.process !== undefined)
          sums.processes.set(what.process, (sums.processes.get(what.process) ?? 0) + 1);
      } else {
        const stage = sums.stages.get(what.stage) ?? { onTime: 0, late: 0 };
        stage[what.late ? 'late' : 'onTime'] += 1;
        sums.stages.set(what.stage, stage);
      }
    },
    figures(now: number): DayFigures[] {
      return [...groups].map(([id, { counts, processes, stages }]) => {
        const [date = '', orgUnit = ''] = splitOnce(id);
        const of = (name: DayCount) => counts.get(name) ?? 0;
        return {
          id,
          date,
          orgUnit,
          opened: of('opened'),
          closed: of('closed'),
          cancelled: of('cancelled'),
          archived: of('archived'),
          stagesCompleted: of('stagesCompleted'),
          handovers: of('handovers'),
          processes: [...processes].map(([process, opened]) => ({ process, opened })),
          stages: [...stages].map(([stage, sums]) => ({ stage, ...sums })),
          computedAt: new Date(now),
        };
      });
    },
  };
}

function splitOnce(id: string): [string, string] {
  const at = id.indexOf('|');
  return [id.slice(0, at), id.slice(at + 1)];
}
