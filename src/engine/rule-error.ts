import type { JsonPath, ParsedJson, Position } from './parse-rule-json.js';

/** Something wrong with a rule file: where, what, and what would be right. Messages are for rule authors, in Chinese. */
export interface RuleError {
  /** Path of the file, relative to the rules folder, with `/`. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
  /** e.g. `conditions.all[0].fact`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
  /** What may stand there instead. */
  readonly allowed?: readonly string[];
}

/** Takes a problem at a path of the file being checked. `onKey` points at the name of the field, not at its value. */
export type Report = (
  path: JsonPath,
  message: string,
  more?: { readonly allowed?: readonly string[]; readonly onKey?: boolean },
) => void;

/** A reporter that adds places and collects. */
export function makeReport(file: string, json: ParsedJson, into: RuleError[]): Report {
  return (path, message, { allowed, onKey } = {}) => {
    const position = onKey ? json.locateKey(path) : json.locate(path);
    into.push(ruleError(file, position, path, message, allowed));
  };
}

export function ruleError(
  file: string,
  { line, column }: Position,
  path: JsonPath,
  message: string,
  allowed?: readonly string[],
): RuleError {
  return { file, line, column, path: pathText(path), message, ...(allowed ? { allowed } : {}) };
}

/** `conditions.all[0].fact`. */
export function pathText(path: JsonPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[\p{L}\p{N}_$]+$/u.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}

/** `file:line:column path：message（可用：…）`, the form that editors make clickable. */
export function ruleErrorText({ file, line, column, path, message, allowed }: RuleError): string {
  const where = `${file}:${line}:${column}${path === '' ? '' : ` ${path}`}`;
  return `${where}：${message}${allowed && allowed.length > 0 ? `；可用：${allowed.join('、')}` : ''}`;
}
