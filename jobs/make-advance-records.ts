import type { Logger } from 'pino';
import type { HandleEvents } from '../src/handle-event.js';
import { isolateFailures } from './isolate-failures.js';

type AdvanceRecords = HandleEvents['advanceRecords'];

/**
 * Looks at records because time went on, so that one that cannot be folded or stored holds up nobody: it is logged,
 * answered as failed, and comes again with the next pass.
 *
 * @throws StoreUnavailableError when a store is away
 */
export function makeAdvanceRecords({
  advanceRecords,
  logger,
}: {
  readonly advanceRecords: AdvanceRecords;
  readonly logger: Pick<Logger, 'error'>;
}): AdvanceRecords {
  return async (recordIds, passage) => {
    const { results, failed: refused } = await isolateFailures(recordIds, (part) =>
      advanceRecords(part, passage),
    );
    const failed = [
      ...results.flatMap((result) => result.failed),
      ...refused.map(({ item, error }) => ({ keys: [], recordId: item, error })),
    ];
    const [first] = failed;
    if (first) {
      logger.error(
        { err: first.error, recordId: first.recordId, records: failed.length, passage },
        'records could not be looked at; the next pass tries them again',
      );
    }
    const silentFeeds = new Set(results.flatMap((result) => result.silentFeeds));
    return { failed, silentFeeds: [...silentFeeds] };
  };
}
