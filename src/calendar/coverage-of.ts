import type { CalendarFile } from './calendar-file.js';
import { chinaScheduleCovers } from './china-days.js';

/** Whether a year has an official schedule: in the base, or because the files say they bring it. */
export function coverageOf(file: Pick<CalendarFile, 'base' | 'coversYears'>): (year: number) => boolean {
  const known = new Map<number, boolean>(file.coversYears.map((year) => [year, true]));
  return (year) => {
    let covered = known.get(year);
    if (covered === undefined) {
      covered = file.base === 'chinese-days' && chinaScheduleCovers(year);
      known.set(year, covered);
    }
    return covered;
  };
}
