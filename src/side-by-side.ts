/**
 * Works through items with some of them in hand at the same time: while the store writes one, the next is computed.
 * Items begin in their order. After a failure none is begun any more; those in hand are waited for before it is thrown.
 */
export async function sideBySide<T>(
  items: AsyncIterable<T> | Iterable<T>,
  atMost: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const source = iterate(items);
  let failed = false;
  const takeTurns = async (): Promise<void> => {
    try {
      while (!failed) {
        const { done, value } = await source.next();
        if (done) return;
        await work(value);
      }
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: atMost }, takeTurns));
  const refused = ended.find((end) => end.status === 'rejected');
  if (refused) throw refused.reason;
}

async function* iterate<T>(items: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T, undefined> {
  yield* items;
}
