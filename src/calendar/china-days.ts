import chineseDays from 'chinese-days';

/**
 * Whether the State Council's schedule (holidays and 调休 working days, as published by the package
 * `chinese-days`) makes a date a working day. Where the package has no data it answers as if there were
 * plain weeks: ask `chinaScheduleCovers` first.
 * @param date YYYY-MM-DD
 */
export function isChinaWorkingDay(date: string): boolean {
  return chineseDays.isWorkday(atNoon(date));
}

/**
 * Whether the package has the schedule of a year. It does not say so itself; but a schedule always names
 * 1 October (国庆节), which is the last holiday to be fixed, and the package names holidays only from data.
 */
export function chinaScheduleCovers(year: number): boolean {
  const nationalDay = atNoon(`${year}-10-01`);
  return chineseDays.getHolidaysInRange(nationalDay, nationalDay, false).length > 0;
}

/**
 * The package reads a bare `YYYY-MM-DD` as midnight UTC but prints it in the zone of the process, which is
 * the day before anywhere west of Greenwich. Noon without an offset is read and printed in the same zone.
 */
function atNoon(date: string): string {
  return `${date}T12:00:00`;
}
