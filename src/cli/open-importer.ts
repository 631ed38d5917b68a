import type { Service } from '../compose.js';
import type { Config } from '../config.js';
import { openCommandService, waitUntilProcessed } from './open-service.js';
import type { Importer } from './import-command.js';

/** What the entry brings along from jobs/. */
export interface OpenImporterDeps {
  readonly readConfig: () => Config;
  readonly startWorkers: (service: Service) => { close(): Promise<void> };
  /** The minute pass over due clocks, until it finds nothing more. */
  readonly passDeadlines: (service: Service) => Promise<void>;
}

/**
 * Opens the way in for an import. Where a service runs on this DATA_DIR, or servers are set, events are handed over
 * and processed there. Otherwise the stores are started here, and workers with them, so that the import ends with
 * alerts and not with a full inbox.
 */
export async function openImporter({
  readConfig,
  startWorkers,
  passDeadlines,
}: OpenImporterDeps): Promise<Importer> {
  const config = readConfig();
  const { service, stores, close } = await openCommandService(config);
  const alone = stores.joined === undefined && stores.embedded.mongo;
  const workers = alone ? startWorkers(service) : undefined;
  return {
    accept: (events) => service.acceptRawEvents(events),
    checkpoints: service.imports,
    alone,
    async waitUntilProcessed(options) {
      await waitUntilProcessed(service, options);
      // No scheduler runs here to say what did not happen in time.
      if (workers && !options.signal.aborted) await passDeadlines(service);
    },
    async close() {
      await workers?.close();
      await close();
    },
  };
}
