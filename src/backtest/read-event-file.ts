import type { BusinessEvent } from '../events/business-event.js';
import type { EventLimits } from '../events/event-limits.js';
import { parseRawEvents } from '../events/parse-raw-events.js';
import { makeBatches } from '../import/make-batches.js';
import type { BadRecord } from '../import/import-summary.js';
import type { ImportFile } from '../import/open-import-file.js';
import { readNdjson } from '../import/read-ndjson.js';
import { readXes } from '../import/read-xes.js';
import type { XesMapping } from '../import/xes-mapping.js';

/** The events of a file, judged as the intake judges them. */
export interface EventFile {
  readonly batches: AsyncIterable<readonly BusinessEvent[]>;
  /** How many records were left out so far. */
  readonly rejected: () => number;
  /** The first of them. */
  readonly rejections: readonly BadRecord[];
}

const KEPT_REJECTIONS = 100;

/**
 * Reads the events of a file as an import would, in batches. A bad record is left out and counted.
 *
 * @param receivedAt the present, epoch ms: what happened after it is refused
 */
export function readEventFile(
  file: ImportFile,
  mapping: XesMapping,
  limits: EventLimits,
  receivedAt: number,
): EventFile {
  const rejections: BadRecord[] = [];
  let rejected = 0;
  const refuse = (bad: BadRecord) => {
    rejected += 1;
    if (rejections.length < KEPT_REJECTIONS) rejections.push(bad);
  };

  async function* batches(): AsyncGenerator<readonly BusinessEvent[]> {
    const items = file.format === 'xes' ? readXes(file.chunks(), mapping) : readNdjson(file.chunks());
    for await (const batch of makeBatches(items)) {
      for (const { record, line, error } of batch.errors) refuse({ record, line, reason: error });
      const raw = batch.events.map(({ event }) => event);
      const events: BusinessEvent[] = [];
      for (const [index, parsed] of parseRawEvents(raw, receivedAt, limits).entries()) {
        if ('event' in parsed) {
          events.push(parsed.event);
          continue;
        }
        const { record, line } = batch.events[index] ?? { record: 0, line: 0 };
        const reason = parsed.errors
          .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
          .join('; ');
        refuse({ record, line, ...(parsed.id !== undefined && { id: parsed.id }), reason });
      }
      yield events;
    }
  }

  return { batches: batches(), rejected: () => rejected, rejections };
}
