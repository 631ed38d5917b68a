import { MisuseError } from '../import/misuse-error.js';
import { isWorkday, SIMULATED_YEARS, workdayAfter } from './office-time.js';

/** After the last day on which work orders are opened, so many working days are simulated until all is settled, at most. */
const AFTERMATH = 20;

/** @throws MisuseError where the simulator does not know the working days of the period */
export function assertCoversPeriod(start: string, days: number): void {
  const [first, last] = SIMULATED_YEARS;
  try {
    isWorkday(start);
    workdayAfter(start, days + AFTERMATH);
  } catch (cause) {
    throw new MisuseError(
      `${days} business days from ${start}, and ${AFTERMATH} more until all is settled, do not lie within ${first} to ${last}: ` +
        'the simulator knows the working days of no other years.',
      { cause },
    );
  }
}
