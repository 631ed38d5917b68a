import { StoreUnavailableError } from '../src/errors.js';
import { asStoreError } from '../src/events/store-error.js';

/** What became of many items. */
export interface Isolated<Item, Result> {
  /** One for each part of the items that was done in one go. */
  readonly results: readonly Result[];
  readonly failed: readonly { readonly item: Item; readonly error: unknown }[];
}

/**
 * Does work on many items in one go. Where that throws, on each half, down to the item that cannot be done: one document
 * that a store refuses fails the bulk write of all, and must hold up nobody else. The work must be idempotent.
 *
 * @throws StoreUnavailableError when a store is away, which is no item's fault
 */
export async function isolateFailures<Item, Result>(
  items: readonly Item[],
  work: (items: readonly Item[]) => Promise<Result>,
): Promise<Isolated<Item, Result>> {
  try {
    return { results: [await work(items)], failed: [] };
  } catch (thrown) {
    const error = asStoreError(thrown);
    if (error instanceof StoreUnavailableError) throw error;
    const [item] = items;
    if (item === undefined) throw error;
    if (items.length === 1) return { results: [], failed: [{ item, error }] };
    const middle = Math.ceil(items.length / 2);
    const left = await isolateFailures(items.slice(0, middle), work);
    const right = await isolateFailures(items.slice(middle), work);
    return { results: [...left.results, ...right.results], failed: [...left.failed, ...right.failed] };
  }
}
