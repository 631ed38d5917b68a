import { isDeepStrictEqual } from 'node:util';
import { shortType } from '../events/business-event.js';
import type { BusinessEvent } from '../events/business-event.js';
import { fieldOf } from './facts/reading.js';
import type { EventSelector } from './rule-file.js';

type SelectorObject = Exclude<EventSelector, string>;

/** One or several selectors, as objects. */
export function toSelectors(selectors: EventSelector | readonly EventSelector[]): readonly SelectorObject[] {
  const list = Array.isArray(selectors)
    ? (selectors as readonly EventSelector[])
    : [selectors as EventSelector];
  return list.map((selector) => (typeof selector === 'string' ? { type: selector } : selector));
}

/** Whether the selector's type matches a short event type; `*` matches all. */
export function selectsType(selector: SelectorObject, type: string): boolean {
  return selector.type === '*' || selector.type === type;
}

/** Whether the stage of an event passes, for a selector whose `same` means `clockStage`. */
export function selectsStage(
  wanted: string | undefined,
  stage: string | undefined,
  clockStage: string | undefined,
): boolean {
  if (wanted === undefined || wanted === 'any') return true;
  if (wanted === 'same') return clockStage === undefined || stage === clockStage;
  return stage === wanted;
}

/** Type, stage and `where` together. */
export function selectsEvent(
  selector: SelectorObject,
  event: BusinessEvent,
  wantedStage: string | undefined,
  clockStage?: string,
): boolean {
  return (
    selectsType(selector, shortType(event.type)) &&
    selectsStage(wantedStage, event.data.stage, clockStage) &&
    Object.entries(selector.where ?? {}).every(([field, value]) =>
      isDeepStrictEqual(fieldOf(event.data, field), value),
    )
  );
}

/** The stage a stop must have: for stage.* and flow.* events that of the clock, unless the rule says otherwise. */
export function stopStageOf(selector: SelectorObject): string | undefined {
  return selector.stage ?? (/^(stage|flow)\./.test(selector.type) ? 'same' : undefined);
}

/** The stage an event trigger or a start must have; there is no clock yet that `same` could mean. */
export function plainStageOf(selector: SelectorObject): string | undefined {
  return selector.stage === 'same' ? undefined : selector.stage;
}
