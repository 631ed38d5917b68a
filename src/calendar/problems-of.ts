import type { z } from 'zod';
import type { FileProblem } from './calendar-error.js';

/** zod's issues as problems of a file: unknown keys and wrong record keys are named one by one. */
export function problemsOf(error: z.ZodError, file: string): FileProblem[] {
  return error.issues.flatMap((issue): FileProblem[] => {
    const path = issue.path.map(String).join('.');
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        file,
        path: path ? `${path}.${key}` : key,
        message: 'is not a field of this file',
      }));
    if (issue.code === 'invalid_key') {
      const message = issue.issues[0]?.message ?? issue.message;
      return [{ file, path, message }];
    }
    return [{ file, path, message: issue.message }];
  });
}
