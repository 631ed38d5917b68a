import type { FieldError } from '../errors.js';
import { MAX_ERRORS } from './check-json.js';
import { formatPath } from './format-path.js';

/**
 * Names the keys that stand twice in one object. JSON.parse keeps the last of them without a word, so the
 * sender and we would read two different things. Slow, and therefore only called when counting has shown that
 * there is one; it stops when it has enough to tell.
 *
 * @param text valid JSON, nested no deeper than the limits allow
 */
export function findDuplicateKeys(text: string): FieldError[] {
  const errors: FieldError[] = [];
  const path: (string | number)[] = [];
  let at = 0;

  const blanks = () => {
    while (' \n\r\t'.includes(text[at] ?? '.')) at++;
  };
  const readText = (): string => {
    const from = at++;
    while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    return JSON.parse(text.slice(from, ++at)) as string;
  };
  const visit = (): void => {
    blanks();
    if (text[at] === '{') visitMembers('}', new Set());
    else if (text[at] === '[') visitMembers(']', undefined);
    else if (text[at] === '"') readText();
    else while (at < text.length && !',]} \n\r\t'.includes(text[at] ?? ',')) at++;
    blanks();
  };
  /** The members of an object (with its keys so far) or of a list. */
  const visitMembers = (close: string, keys: Set<string> | undefined): void => {
    at++;
    blanks();
    for (let i = 0; at < text.length && text[at] !== close && errors.length < MAX_ERRORS; i++) {
      const key = keys ? readText() : i;
      path.push(key);
      if (keys) {
        blanks();
        at++; // the colon
        if (keys.has(key as string))
          errors.push({ path: formatPath(path), message: 'this key stands twice' });
        keys.add(key as string);
      }
      visit();
      path.pop();
      if (text[at] === ',') at++;
      blanks();
    }
    at++;
  };

  visit();
  return errors;
}
