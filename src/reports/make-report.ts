import type { StatisticsMonths } from '../assessment/statistics-month.js';
import type { BusinessCalendar } from '../calendar/business-calendar.js';
import { type AlertFigures, type AlertFiguresReader, ratio } from './alert-figures.js';
import type { DayCount, DayFigures } from './day-figures.js';
import type { DayFiguresStore } from './day-figures-store.js';
import type { ReportContent } from './report-content.js';

export const REPORT_PERIODS = ['day', 'week', 'month'] as const;
export type ReportPeriod = (typeof REPORT_PERIODS)[number];

/** What a unit, with all below it, did in a period, and what was found. */
export interface Report {
  readonly period: ReportPeriod;
  /** `2026-11` of a month. */
  readonly label: string;
  /** Business dates, both included. */
  readonly from: string;
  readonly to: string;
  /** Absent: all that the asker may see. */
  readonly orgUnit?: string;
  readonly orgUnitName: string;
  readonly madeAt: Date;
  /** Dates whose day is not closed yet: volumes and on-time rates are without them. */
  readonly uncountedDates: readonly string[];
  readonly volumes: Readonly<Record<DayCount, number>>;
  readonly processes: readonly { readonly process: string; readonly opened: number }[];
  /** The assessed stages and the whole process; `rate` = onTime / (onTime + late), null where nothing was decided. */
  readonly onTime: readonly {
    readonly stage: string;
    readonly name: string;
    /** Rules whose clocks decide, as `rules/reports.json` names them: ids, or beginnings followed by `*`. */
    readonly rules: readonly string[];
    readonly onTime: number;
    readonly late: number;
    readonly rate: number | null;
  }[];
  readonly alerts: AlertFigures;
}

export interface MakeReportDeps {
  readonly figures: Pick<DayFiguresStore, 'between' | 'countedDates'>;
  readonly alerts: AlertFiguresReader;
  readonly stages: ReportContent['stages'];
  readonly months: StatisticsMonths;
  readonly calendar: Pick<BusinessCalendar, 'addDays' | 'instantOf' | 'dateOf'>;
  readonly now: () => number;
}

export interface ReportRequest {
  readonly period: ReportPeriod;
  /** A business date in it. */
  readonly date: string;
  readonly orgUnit?: string;
  readonly orgUnitName: string;
  /** Units that count; absent = all. */
  readonly orgUnits?: readonly string[];
}

/** Reports: work by the figures of closed days, alerts by counting them now. */
export function makeMakeReport(deps: MakeReportDeps) {
  const { figures, alerts, stages, months, calendar, now } = deps;

  return async function makeReport(request: ReportRequest): Promise<Report> {
    const { period, date, orgUnit, orgUnitName, orgUnits } = request;
    const { from, to, label } = datesOf(period, date);
    const today = calendar.dateOf(now());
    const counted = await figures.countedDates(from, to);
    const uncountedDates: string[] = [];
    for (let day = from; day <= to && day <= today; day = calendar.addDays(day, 1))
      if (!counted.has(day)) uncountedDates.push(day);
    const days = await figures.between(from, to, orgUnits);
    return {
      period,
      label,
      from,
      to,
      ...(orgUnit !== undefined && { orgUnit }),
      orgUnitName,
      madeAt: new Date(now()),
      uncountedDates,
      ...sumOf(days),
      onTime: stages.map(({ id, name, rules }) => {
        const own = days.flatMap((day) => day.stages.filter(({ stage }) => stage === id));
        const onTime = own.reduce((sum, one) => sum + one.onTime, 0);
        const late = own.reduce((sum, one) => sum + one.late, 0);
        return { stage: id, name, rules, onTime, late, rate: ratio(onTime, onTime + late) };
      }),
      alerts: await alerts.read({
        from: new Date(calendar.instantOf(from, '00:00')),
        to: new Date(calendar.instantOf(calendar.addDays(to, 1), '00:00')),
        ...(orgUnits && { orgUnits }),
        now: new Date(now()),
      }),
    };
  };

  /** A day; Monday to Sunday; a statistics month. */
  function datesOf(period: ReportPeriod, date: string): { from: string; to: string; label: string } {
    if (period === 'day') return { from: date, to: date, label: date };
    if (period === 'month') {
      const month = months.monthOf(date);
      return { ...months.datesOf(month), label: month };
    }
    const weekday = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
    const from = calendar.addDays(date, -weekday);
    return { from, to: calendar.addDays(from, 6), label: from };
  }
}
export type MakeReport = ReturnType<typeof makeMakeReport>;

function sumOf(days: readonly DayFigures[]): Pick<Report, 'volumes' | 'processes'> {
  const sum = (field: DayCount) => days.reduce((total, day) => total + day[field], 0);
  const processes = new Map<string, number>();
  for (const day of days)
    for (const { process, opened } of day.processes)
      processes.set(process, (processes.get(process) ?? 0) + opened);
  return {
    volumes: {
      opened: sum('opened'),
      closed: sum('closed'),
      cancelled: sum('cancelled'),
      archived: sum('archived'),
      stagesCompleted: sum('stagesCompleted'),
      handovers: sum('handovers'),
    },
    processes: [...processes]
      .map(([process, opened]) => ({ process, opened }))
      .sort((a, b) => b.opened - a.opened || (a.process < b.process ? -1 : 1)),
  };
}
