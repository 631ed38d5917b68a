import { mongo } from 'mongoose';
import type { Collection, Document, Filter } from 'mongodb';
import { sideBySide } from '../side-by-side.js';

/** A document to put in the place of the one that has this revision. */
export interface GuardedReplacement<T extends { readonly _id: string }> {
  readonly expectedRevision: number;
  /** Where it is given, the stored document's `writeId` must be this one too. */
  readonly expectedWriteId?: string | undefined;
  readonly document: T;
}

/** Of documents in one command: the server goes over all of them for each. */
const MOST_BYTES = 512 * 1_024;
const MOST_DOCUMENTS = 100;
/** While the server replaces the documents of one command, the next is encoded. */
const IN_HAND = 2;

/**
 * Replaces each document only on the revision it was read as. Answers how many were; the others have another revision or
 * are gone.
 *
 * One update over all of them, with the replacements as a constant that each document picks its own from: a statement for each
 * is planned by itself, which costs more than the write where documents are small (docs/performance.md).
 *
 * @param kept a field that the replacements lack: it stays as it is stored, and is not sent
 */
export async function replaceOnRevision<
  T extends { readonly _id: string; readonly revision: number },
  K extends keyof T & string = never,
>(
  collection: Collection<T>,
  replacements: readonly GuardedReplacement<Omit<T, K> & { readonly _id: string }>[],
  kept?: K,
): Promise<number> {
  let replaced = 0;
  await sideBySide(inBatches(replacements), IN_HAND, async (batch) => {
    const ids = batch.map(({ document }) => document._id);
    const mine = { $indexOfArray: [{ $literal: ids }, '$_id'] };
    const expected = batch.map(({ expectedRevision }) => expectedRevision);
    const writeIds = batch.map(({ expectedWriteId }) => expectedWriteId ?? null);
    const isExpected = {
      $and: [
        { $eq: ['$revision', { $arrayElemAt: [{ $literal: expected }, mine] }] },
        { $in: [{ $arrayElemAt: [{ $literal: writeIds }, mine] }, [null, '$writeId']] },
      ],
    };
    const given = { $arrayElemAt: [{ $literal: batch.map(({ document }) => document) }, mine] };
    const document = kept === undefined ? given : { $mergeObjects: [given, { [kept]: `$${kept}` }] };
    const result = await collection.updateMany(
      { _id: { $in: ids } } as Filter<T>,
      [{ $replaceWith: { $cond: [isExpected, document, '$$ROOT'] } }],
      { ignoreUndefined: true },
    );
    // What keeps its content was not replaced: a replacement has another revision.
    replaced += result.modifiedCount;
  });
  return replaced;
}

function* inBatches<T extends Document & { readonly _id: string }>(
  replacements: readonly GuardedReplacement<T>[],
): Generator<readonly GuardedReplacement<T>[]> {
  let batch: GuardedReplacement<T>[] = [];
  let bytes = 0;
  for (const replacement of replacements) {
    const size = mongo.BSON.calculateObjectSize(replacement.document, { ignoreUndefined: true });
    if (batch.length === MOST_DOCUMENTS || (batch.length > 0 && bytes + size > MOST_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(replacement);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
