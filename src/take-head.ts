/**
 * Splits a list into its head, as long as the sizes of its items come to at most `most`, and the rest. The first item is always
 * part of the head, however large. Pure.
 */
export function takeHead<Item>(
  items: readonly Item[],
  sizeOf: (item: Item) => number,
  most: number,
): { readonly head: readonly Item[]; readonly rest: readonly Item[] } {
  let size = 0;
  const end = items.findIndex((item, index) => (size += sizeOf(item)) > most && index > 0);
  return end === -1 ? { head: items, rest: [] } : { head: items.slice(0, end), rest: items.slice(end) };
}
