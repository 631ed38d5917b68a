import type { BusinessEvent } from '../events/business-event.js';
import { fieldOf } from './facts/reading.js';
import type { EventSelector, WindowTrigger } from './rule-file.js';
import { makeReady, plainStageOf, selectsEvent, toSelectors } from './select-event.js';

/** A window trigger, ready to run. */
export interface CompiledWindow {
  /** Length of the window, ms. */
  readonly ms: number;
  /** How long an event is of any use: the window, and one more where the last sample before it counts. */
  readonly keepMs: number;
  readonly carry: boolean;
  readonly keepOpen: boolean;
  /** Whether an event is one of those that count; what it names besides is for `appliesTo`. */
  selects(event: BusinessEvent): boolean;
  /** Names in the trigger, and which events they stand for. */
  readonly named: ReadonlyMap<string, (event: BusinessEvent) => boolean>;
  /** Whose window an event belongs to; undefined where it does not tell. */
  memberOf(event: BusinessEvent): string | undefined;
  /** The peers' common value, or the member itself: all that is kept and judged together. */
  groupOf(event: BusinessEvent): string | undefined;
}

const UNIT_MS = { minute: 60_000, calendarHour: 3_600_000, calendarDay: 86_400_000 } as const;

export function compileWindow(trigger: WindowTrigger): CompiledWindow {
  const { window, groupBy, among, carry = false, keepOpen = false, named = {} } = trigger;
  const ms = window.value * UNIT_MS[window.unit];
  return {
    ms,
    keepMs: carry ? 2 * ms : ms,
    carry,
    keepOpen,
    selects: selectionOf(trigger.types),
    named: new Map(Object.entries(named).map(([name, selectors]) => [name, selectionOf(selectors)])),
    memberOf: (event) => textOf(event, groupBy),
    groupOf: (event) => (among === '*' ? among : textOf(event, among ?? groupBy)),
  };
}

function selectionOf(selectors: readonly EventSelector[]): (event: BusinessEvent) => boolean {
  const ready = makeReady(toSelectors(selectors), plainStageOf);
  return (event) => selectsEvent(ready, event);
}

/** A field that tells people, halls or units apart. */
function textOf(event: BusinessEvent, field: string): string | undefined {
  const value = field === 'subject' ? event.subject : fieldOf(event.data, field);
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined;
}
