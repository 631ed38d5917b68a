import { Mongoose, type Connection } from 'mongoose';
import { mendMongoDriver } from './mend-mongo-driver.js';
import { messageOf, OperatorError } from './operator-error.js';
import { describeAddress } from './store-address.js';

export interface OpenMongo {
  readonly connection: Connection;
  /** Resolves when the server answers, rejects after `timeoutMs` (default 2000). */
  readonly ping: (timeoutMs?: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** How long an operation waits for a server before it fails; the API then answers 503. */
const SERVER_SELECTION_MS = 5_000;
const PING_MS = 2_000;
/** More connections than the API and the partitions can use only cost memory. */
const POOL_SIZE = 20;

/**
 * Connects to MongoDB and checks that it answers. Nothing is buffered while it is away, filters are
 * sanitized and unknown filter paths refused, and every write is journaled before it is acknowledged.
 * Indexes are built by each store's `init()`.
 *
 * `dbName` overrides the database of the URI; where neither is given it is `yxrisk`. With `embedded` the write concern is `w: 1` (that engine has
 * no replica set), else `majority`.
 *
 * @throws OperatorError when the URI is wrong or no server answers within 5 s.
 */
export async function openMongo(options: {
  readonly uri: string;
  readonly dbName?: string;
  readonly embedded?: boolean;
  readonly serverSelectionTimeoutMs?: number;
}): Promise<OpenMongo> {
  const { uri, embedded = false } = options;
  mendMongoDriver();
  // Left to itself the driver would take a database called `test`.
  const dbName = options.dbName ?? (/^[^:]+:\/\/[^/]+\/[^?]/.test(uri) ? undefined : 'yxrisk');
  // An instance of our own: the settings of the shared one belong to whoever imports mongoose.
  const mongoose = new Mongoose({ sanitizeFilter: true, strictQuery: 'throw' });
  let connection: Connection | undefined;
  try {
    connection = mongoose.createConnection(uri, {
      bufferCommands: false,
      serverSelectionTimeoutMS: options.serverSelectionTimeoutMs ?? SERVER_SELECTION_MS,
      maxPoolSize: POOL_SIZE,
      writeConcern: { w: embedded ? 1 : 'majority', journal: true },
      appName: 'yxrisk',
      ...(dbName === undefined ? {} : { dbName }),
    });
    const opened = connection;
    // Without a listener a connection error after the start would end the process; the driver reconnects.
    opened.on('error', () => {});
    await opened.asPromise();
    await ping(opened, options.serverSelectionTimeoutMs ?? SERVER_SELECTION_MS);
    return {
      connection: opened,
      ping: (timeoutMs = PING_MS) => ping(opened, timeoutMs),
      close: () => opened.close(),
    };
  } catch (error) {
    await connection?.close().catch(() => {});
    throw new OperatorError(
      `MongoDB at ${describeAddress(uri)} cannot be used: ${messageOf(error)}. ` +
        'Start it, correct MONGODB_URI, or leave MONGODB_URI empty for the embedded one.',
      { cause: error },
    );
  }
}

async function ping(connection: Connection, timeoutMs: number): Promise<void> {
  const { db } = connection;
  if (db === undefined) throw new Error('not connected');
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    await Promise.race([db.command({ ping: 1 }), late]);
  } finally {
    clearTimeout(timer);
  }
}
