import { z } from 'zod';
import { type FieldError, InvalidRequestError } from '../errors.js';

/**
 * The input as the schema reads it.
 * @param where what is judged, as the caller knows it: `query parameter`, `path parameter`, `body field`
 * @throws InvalidRequestError that names every field that is wrong and what is allowed there
 */
export function validateInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  where: string,
): z.output<Schema> {
  const parsed = schema.safeParse(input, { reportInput: true });
  if (parsed.success) return parsed.data;
  const names = schema instanceof z.ZodObject ? Object.keys(schema.shape) : undefined;
  const fields = parsed.error.issues.flatMap((issue) => toFieldErrors(issue, names));
  const text = fields
    .map(({ path, message }) => `${where}${path === '' ? '' : ` ${path}`} ${message}`)
    .join('; ');
  throw new InvalidRequestError(`${text.charAt(0).toUpperCase()}${text.slice(1)}.`, { fields });
}

function toFieldErrors(issue: z.core.$ZodIssue, names: readonly string[] | undefined): FieldError[] {
  const path = pathOf(issue.path);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = issue.path.length === 0 ? names : undefined;
      const hint = !known
        ? ''
        : known.length === 0
          ? '; none are taken here'
          : `; known are ${known.join(', ')}`;
      return issue.keys.map((key) => ({
        path: path === '' ? clip(key) : `${path}.${clip(key)}`,
        message: `is not known${hint}`,
        ...(known && { allowed: known }),
      }));
    }
    case 'invalid_value': {
      const allowed = issue.values.map(String);
      const message = `must be ${oneOf(allowed)}`;
      return [{ path, message: issue.input === undefined ? `is missing; ${message}` : message, allowed }];
    }
    case 'invalid_type':
      return [
        { path, message: issue.input === undefined ? 'is missing' : `must be ${article(issue.expected)}` },
      ];
    default:
      return [{ path, message: lowerFirst(issue.message) }];
  }
}

function oneOf(values: readonly string[]): string {
  return values.length === 1 ? `${values[0]}` : `one of ${values.join(', ')}`;
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  );
}

/** A key somebody made up may be of any length. */
function clip(key: string): string {
  return key.length <= 60 ? key : `${key.slice(0, 60)}…`;
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
