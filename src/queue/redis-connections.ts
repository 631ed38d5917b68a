import { Redis } from 'ioredis';

/** Called for every connection error; ioredis itself keeps on reconnecting. */
export type OnConnectionError = (error: Error) => void;

/** How long a producer waits for a connection or an answer before it gives up. */
const CONNECT_TIMEOUT_MS = 2_000;
const COMMAND_TIMEOUT_MS = 4_000;
/** How long a connection that is closed may take to say goodbye; its timer keeps the process alive for so long. */
const DISCONNECT_TIMEOUT_MS = 200;
const MAX_RECONNECT_DELAY_MS = 1_000;

/**
 * A connection to put jobs with: a dead Redis is an error at once, never a command that waits in memory.
 * Commands that were under way when the connection broke are refused too instead of being sent again.
 */
export function openProducerConnection(redisUrl: string, onError: OnConnectionError): Redis {
  const redis = new Redis(redisUrl, {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    retryStrategy: reconnectDelay,
  });
  redis.on('error', onError);
  return redis;
}

/** A connection for workers: waits for Redis as long as it takes, as BullMQ demands (`maxRetriesPerRequest: null`). */
export function openWorkerConnection(redisUrl: string, onError: OnConnectionError): Redis {
  const redis = new Redis(redisUrl, {
    maxRetriesPerRequest: null,
    connectTimeout: CONNECT_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    retryStrategy: reconnectDelay,
  });
  redis.on('error', onError);
  return redis;
}

/** Resolves as soon as the first try to connect has succeeded or failed; never rejects. */
export function firstConnectAttempt(redis: Redis): Promise<void> {
  if (redis.status === 'ready') return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      redis.off('ready', done);
      redis.off('close', done);
      resolve();
    };
    redis.on('ready', done);
    redis.on('close', done);
  });
}

/** Ends a connection whatever state it is in, without waiting for a server that does not answer. */
export function closeConnection(redis: Redis): void {
  redis.disconnect();
}

function reconnectDelay(times: number): number {
  return Math.min(50 * times, MAX_RECONNECT_DELAY_MS);
}
