import { isDeepStrictEqual } from 'node:util';
import { shortType } from '../events/business-event.js';
import type { BusinessEvent } from '../events/business-event.js';
import { fieldOf } from './facts/reading.js';
import type { EventSelector } from './rule-file.js';
import {
  plainStageOf,
  selectsEvent,
  selectsStage,
  selectsType,
  makeReady,
  toSelectors,
} from './select-event.js';

/**
 * Why an event is none of those that selectors ask for; undefined = its type is not even asked for, empty = it is one.
 * Reasons name what is asked for, not what the event holds: its data may be personal.
 */
export function explainSelection(
  selectors: EventSelector | readonly EventSelector[],
  event: BusinessEvent,
): string[] | undefined {
  const all = toSelectors(selectors);
  const ofType = all.filter((selector) => selectsType(selector, shortType(event.type)));
  if (ofType.length === 0) return undefined;
  if (selectsEvent(makeReady(ofType, plainStageOf), event)) return [];
  return ofType.map((selector) => {
    const gaps: string[] = [];
    const stage = plainStageOf(selector);
    if (!selectsStage(stage, event.data.stage, undefined))
      gaps.push(`环节是 ${event.data.stage ?? '（没有写）'}，规则要 ${stage ?? ''}`);
    for (const [field, value] of Object.entries(selector.where ?? {})) {
      if (!isDeepStrictEqual(fieldOf(event.data, field), value))
        gaps.push(`字段 ${field} 不等于 ${JSON.stringify(value)}`);
    }
    const lacking = (selector.has ?? []).filter(
      (field) => !selectsEvent(makeReady([{ type: selector.type, has: [field] }], plainStageOf), event),
    );
    if (lacking.length > 0) gaps.push(`没有写 ${lacking.join('、')}`);
    return gaps.join('，');
  });
}
