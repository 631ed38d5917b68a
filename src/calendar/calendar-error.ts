import { ContentError } from '../file-problems.js';
import type { FileProblem } from '../file-problems.js';

/** Calendar files that cannot be used. The message lists every offender, one a line. */
export class CalendarError extends ContentError {
  override readonly name = 'CalendarError';

  constructor(problems: readonly FileProblem[], options?: ErrorOptions) {
    super('The business calendar cannot be loaded', problems, options);
  }
}
