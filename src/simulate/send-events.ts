import { setTimeout as sleep } from 'node:timers/promises';
import { makePace, type PaceSettings } from './make-pace.js';
import { readBatches, type Line } from './read-batches.js';

/** Where events go, and how fast. */
export interface SendOptions extends PaceSettings {
  /** The service, e.g. `http://127.0.0.1:8080`, or the full address of its intake. */
  readonly url: URL;
  readonly token: string;
  /** Events in one request, at most; the service takes 1,000 unless it is set otherwise. */
  readonly batchSize?: number;
  /** How long to wait, each time, for a service that is away and does not say for how long; after the last it gives up. */
  readonly retrySeconds?: readonly number[];
  readonly report?: (progress: SendProgress) => void;
  readonly signal?: AbortSignal;
}

export interface SendProgress {
  readonly sent: number;
  /** Set while the service is away or wants no more for now: why, and for how long. */
  readonly waiting?: { readonly reason: string; readonly seconds: number };
}

/** What became of the events of a file. */
export interface SendSummary {
  readonly sent: number;
  readonly accepted: number;
  /** Known to the service already, or sent twice as the simulation wants it. */
  readonly duplicates: number;
  readonly rejected: number;
  /** The first few that were refused, for a person to read. */
  readonly examples: readonly string[];
  readonly seconds: number;
}

/** The events could not be sent to their end. The message says why and what to do. */
export class SendError extends Error {
  override readonly name = 'SendError';
}

interface IntakeAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly { readonly id?: string; readonly errors?: unknown }[];
}

const RETRY_SECONDS = [1, 2, 4, 8, 15, 30];
/** A longer Retry-After than this is not believed. */
const LONGEST_WAIT_SECONDS = 120;
const REQUEST_TIMEOUT_MS = 60_000;
const EXAMPLES = 5;

/**
 * Sends the lines of an NDJSON file to a running service, in their order, one request at a time: what the service has not
 * yet answered is never more than one batch. Where it is away or busy (429, 503) the same batch is sent again; the ids of
 * the events make that safe.
 * @throws SendError when the service refuses the token or the address, or stays away
 */
export async function sendEvents(path: string, options: SendOptions): Promise<SendSummary> {
  const { batchSize = 500, report, signal } = options;
  const startedAt = Date.now();
  const pace = makePace(options, startedAt);
  const counts = { sent: 0, accepted: 0, duplicates: 0, rejected: 0 };
  const examples: string[] = [];
  for await (const batch of readBatches(path, pace.batchSize(batchSize))) {
    const wait = pace.waitBefore(batch, counts.sent, Date.now());
    if (wait > 0) await sleep(wait, undefined, { ...(signal && { signal }) });
    const answer = await sendBatch(batch, counts.sent, options);
    counts.sent += batch.length;
    counts.accepted += answer.accepted;
    counts.duplicates += answer.duplicates;
    counts.rejected += answer.rejected.length;
    for (const { id, errors } of answer.rejected.slice(0, EXAMPLES - examples.length))
      examples.push(`${id ?? '(no id)'}: ${JSON.stringify(errors)}`);
    report?.({ sent: counts.sent });
  }
  return { ...counts, examples, seconds: (Date.now() - startedAt) / 1000 };
}

async function sendBatch(batch: readonly Line[], sent: number, options: SendOptions): Promise<IntakeAnswer> {
  const body = batch.map(({ text }) => text).join('\n');
  for (let tries = 0; ; tries += 1) {
    const outcome = await post(body, options);
    if ('answer' in outcome) return outcome.answer;
    const backoff = (options.retrySeconds ?? RETRY_SECONDS)[tries];
    if (backoff === undefined)
      throw new SendError(
        `${options.url.origin} stays away (${outcome.reason}); ${sent} events were sent. Send again: what it has counts as duplicate.`,
      );
    const seconds = Math.min(outcome.retryAfter ?? backoff, LONGEST_WAIT_SECONDS);
    // A service that says when to come again is there: it may do so as often as it likes.
    if (outcome.retryAfter !== undefined) tries = -1;
    options.report?.({ sent, waiting: { reason: outcome.reason, seconds } });
    await sleep(seconds * 1000, undefined, { ...(options.signal && { signal: options.signal }) });
  }
}

type Outcome =
  { readonly answer: IntakeAnswer } | { readonly reason: string; readonly retryAfter: number | undefined };

async function post(body: string, { url, token, signal }: SendOptions): Promise<Outcome> {
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  let response: Response;
  let text: string;
  try {
    response = await fetch(intakeOf(url), {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson', authorization: `Bearer ${token}` },
      body,
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    text = await response.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    return { reason: reasonOf(error), retryAfter: undefined };
  }
  const { status, headers } = response;
  if (status === 429 || status === 503)
    return { reason: `it answers ${status}`, retryAfter: secondsOf(headers.get('retry-after')) };
  if (status >= 500) return { reason: `it answers ${status}`, retryAfter: undefined };
  const answer = parseAnswer(text);
  if (answer) return { answer };
  const says = text.slice(0, 300).replaceAll(/\s+/g, ' ');
  if (status === 401 || status === 403)
    throw new SendError(
      `${url.origin} refuses the token (${status}): give one of role integrator with --token or ADMIN_TOKEN.`,
    );
  throw new SendError(`${intakeOf(url).href} does not take events (${status}): ${says}`);
}

/** `POST /api/events` of the service at an address. */
export function intakeOf(url: URL): URL {
  return url.pathname.endsWith('/api/events') ? url : new URL('api/events', url.href.replace(/\/?$/, '/'));
}

/** What the intake says of each event, with 202, or with 400 and 409 where all of a request are refused. */
function parseAnswer(text: string): IntakeAnswer | undefined {
  try {
    const value = JSON.parse(text) as Partial<IntakeAnswer> & { details?: unknown };
    const { accepted = 0, duplicates = 0, rejected } = value;
    return Array.isArray(rejected) ? { accepted, duplicates, rejected } : undefined;
  } catch {
    return undefined;
  }
}

/** Retry-After: seconds, or the date on which to come again. */
function secondsOf(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(seconds, 0.1);
}

function reasonOf(error: unknown): string {
  const { cause = error } = Object(error) as { cause?: unknown };
  const { code, message } = Object(cause) as { code?: unknown; message?: unknown };
  return typeof code === 'string' ? code : String(message ?? cause);
}
