/** One thing wrong with a file of rules: which file, where in it, what, and what would be right. */
export interface FileProblem {
  readonly file: string;
  /** Dotted path, e.g. `days.2027-02-30`; empty = the whole file. */
  readonly path: string;
  readonly message: string;
}

/** Calendar files that cannot be used. The message lists every offender, one a line. */
export class CalendarError extends Error {
  override readonly name = 'CalendarError';
  readonly problems: readonly FileProblem[];

  constructor(problems: readonly FileProblem[], options?: ErrorOptions) {
    super(describeProblems('The business calendar cannot be loaded', problems), options);
    this.problems = problems;
  }
}

/** A headline and one line a problem: `file: path: message`. */
export function describeProblems(headline: string, problems: readonly FileProblem[]): string {
  const lines = problems.map(({ file, path, message }) => `  ${file}: ${path ? `${path}: ` : ''}${message}`);
  return `${headline}:\n${lines.join('\n')}`;
}
