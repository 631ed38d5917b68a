import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Writable } from 'node:stream';
import type { Alert } from './alert.js';
import type { AlertChange, ChangeFeed } from './change-feed.js';

/** Where a stream begins: behind the change with this number, or at the present. */
export interface StreamRequest {
  /** `Last-Event-ID`: the number of the last change that arrived. */
  readonly after?: number;
  /** The data of one change; undefined = it is not for this reader. */
  readonly show: (alert: Alert, change: AlertChange) => unknown;
  /** Where it is written; ends when this does. */
  readonly to: Writable;
}

export interface AlertStream {
  /** Writes Server-Sent Events until the reader leaves, the time is up, or `close`. Never rejects for a reader's sake. */
  serve(request: StreamRequest): Promise<void>;
  /** How many read now. */
  readers(): number;
  /** Ends all streams; readers come back to another process. */
  close(): Promise<void>;
}

export interface AlertStreamDeps {
  readonly feed: Pick<ChangeFeed, 'take' | 'readAfter' | 'bounds'>;
  readonly loadAlerts: (ids: readonly string[]) => Promise<readonly Alert[]>;
  /** How often the feed is looked at. Default 300. */
  readonly pollMs?: number;
  /** A sign of life for proxies. Default 15 000. */
  readonly heartbeatMs?: number;
  /** After so long a stream ends, so that tokens and rights are looked at again. Default 15 minutes. */
  readonly lifetimeMs?: number;
  /** A reader that takes nothing for so long is let go; it can resume. Default 30 000. */
  readonly stalledMs?: number;
}

/** Changes a reader is sent in one go; also all that is ever held in memory for a slow one. */
const BATCH = 100;

/**
 * Alerts as they change, for consoles. Each reader has its own position in the change feed and is sent the next changes when it
 * has taken the last ones: a slow reader lags behind and costs no memory, and one that comes back with `Last-Event-ID` goes on
 * exactly where it was. What all readers at the same position need is read once.
 */
export function makeAlertStream(deps: AlertStreamDeps): AlertStream {
  const { feed, loadAlerts, pollMs = 300, heartbeatMs = 15_000 } = deps;
  const { lifetimeMs = 15 * 60_000, stalledMs = 30_000 } = deps;
  const closing = new AbortController();
  const running = new Set<Promise<void>>();
  const shared = new Map<number, Promise<Batch>>();

  interface Batch {
    readonly changes: readonly AlertChange[];
    readonly alerts: ReadonlyMap<string, Alert>;
  }

  let taking: Promise<unknown> | undefined;
  /** What was marked since is taken into the feed, rather than wait for the notifier's next pass: somebody is looking. */
  function take(): Promise<unknown> {
    taking ??= feed.take(BATCH).finally(() => setTimeout(() => (taking = undefined), pollMs / 2).unref());
    return taking;
  }

  function read(after: number): Promise<Batch> {
    const known = shared.get(after);
    if (known) return known;
    const batch = (async () => {
      await take();
      const changes = await feed.readAfter(after, BATCH);
      const ids = [...new Set(changes.map(({ alertId }) => alertId))];
      const alerts = new Map((await loadAlerts(ids)).map((alert) => [alert.id, alert]));
      return { changes, alerts };
    })();
    shared.set(after, batch);
    const forget = () => void shared.delete(after);
    batch.then(() => setTimeout(forget, pollMs / 2).unref(), forget);
    return batch;
  }

  async function begin({ after, to }: StreamRequest): Promise<number> {
    const bounds = await feed.bounds();
    const last = bounds?.last ?? 0;
    const first = bounds?.first ?? 1;
    if (after !== undefined && after <= last && after >= first - 1) return after;
    // What was between is not in the feed any more: the reader is told to read the list anew.
    const event = after === undefined ? 'ready' : 'reset';
    to.write(`retry: 3000\nid: ${last}\nevent: ${event}\ndata: {}\n\n`);
    return last;
  }

  async function run(request: StreamRequest, signal: AbortSignal): Promise<void> {
    const { to, show } = request;
    let position = await begin(request);
    let lastWrite = Date.now();
    while (!signal.aborted) {
      const { changes, alerts } = await read(position);
      let text = '';
      for (const change of changes) {
        const alert = alerts.get(change.alertId);
        const data = alert && show(alert, change);
        if (data !== undefined) text += `id: ${change.seq}\nevent: alert\ndata: ${JSON.stringify(data)}\n\n`;
        position = change.seq;
      }
      // The id moves on with the heartbeat, too: what is not for this reader is not looked through again.
      if (text === '' && Date.now() - lastWrite >= heartbeatMs) text = `: alive\nid: ${position}\n\n`;
      if (text !== '') {
        lastWrite = Date.now();
        if (!to.write(text)) await drained(to, signal);
      }
      if (changes.length < BATCH) await sleep(pollMs, undefined, { signal });
    }
  }

  async function drained(to: Writable, signal: AbortSignal): Promise<void> {
    await once(to, 'drain', { signal: AbortSignal.any([signal, AbortSignal.timeout(stalledMs)]) });
  }

  return {
    serve(request) {
      const left = new AbortController();
      const leave = () => left.abort();
      request.to.once('close', leave);
      const lifetime = setTimeout(leave, lifetimeMs);
      const signal = AbortSignal.any([left.signal, closing.signal]);
      const work = run(request, signal)
        .catch((error: unknown) => {
          // Left, stalled or closed are the ways a stream ends. Of the rest the reader sees a broken stream and resumes.
          if (!signal.aborted && !isTimeout(error)) throw error;
        })
        .finally(() => {
          clearTimeout(lifetime);
          request.to.off('close', leave);
          running.delete(work);
          request.to.end();
        });
      running.add(work);
      return work;
    },
    readers: () => running.size,
    async close() {
      closing.abort();
      await Promise.allSettled([...running]);
    },
  };
}

function isTimeout(error: unknown): boolean {
  const { name } = error as { name?: unknown };
  return name === 'AbortError' || name === 'TimeoutError';
}
