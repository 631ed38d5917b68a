import { type FieldError, InvalidRequestError } from '../errors.js';

/**
 * The query of a request URL, each parameter once. Nothing is nested: `status[$ne]=x` is a parameter of that odd
 * name, and so is `__proto__`, which the route's schema then refuses by name.
 * @throws InvalidRequestError when a parameter is given twice
 */
export function readQuery(url: string): Record<string, string> {
  const start = url.indexOf('?');
  const query: Record<string, string> = Object.create(null) as Record<string, string>;
  if (start < 0) return query;
  const twice: FieldError[] = [];
  for (const [name, value] of new URLSearchParams(url.slice(start + 1))) {
    if (name in query)
      twice.push({ path: name, message: 'is given twice; give one list, separated by commas' });
    query[name] = value;
  }
  if (twice.length > 0)
    throw new InvalidRequestError(`Query parameter ${twice[0]?.path} ${twice[0]?.message}.`, {
      fields: twice,
    });
  return query;
}
