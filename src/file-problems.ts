import type { z } from 'zod';

/** One thing wrong with a content file: which file, where in it, what, and what would be right. */
export interface FileProblem {
  readonly file: string;
  /** Dotted path, e.g. `days.2027-02-30`; empty = the whole file. */
  readonly path: string;
  readonly message: string;
}

/** A value, or everything that is wrong with it. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

/** A value and the file it was read from. */
export interface NamedFile<T> {
  readonly file: string;
  readonly value: T;
}

/** Content files that cannot be used. The message lists every offender, one a line: `file: path: what`. */
export class ContentError extends Error {
  override readonly name: string = 'ContentError';
  readonly problems: readonly FileProblem[];

  constructor(headline: string, problems: readonly FileProblem[], options?: ErrorOptions) {
    const lines = problems.map(
      ({ file, path, message }) => `  ${file}: ${path ? `${path}: ` : ''}${message}`,
    );
    super(`${headline}:\n${lines.join('\n')}`, options);
    this.problems = problems;
  }
}

/** Judge the content of a file by its schema. */
export function parseFile<Schema extends z.ZodType>(
  schema: Schema,
  json: unknown,
  file: string,
): Parsed<z.infer<Schema>> {
  const result = schema.safeParse(json);
  return result.success
    ? { ok: true, value: result.data }
    : { ok: false, problems: result.error.issues.flatMap((issue) => problemsOf(issue, file)) };
}

/** Unknown keys and wrong record keys are named one by one. */
function problemsOf(issue: z.core.$ZodIssue, file: string): FileProblem[] {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      file,
      path: path ? `${path}.${key}` : key,
      message: 'is not a field of this file',
    }));
  if (issue.code === 'invalid_key')
    return [{ file, path, message: issue.issues[0]?.message ?? issue.message }];
  return [{ file, path, message: issue.message }];
}
