import { textOf } from '../../work-orders/read-fields.js';
import type { RecordCheck, RecordEntry } from '../../work-orders/work-order.js';
import type { FactScope } from '../rule-set.js';
import { latest } from './reading.js';

/*
 * Which check belongs to which entry? That of the same form. A source that does not tell the form of one
 * of the two leaves it open, and then they count as belonging together: an alert must rest on evidence.
 */
interface OfForm {
  readonly form?: string;
  readonly at: number;
}

/** What belongs to a form: all of it without one; `same` is the form of the triggering event. */
export function ofForm<T extends OfForm>(
  items: readonly T[],
  form: string | undefined,
  { event }: FactScope,
): readonly T[] {
  if (form !== 'same') return form === undefined ? items : items.filter((item) => item.form === form);
  const told = event && textOf(event.data, 'form');
  return told === undefined ? items : items.filter((item) => mayBelong(item.form, told));
}

/** Entries whose form has not been checked since, the newest of each form. */
export function uncheckedEntries(
  entries: readonly RecordEntry[],
  checks: readonly RecordCheck[],
): RecordEntry[] {
  const newest = newestOfEachForm(checks);
  return newestOfEachForm(entries).filter(
    (entry) => !newest.some((check) => check.at >= entry.at && mayBelong(check.form, entry.form)),
  );
}

/** The latest check of each form; one that a later check covers has been overtaken. */
export function currentChecks(checks: readonly RecordCheck[]): RecordCheck[] {
  const newest = newestOfEachForm(checks);
  return newest.filter(
    (check) => !newest.some((other) => other.at > check.at && mayBelong(other.form, check.form)),
  );
}

/** The entry that a check looked at: the latest of its form before it. */
export function checkedEntry(check: RecordCheck, entries: readonly RecordEntry[]): RecordEntry | undefined {
  return latest(entries.filter((entry) => entry.at <= check.at && mayBelong(entry.form, check.form)));
}

function newestOfEachForm<T extends OfForm>(items: readonly T[]): T[] {
  const newest = new Map<string | undefined, T>();
  for (const item of items) {
    const before = newest.get(item.form);
    if (!before || item.at >= before.at) newest.set(item.form, item);
  }
  return [...newest.values()];
}

function mayBelong(form: string | undefined, other: string | undefined): boolean {
  return form === undefined || other === undefined || form === other;
}
