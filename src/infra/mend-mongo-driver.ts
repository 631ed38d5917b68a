import { createRequire } from 'node:module';

/** What is used of the driver's connection, which it does not export. */
interface DriverConnection {
  /** Why it was closed. */
  readonly error?: Error | null;
  once(event: 'close', listener: () => void): unknown;
  off(event: 'close', listener: () => void): unknown;
  writeCommand: (this: DriverConnection, ...args: unknown[]) => Promise<void>;
}

let mended = false;

/**
 * Mends a hole of the MongoDB driver (seen in 7.8 and 7.9): a command that does not fit into the buffer of its socket waits for the
 * socket to drain or to fail, and a socket that closes without an error does neither. So a sender got no answer, and a worker
 * kept its chunk, for ever. Here the wait ends when the connection does, with the error that closed it.
 */
export function mendMongoDriver(): void {
  if (mended) return;
  mended = true;
  // The copy that mongoose uses, should there be two.
  const require = createRequire(createRequire(import.meta.url).resolve('mongoose'));
  const { Connection } = require('mongodb/lib/cmap/connection.js') as {
    readonly Connection: { readonly prototype: DriverConnection };
  };
  const { prototype } = Connection;
  const { writeCommand } = prototype;
  prototype.writeCommand = function (this: DriverConnection, ...args) {
    return new Promise((resolve, reject) => {
      const onClose = () => reject(this.error ?? new Error('the connection to MongoDB was closed'));
      this.once('close', onClose);
      writeCommand
        .apply(this, args)
        .then(resolve, reject)
        .finally(() => this.off('close', onClose));
    });
  };
}
