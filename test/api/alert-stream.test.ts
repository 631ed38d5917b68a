import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Alert } from '../../src/alerts/alert.js';
import { makeAlertStream } from '../../src/alerts/alert-stream.js';
import { waitUntil } from '../queue/wait-until.js';
import { makeAlert } from './support/make-alert.js';
import { openTestApi, type TestApi } from './support/open-test-api.js';

interface StreamEvent {
  readonly id: number;
  readonly event: string;
  readonly data: {
    readonly alert?: { readonly id: string };
    readonly changes?: readonly { readonly what: string }[];
  };
}

let api: TestApi;
let server: Server;
let url: string;
beforeAll(async () => {
  api = await openTestApi();
  server = api.app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/alerts/stream`;
});
afterAll(async () => {
  await api.close();
  server.closeAllConnections();
  server.close();
});

async function raise(...alerts: Alert[]): Promise<void> {
  await api.alertStore.write(alerts.map((alert) => ({ alert, isNew: true })));
  await api.changeFeed.take();
}

/** Reads events until `enough` says so, then leaves. */
async function read(
  enough: (events: readonly StreamEvent[]) => boolean,
  options: { readonly token?: string; readonly after?: number; readonly onReady?: () => Promise<void> } = {},
): Promise<StreamEvent[]> {
  const { token = api.tokens.admin, after, onReady } = options;
  const leave = new AbortController();
  const headers = {
    authorization: `Bearer ${token}`,
    ...(after !== undefined && { 'last-event-id': String(after) }),
  };
  const response = await fetch(url, { headers, signal: leave.signal });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const events: StreamEvent[] = [];
  let text = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString('utf8');
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const event = parse(text.slice(0, end));
      text = text.slice(end + 2);
      if (!event) continue;
      events.push(event);
      if (event.event === 'ready') await onReady?.();
    }
    if (enough(events)) break;
  }
  leave.abort();
  return events;
}

function parse(block: string): StreamEvent | undefined {
  const fields = new Map(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  const event = fields.get('event');
  if (event === undefined) return undefined;
  return {
    id: Number(fields.get('id')),
    event,
    data: JSON.parse(fields.get('data') ?? '{}') as StreamEvent['data'],
  };
}
const idsOf = (events: readonly StreamEvent[]) => events.flatMap(({ data }) => data.alert?.id ?? []);

describe('the stream of alerts', () => {
  it('says when it is ready, and then tells each change, masked', async () => {
    const alert = makeAlert({ id: 's1', title: '联系 13812345678' });
    const events = await read((seen) => seen.length === 2, { onReady: () => raise(alert) });
    expect(events.map(({ event }) => event)).toEqual(['ready', 'alert']);
    expect(events[1]?.data).toMatchObject({
      alert: { id: 's1', title: '联系 138****5678' },
      changes: [{ what: 'raised' }],
    });
    expect(JSON.stringify(events)).not.toContain('sourceRevision');
  });

  it('loses and repeats nothing for a reader that breaks off and comes back again and again', async () => {
    let after = (await read((seen) => seen.length === 1))[0]?.id;
    const ids = Array.from({ length: 40 }, (_, n) => `r${n}`);
    const writing = (async () => {
      for (const id of ids) await raise(makeAlert({ id }));
    })();
    const seen: StreamEvent[] = [];
    for (let visit = 1; seen.length < ids.length; visit += 1) {
      const events = await read(
        (got) => got.length >= 1 + (visit % 5) || seen.length + got.length >= ids.length,
        after === undefined ? {} : { after },
      );
      seen.push(...events);
      after = seen.at(-1)?.id ?? after;
    }
    await writing;
    expect(idsOf(seen)).toEqual(ids);
    const numbers = seen.map(({ id }) => id);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });

  it('shows a reader only what is of his units', async () => {
    const token = await api.addToken(['supervisor'], { orgUnit: 'HZ' });
    const mine = makeAlert({ id: 'mine', orgUnit: 'HZ-XH' });
    const events = await read((seen) => seen.length === 2, {
      token,
      onReady: () =>
        raise(makeAlert({ id: 'theirs', orgUnit: 'NB' }), makeAlert({ id: 'nobodys', orgUnit: 'XX' }), mine),
    });
    expect(idsOf(events)).toEqual(['mine']);
  });

  it('tells a reader who was away too long to read the list anew', async () => {
    await raise(makeAlert({ id: 'old' }));
    const last = (await api.changeFeed.bounds())?.last ?? 0;
    await api.changeFeed.removeBefore(new Date(8.64e15));
    expect(await read((seen) => seen.length === 1, { after: 0 })).toEqual([
      { id: last, event: 'reset', data: {} },
    ]);
    expect((await read((seen) => seen.length === 1, { after: last + 99 }))[0]?.event).toBe('reset');
  });

  it('refuses an id that it never gave, and those who may not read', async () => {
    const ask = (headers: Record<string, string>) => fetch(url, { headers });
    const admin = { authorization: `Bearer ${api.tokens.admin}` };
    expect((await ask({ ...admin, 'last-event-id': '1; drop' })).status).toBe(400);
    expect((await ask({ authorization: `Bearer ${api.tokens.integrator}` })).status).toBe(403);
    expect((await ask({})).status).toBe(401);
  });

  it('gives a sign of life that moves the id on', async () => {
    const response = await fetch(url, { headers: { authorization: `Bearer ${api.tokens.admin}` } });
    let text = '';
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString('utf8');
      if (/: alive\nid: \d+\n\n/.test(text)) break;
    }
    expect(text).toMatch(/: alive\nid: \d+\n\n/);
  });

  it('reads no further than a slow reader takes, and lets go of one that takes nothing', async () => {
    const alerts = Array.from({ length: 100 }, (_, n) => makeAlert({ id: `x${n}` }));
    let reads = 0;
    const stream = makeAlertStream({
      feed: {
        take: () => Promise.resolve(0),
        bounds: () => Promise.resolve({ first: 1, last: 10_000 }),
        readAfter: (seq) => {
          reads += 1;
          return Promise.resolve(
            alerts.map(({ id }, n) => ({
              seq: seq + n + 1,
              alertId: id,
              version: 1,
              from: 0,
              to: 1,
              severity: 'high' as const,
              at: new Date(),
            })),
          );
        },
      },
      loadAlerts: () => Promise.resolve(alerts),
      pollMs: 5,
      stalledMs: 50,
    });
    const stuck = new Writable({ highWaterMark: 1, write: () => undefined });
    await stream.serve({ to: stuck, show: (alert) => alert });
    expect([reads, stream.readers()]).toEqual([1, 0]);
    await stream.close();
  });

  it('ends with the service, and after its time', async () => {
    const stream = makeAlertStream({
      feed: {
        take: () => Promise.resolve(0),
        bounds: () => Promise.resolve(undefined),
        readAfter: () => Promise.resolve([]),
      },
      loadAlerts: () => Promise.resolve([]),
      pollMs: 5,
      lifetimeMs: 20,
    });
    const sink = () => new Writable({ write: (_chunk, _encoding, done) => done() });
    await stream.serve({ to: sink(), show: () => undefined });
    const serving = stream.serve({ to: sink(), show: () => undefined });
    await waitUntil('it reads', () => stream.readers() === 1);
    await stream.close();
    await serving;
    expect(stream.readers()).toBe(0);
  });
});
