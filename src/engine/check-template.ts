import { checkFact } from './check-fact.js';
import type { FactCheck } from './check-fact.js';
import { parseFactKey } from './fact-key.js';
import type { JsonPath } from './parse-rule-json.js';
import { placesOf } from './render-template.js';

/** Checks that a title or advice names facts only. */
export function checkTemplate(template: string, path: JsonPath, check: FactCheck): void {
  const places = placesOf(template);
  const braces = template.match(/\{\{|\}\}/g)?.length ?? 0;
  if (braces !== places.length * 2) check.report(path, '花括号没有配对，应为 {{事实}}');
  for (const place of places) {
    const key = parseFactKey(place);
    if ('reason' in key) check.report(path, `{{${place}}} 有误：${key.reason}`);
    else checkFact(key.fact, key.params, { fact: path }, check);
  }
}
