import { ApiError } from './api-error.js';
import { pause, type Transport } from './transport.js';

/** One Server-Sent Event. */
export interface StreamEvent {
  readonly event: string;
  /** As sent back in `Last-Event-ID`. */
  readonly id: string | undefined;
  readonly data: unknown;
}

export interface FollowOptions {
  /** Ends the stream; without one it goes on until the reader stops reading. */
  readonly signal?: AbortSignal;
  /** Where to go on, from an earlier stream. */
  readonly lastEventId?: string;
  /** `live` while connected, `waiting` between two tries. */
  readonly onState?: (state: 'live' | 'waiting') => void;
  /** Waits before the next tries. */
  readonly retryMs?: readonly number[];
  /** After so long without a sign of life the connection is taken for dead; the service gives one every 15 s. Default 45 000. */
  readonly silenceMs?: number;
}

const RETRY_MS = [1_000, 2_000, 5_000, 15_000];

/**
 * Reads a stream of the service for as long as wanted. One that breaks or ends is taken up behind the last event seen, so that none
 * is lost or told twice. (EventSource cannot send a token.)
 * @throws ApiError when it is refused: 4xx but 429
 */
export async function* followEvents(
  transport: Transport,
  path: string,
  { signal, lastEventId, onState, retryMs = RETRY_MS, silenceMs = 45_000 }: FollowOptions = {},
): AsyncGenerator<StreamEvent, void, undefined> {
  let lastId = lastEventId;
  let failures = 0;
  while (!signal?.aborted) {
    try {
      const response = await transport.send('get', path, {
        signal,
        isRepeatable: false,
        ...(lastId !== undefined && { headers: { 'Last-Event-ID': lastId } }),
      });
      onState?.('live');
      for await (const { event, id, data } of readEvents(response, silenceMs)) {
        failures = 0;
        if (id !== undefined) lastId = id;
        if (event !== undefined) yield { event, id, data };
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429) throw error;
      failures += 1;
    }
    if (signal?.aborted) return;
    onState?.('waiting');
    await pause(retryMs[Math.min(failures, retryMs.length - 1)] ?? 0, signal).catch(() => undefined);
  }
} // prettier-ignore

interface ReadEvent {
  /** Absent for a sign of life, which only moves the id on. */
  readonly event: string | undefined;
  readonly id: string | undefined;
  readonly data: unknown;
}

/** Events of one answer, in order; a part that broke off is no event. */
async function* readEvents(
  response: Response,
  silenceMs: number,
): AsyncGenerator<ReadEvent, void, undefined> {
  const reader = response.body?.getReader() as ReadableStreamDefaultReader<Uint8Array> | undefined;
  if (!reader) return;
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await withinTime(reader.read(), silenceMs);
      if (done) return;
      const blocks = (rest + decoder.decode(value, { stream: true })).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) yield readEvent(block);
    }
  } finally {
    // Also when whoever reads stops in between: the connection is given up.
    await reader.cancel().catch(() => undefined);
  }
}

/** @throws ApiError when nothing comes: a network that is cut without a word leaves its connections open. */
async function withinTime<Value>(work: Promise<Value>, ms: number): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ApiError(0, 'unreachable', 'The service has fallen silent.')), ms);
  });
  try {
    return await Promise.race([work, silence]);
  } finally {
    clearTimeout(timer);
  }
}

function readEvent(block: string): ReadEvent {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  const data = fields.get('data');
  return {
    event: fields.get('event'),
    id: fields.get('id'),
    data: data === undefined ? undefined : (JSON.parse(data) as unknown),
  };
}
