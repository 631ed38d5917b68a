/**
 * The queue partition of a record, 0 … partitions-1: a stable 32-bit hash of the record id, so that all
 * events of one subject go through one queue, in order, on whatever machine. FNV-1a over UTF-16 code
 * units, finished with murmur3's mixer because work order numbers differ in their last digits only and
 * FNV's low bits alone spread those badly.
 *
 * @throws RangeError when `partitions` is not a positive whole number.
 */
export function partitionOf(recordId: string, partitions: number): number {
  if (!Number.isInteger(partitions) || partitions < 1) {
    throw new RangeError(`The number of partitions must be a whole number from 1, not ${partitions}.`);
  }
  let hash = 0x811c9dc5;
  for (let i = 0; i < recordId.length; i++) {
    const unit = recordId.charCodeAt(i);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  return mix(hash) % partitions;
}

function mix(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
