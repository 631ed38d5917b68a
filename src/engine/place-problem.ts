import type { FileProblem } from '../file-problems.js';
import type { JsonPath, JsonProblem, ParsedJson } from './parse-rule-json.js';
import { pathText } from './rule-error.js';

/** What is wrong at a place of a content file. */
export interface PathProblem {
  readonly path: JsonPath;
  readonly message: string;
}

/** Text that is no JSON, with line and column. */
export function placeJsonProblem(file: string, { position, path, message }: JsonProblem): FileProblem {
  return { file: `${file}:${position.line}:${position.column}`, path: pathText(path), message };
}

/** What a schema finds, with line and column; unknown fields one by one. */
export function placeIssue(
  file: string,
  json: ParsedJson,
  issue: { readonly code: string; readonly path: PropertyKey[]; readonly message: string; keys?: string[] },
): FileProblem[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys')
    return (issue.keys ?? []).map((key) => {
      const { line, column } = json.locateKey([...path, key]);
      return {
        file: `${file}:${line}:${column}`,
        path: pathText([...path, key]),
        message: '没有这个字段',
      };
    });
  const isAbsent = /received undefined/.test(issue.message);
  return [placed(file, json, path, isAbsent ? '缺少这个字段' : issue.message)];
}

/** A problem with the line and column of its place. */
export function placed(file: string, json: ParsedJson, path: JsonPath, message: string): FileProblem {
  const { line, column } = json.locate(path);
  return { file: `${file}:${line}:${column}`, path: pathText(path), message };
}
