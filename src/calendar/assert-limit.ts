import { LIMIT_UNITS } from './business-calendar.js';
import type { Limit, LimitUnit } from './business-calendar.js';

/** A century in each unit: more is a slip of the pen, and keeps the walk over years short. */
const LARGEST: Record<LimitUnit, number> = {
  workingDay: 25_000,
  workingHour: 200_000,
  calendarDay: 36_525,
  calendarHour: 876_600,
  month: 1_200,
  minute: 52_596_000,
};
const WHOLE: readonly LimitUnit[] = ['workingDay', 'calendarDay', 'month'];

/** @throws RangeError saying what is wrong with a limit or its warn fractions, and what is allowed. */
export function assertLimit(limit: Limit, warnAt: readonly number[] = []): void {
  const { unit, value } = limit;
  const largest = LARGEST[unit];
  if (largest === undefined)
    throw new RangeError(`limit unit "${String(unit)}" is unknown: expected ${LIMIT_UNITS.join(', ')}`);
  if (!(value > 0 && value <= largest))
    throw new RangeError(`limit of ${value} ${unit}: expected more than 0 and at most ${largest}`);
  if (WHOLE.includes(unit) && !Number.isInteger(value))
    throw new RangeError(`limit of ${value} ${unit}: expected a whole number`);
  for (const fraction of warnAt)
    if (!(fraction >= 0 && fraction <= 1))
      throw new RangeError(`warnAt ${fraction}: expected a fraction of the limit between 0 and 1`);
}
