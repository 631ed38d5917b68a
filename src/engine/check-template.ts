import type { JsonObject } from '../json.js';
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
    else if (tellsOfPerson(key.fact, key.params))
      check.report(path, `{{${place}}} 是个人信息，标题和建议里不能出现（列表里无法脱敏）`);
    else checkFact(key.fact, key.params, { fact: path }, check);
  }
}

/** Fields of forms and cards that are about a person. */
const PERSONAL_FIELD = /name|phone|mobile|contact|address|idnumber|idno|姓名|电话|手机|联系|地址|证件/i;

/** Alerts are listed to many; a name that has become part of a sentence can no longer be masked. */
function tellsOfPerson(fact: string, params: JsonObject | undefined): boolean {
  if (fact === 'acceptance.contact') return true;
  if (fact === 'signature.signer') return params?.['role'] === 'customer';
  const field = params?.['field'] ?? params?.['name'];
  const holdsFields = [
    'contactCard.field',
    'record.field',
    'event.data',
    'workOrder.attribute',
    'milestone.data',
  ];
  return holdsFields.includes(fact) && typeof field === 'string' && PERSONAL_FIELD.test(field);
}
