import type { BusinessEvent, EventData } from '../events/business-event.js';

/** Many events in little memory: as text outside the heap, read back one by one. */
export interface EventArena {
  readonly size: number;
  /** Bytes taken, the texts only. */
  readonly bytes: number;
  /** Answers the event's place. */
  add(event: BusinessEvent): number;
  /** The event at a place, as a fresh object. */
  get(place: number): BusinessEvent;
}

/** Half a gigabyte of texts is some sixty of them. */
const SLAB_BYTES = 8 * 1024 * 1024;
/** Most UTF-8 bytes of a UTF-16 code unit. */
const BYTES_PER_UNIT = 3;

/** A list without names: they would be half of the text. */
type Row = [
  id: string,
  source: string,
  type: string,
  subject: string,
  at: number,
  receivedAt: number,
  data: EventData,
  recordedAt?: number | null,
  sequence?: string,
];

export function makeEventArena(): EventArena {
  const slabs: Buffer[] = [];
  const slabOf: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  let free = SLAB_BYTES;
  let bytes = 0;

  return {
    get size() {
      return starts.length;
    },
    get bytes() {
      return bytes;
    },
    add(event) {
      const text = JSON.stringify(toRow(event));
      const most = text.length * BYTES_PER_UNIT;
      if (slabs.length === 0 || free + most > SLAB_BYTES) {
        slabs.push(Buffer.allocUnsafe(Math.max(SLAB_BYTES, most)));
        free = 0;
      }
      const written = slabs.at(-1)?.write(text, free) ?? 0;
      slabOf.push(slabs.length - 1);
      starts.push(free);
      free += written;
      bytes += written;
      return ends.push(free) - 1;
    },
    get(place) {
      const slab = slabs[slabOf[place] ?? -1];
      if (!slab) throw new RangeError(`there is no event at ${place}`);
      return toEvent(JSON.parse(slab.toString('utf8', starts[place], ends[place])) as Row);
    },
  };
}

function toRow(event: BusinessEvent): Row {
  const { id, source, type, subject, at, receivedAt, data, recordedAt, sequence } = event;
  const row: Row = [id, source, type, subject, at, receivedAt, data];
  if (recordedAt !== undefined || sequence !== undefined) row.push(recordedAt ?? null);
  if (sequence !== undefined) row.push(sequence);
  return row;
}

function toEvent([
  id,
  source,
  type,
  subject,
  at,
  receivedAt,
  data,
  recordedAt,
  sequence,
]: Row): BusinessEvent {
  return {
    key: `${source} ${id}`,
    id,
    source,
    type,
    subject,
    at,
    receivedAt,
    data,
    ...(typeof recordedAt === 'number' && { recordedAt }),
    ...(sequence !== undefined && { sequence }),
  };
}
