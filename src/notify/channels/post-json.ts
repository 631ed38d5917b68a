import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { ChannelError } from './channel.js';
import type { ResolvedAddress } from './resolve-public.js';

export interface PostRequest {
  /** Only its host may appear in messages: query and path may hold a secret. */
  readonly url: URL;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Connect to this address and no other. */
  readonly pinned?: ResolvedAddress;
  /** For the whole exchange. Default 15 000 (Standard Webhooks: 15 to 30 s). */
  readonly timeoutMs?: number;
}

export interface PostAnswer {
  readonly status: number;
  /** Its beginning. */
  readonly body: string;
  /** `Retry-After`, in seconds or as a date. */
  readonly retryAfter?: string;
}

const DEFAULT_TIMEOUT_MS = 15_000;
const MOST_ANSWER_BYTES = 16_384;

/**
 * Posts JSON once: no redirects, no connection kept, one time limit over all. @throws ChannelError when there is no whole answer
 */
export async function postJson(request: PostRequest): Promise<PostAnswer> {
  const { url, body, headers, pinned, timeoutMs = DEFAULT_TIMEOUT_MS } = request;
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    return await new Promise<PostAnswer>((resolve, reject) => {
      const outgoing = send(
        url,
        {
          method: 'POST',
          agent: false,
          signal,
          headers: {
            'content-type': 'application/json; charset=utf-8',
            'content-length': Buffer.byteLength(body),
            'user-agent': 'yxrisk',
            ...headers,
          },
          ...(pinned && { lookup: alwaysAnswer(pinned) }),
        },
        (answer) => void readAnswer(answer).then(resolve, reject),
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  } catch (cause) {
    const reason = signal.aborted
      ? `gave no answer within ${timeoutMs / 1000} s`
      : `cannot be reached (${(cause as { code?: string }).code ?? 'connection broken'})`;
    throw new ChannelError(`${url.hostname} ${reason}`, { cause });
  }
}

function alwaysAnswer({ address, family }: ResolvedAddress): LookupFunction {
  return (_host, options, callback) => {
    if (options.all) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
}

async function readAnswer(answer: IncomingMessage): Promise<PostAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    chunks.push(chunk);
    // Nobody we post to has so much to say.
    if (size > MOST_ANSWER_BYTES) break;
  }
  const retryAfter = answer.headers['retry-after'];
  return {
    status: answer.statusCode ?? 0,
    body: Buffer.concat(chunks).toString('utf8').slice(0, MOST_ANSWER_BYTES),
    ...(retryAfter !== undefined && { retryAfter }),
  };
}

const LONGEST_WAIT_MS = 24 * 3_600_000;

/** `Retry-After` in ms from now, at most a day; undefined when it is absent or unreadable. */
export function readRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\d{1,9}$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? undefined : Math.min(LONGEST_WAIT_MS, Math.max(0, ms));
}

/** An answer that is no success, as an error. @throws ChannelError always */
export function refuseStatus({ status, retryAfter }: PostAnswer, host: string, now: number): never {
  const retryAfterMs = readRetryAfter(retryAfter, now);
  if (status === 410) throw new ChannelError(`${host} answered 410 Gone`, { permanent: 'channel' });
  const what = status >= 300 && status < 400 ? `${status} (redirects are not followed)` : String(status);
  throw new ChannelError(`${host} answered ${what}`, retryAfterMs === undefined ? {} : { retryAfterMs });
}
