/**
 * A small service for the tests to start, stop and kill: the stores of the given environment and nothing else.
 * Prints one JSON line when they are ready, an operator's message on stderr when they cannot be.
 */
import { readConfig } from '../../src/config.js';
import { makeCloseAll } from '../../src/infra/close-all.js';
import { makeLogger } from '../../src/infra/logger.js';
import { OperatorError } from '../../src/infra/operator-error.js';
import { startStores } from '../../src/infra/start-stores.js';
import { stopOnSignals } from '../../src/infra/stop-on-signals.js';

const write = (stream: NodeJS.WriteStream, text: string) => stream.write(`${text}\n`);
try {
  const config = readConfig();
  const log = makeLogger({ level: config.logLevel, pretty: false, to: 'stderr' });
  const stores = await startStores({
    config,
    log,
    now: () => Date.now(),
    onGone: (error) => signals.fail(error),
  });
  const stop = makeCloseAll({ closers: [{ name: 'stores', close: stores.close }], limitMs: 20_000, log });
  const signals = stopOnSignals({ stop, log });
  write(process.stdout, JSON.stringify({ ...stores, pid: process.pid }));
  setInterval(() => {}, 60_000);
} catch (error) {
  write(
    process.stderr,
    error instanceof OperatorError ? error.message : `BUG ${String((error as Error).stack)}`,
  );
  process.exitCode = 1;
}
