import type { BusinessCalendar } from '../../calendar/business-calendar.js';
import { dayOf } from '../moments.js';
import type { JsonObject, JsonValue } from '../../json.js';
import type { StageVisit } from '../../work-orders/work-order.js';
import type { FactScope } from '../rule-set.js';

/** The newest of some evidence; of equals, the one told last. */
export function latest<T extends { readonly at: number }>(items: readonly T[] | undefined): T | undefined {
  let found: T | undefined;
  for (const item of items ?? []) if (!found || item.at >= found.at) found = item;
  return found;
}

/** What belongs to a stage: all of it without one; `same` is the stage in question. */
export function ofStage<T extends { readonly stage?: string }>(
  items: readonly T[] | undefined,
  stage: string | undefined,
  scope: FactScope,
): readonly T[] {
  if (stage === undefined) return items ?? [];
  const wanted = stage === 'same' ? scope.stage?.stage : stage;
  return (items ?? []).filter((item) => item.stage === wanted);
}

/** The visit a `stage.*` fact speaks of: the one in question, or the latest visit to a named stage. */
export function visitOf(scope: FactScope, stage: string | undefined): StageVisit | undefined {
  if (stage === undefined || stage === 'same') return scope.stage;
  return scope.workOrder.stages.findLast((visit) => visit.stage === stage);
}

/** The name of the stage a `stage.*` fact speaks of, visited or not. */
export function stageNameOf(scope: FactScope, stage: string | undefined): string | undefined {
  return stage === undefined || stage === 'same' ? scope.stage?.stage : stage;
}

/** A field by name or dotted path, own properties only: `operator.name`. */
export function fieldOf(data: JsonObject | undefined, path: string): JsonValue | undefined {
  if (!data) return undefined;
  if (Object.hasOwn(data, path)) return data[path];
  let value: JsonValue | undefined = data;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    value = Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value;
}

/** Whether the calendar knows every year that two instants touch. */
export function isCovered(from: number, to: number, calendar: BusinessCalendar): boolean {
  const last = Number(dayOf(to, calendar)?.slice(0, 4));
  for (let year = Number(dayOf(from, calendar)?.slice(0, 4)); year <= last; year++) {
    if (!calendar.isCovered(year)) return false;
  }
  return true;
}

/** Those of `wanted` that are not among `found`, in the order of `wanted`. */
export function without(wanted: readonly string[], found: Iterable<string>): string[] {
  const have = new Set(found);
  return wanted.filter((item) => !have.has(item));
}
