import { isDeepStrictEqual } from 'node:util';
import { shortType } from '../events/business-event.js';
import type { BusinessEvent } from '../events/business-event.js';
import type { JsonValue } from '../json.js';
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

/** A selector made ready to be asked for every event. */
export interface ReadySelector {
  readonly selector: SelectorObject;
  /** The type as events bring it, so that no event's type need be cut. */
  readonly longType: string;
  /** The stage it asks for: see {@link selectsStage}. */
  readonly wantedStage: string | undefined;
  readonly where: readonly (readonly [field: string, value: JsonValue])[];
}

export function makeReady(
  selectors: readonly SelectorObject[],
  stageOf: (selector: SelectorObject) => string | undefined,
): readonly ReadySelector[] {
  return selectors.map((selector) => ({
    selector,
    longType: `yxzy.${selector.type}`,
    wantedStage: stageOf(selector),
    where: Object.entries(selector.where ?? {}),
  }));
}

/** Whether type, stage and `where` of any of the selectors fit; `same` means `clockStage`. */
export function selectsEvent(
  selectors: readonly ReadySelector[],
  event: BusinessEvent,
  clockStage?: string,
): boolean {
  for (const { selector, longType, wantedStage, where } of selectors) {
    if (event.type !== longType && !selectsType(selector, shortType(event.type))) continue;
    if (!selectsStage(wantedStage, event.data.stage, clockStage)) continue;
    if (!where.every(([field, value]) => isDeepStrictEqual(fieldOf(event.data, field), value))) continue;
    if (selector.has?.every((field) => isFilled(fieldOf(event.data, field))) ?? true) return true;
  }
  return false;
}

function isFilled(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

/** The stage a stop must have: for stage.* and flow.* events that of the clock, unless the rule says otherwise. */
export function stopStageOf(selector: SelectorObject): string | undefined {
  return selector.stage ?? (/^(stage|flow)\./.test(selector.type) ? 'same' : undefined);
}

/** The stage an event trigger or a start must have; there is no clock yet that `same` could mean. */
export function plainStageOf(selector: SelectorObject): string | undefined {
  return selector.stage === 'same' ? undefined : selector.stage;
}
