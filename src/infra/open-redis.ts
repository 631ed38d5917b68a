import { Redis } from 'ioredis';
import { messageOf, OperatorError } from './operator-error.js';
import { describeAddress } from './store-address.js';

export interface OpenRedis {
  readonly client: Redis;
  /** Resolves when the server answers, rejects after `timeoutMs` (default 2000). */
  readonly ping: (timeoutMs?: number) => Promise<void>;
  /** `maxmemory-policy` of the server, or undefined where it may not be asked. The queue needs `noeviction`. */
  readonly evictionPolicy: () => Promise<string | undefined>;
  readonly close: () => Promise<void>;
}

const CONNECT_MS = 5_000;
/** ioredis keeps the process up for so long after a disconnect. */
const DISCONNECT_MS = 200;
const PING_MS = 2_000;
const RETRY_AT_MOST_MS = 2_000;

/**
 * Connects to Redis and checks that it answers; a connection that is lost later is made again for ever.
 *
 * `use: 'worker'` waits for a Redis that is away (a blocking read must not fail); `use: 'producer'` fails at
 * once, so that a request never hangs on the queue.
 *
 * @throws OperatorError when the address is wrong or nothing answers within 5 s.
 */
export async function openRedis(options: {
  readonly url: string;
  readonly use: 'worker' | 'producer';
}): Promise<OpenRedis> {
  const { url, use } = options;
  let opened = false;
  let lastError: unknown;
  let client: Redis | undefined;
  try {
    client = new Redis(checkUrl(url), {
      lazyConnect: true,
      connectTimeout: CONNECT_MS,
      disconnectTimeout: DISCONNECT_MS,
      maxRetriesPerRequest: use === 'worker' ? null : 1,
      enableOfflineQueue: use === 'worker',
      retryStrategy: (attempt) => (opened ? Math.min(attempt * 100, RETRY_AT_MOST_MS) : null),
    });
    // Without a listener a lost connection would be logged as unhandled by ioredis.
    client.on('error', (error) => (lastError = error));
    await within(CONNECT_MS, client.connect());
    await pingRedis(client, CONNECT_MS);
    // A database number that does not exist is only told as an error event; going on would use database 0.
    if (lastError !== undefined) throw new Error('refused', { cause: lastError });
    opened = true;
  } catch (error) {
    client?.disconnect();
    throw new OperatorError(
      `Redis at ${describeAddress(url)} cannot be used: ${messageOf(lastError ?? error)}. ` +
        'Start it, correct REDIS_URL, or leave REDIS_URL empty for an own one.',
      { cause: error },
    );
  }
  const connected = client;
  return {
    client: connected,
    ping: (timeoutMs = PING_MS) => pingRedis(connected, timeoutMs),
    evictionPolicy: () => readEvictionPolicy(connected),
    close: () => closeRedis(connected),
  };
}

function checkUrl(url: string): string {
  if (!/^rediss?:\/\//.test(url)) throw new Error('the address must start with redis:// or rediss://');
  return url;
}

async function pingRedis(client: Redis, timeoutMs: number): Promise<void> {
  await within(timeoutMs, client.ping());
}

async function within(limitMs: number, answer: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs);
  });
  try {
    await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function readEvictionPolicy(client: Redis): Promise<string | undefined> {
  const answer = await client.config('GET', 'maxmemory-policy').catch(() => undefined);
  return Array.isArray(answer) && typeof answer[1] === 'string' ? answer[1] : undefined;
}

async function closeRedis(client: Redis): Promise<void> {
  if (client.status === 'end') return;
  const quit = client.status === 'ready' ? client.quit().catch(() => {}) : Promise.resolve();
  await Promise.race([quit, new Promise((resolve) => setTimeout(resolve, 1_000).unref())]);
  client.disconnect();
}
