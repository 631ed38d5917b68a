/**
 * The State Council's schedules, written down by hand from the published notices so that the package is
 * judged by something it did not supply. 2026 is also listed in the domain facts; 2024 and 2025 are general
 * knowledge. Ranges are inclusive; weekends inside them are listed, too.
 */
export interface OfficialSchedule {
  readonly year: number;
  /** Holidays: first and last day, MM-DD. */
  readonly off: readonly (readonly [name: string, from: string, to: string])[];
  /** Weekend days that are worked (调休上班). */
  readonly worked: readonly string[];
}

export const OFFICIAL_SCHEDULES: readonly OfficialSchedule[] = [
  {
    year: 2024,
    off: [
      ['元旦', '01-01', '01-01'],
      ['春节', '02-10', '02-17'],
      ['清明节', '04-04', '04-06'],
      ['劳动节', '05-01', '05-05'],
      ['端午节', '06-10', '06-10'],
      ['中秋节', '09-15', '09-17'],
      ['国庆节', '10-01', '10-07'],
    ],
    worked: ['02-04', '02-18', '04-07', '04-28', '05-11', '09-14', '09-29', '10-12'],
  },
  {
    year: 2025,
    off: [
      ['元旦', '01-01', '01-01'],
      ['春节', '01-28', '02-04'],
      ['清明节', '04-04', '04-06'],
      ['劳动节', '05-01', '05-05'],
      ['端午节', '05-31', '06-02'],
      ['国庆节、中秋节', '10-01', '10-08'],
    ],
    worked: ['01-26', '02-08', '04-27', '09-28', '10-11'],
  },
  {
    year: 2026,
    off: [
      ['元旦', '01-01', '01-03'],
      ['春节', '02-15', '02-23'],
      ['清明节', '04-04', '04-06'],
      ['劳动节', '05-01', '05-05'],
      ['端午节', '06-19', '06-21'],
      ['中秋节', '09-25', '09-27'],
      ['国庆节', '10-01', '10-07'],
    ],
    worked: ['01-04', '02-14', '02-28', '05-09', '09-20', '10-10'],
  },
];

/** Every date of the year and whether it is a working day by the schedule. */
export function daysOfSchedule(schedule: OfficialSchedule): [date: string, works: boolean][] {
  const days: [string, boolean][] = [];
  for (let at = Date.UTC(schedule.year, 0, 1); at < Date.UTC(schedule.year + 1, 0, 1); at += 86_400_000) {
    const date = new Date(at).toISOString().slice(0, 10);
    const monthDay = date.slice(5);
    const weekday = new Date(at).getUTCDay();
    const isOff = schedule.off.some(([, from, to]) => monthDay >= from && monthDay <= to);
    const works = schedule.worked.includes(monthDay) || (weekday !== 0 && weekday !== 6 && !isOff);
    days.push([date, works]);
  }
  return days;
}
