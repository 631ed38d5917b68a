import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePace } from '../../src/simulate/make-pace.js';
import { readBatches } from '../../src/simulate/read-batches.js';
import { intakeOf, sendEvents, type SendProgress } from '../../src/simulate/send-events.js';

const START = Date.parse('2026-10-09T09:00:00+08:00');
const event = (n: number, at = START + n * 1000) =>
  JSON.stringify({ id: `e${n}`, time: new Date(at).toISOString() });

let dir: string | undefined;
let server: Server | undefined;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
  if (dir) rmSync(dir, { recursive: true });
  server = dir = undefined;
});

function fileOf(lines: readonly string[]): string {
  dir = mkdtempSync(join(tmpdir(), 'yxrisk-send-'));
  const path = join(dir, 'events.ndjson');
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  return path;
}

interface Reply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}
const taken = (ids: readonly string[]): Reply => ({
  status: 202,
  body: { accepted: ids.length, duplicates: 0, rejected: [] },
});

/** A service whose answers the test makes; `requests` are the ids that came. */
async function serve(answer: (ids: string[], n: number, request: IncomingMessage) => Reply | 'hang up') {
  const requests: string[][] = [];
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const ids = body.split('\n').map((line) => (JSON.parse(line) as { id: string }).id);
      const reply = answer(ids, requests.push(ids), request);
      if (reply === 'hang up') return void request.socket.destroy();
      response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
      response.end(JSON.stringify(reply.body ?? {}));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: new URL(`http://127.0.0.1:${port}`), requests };
}

describe('sending events to a service', () => {
  it('sends all in their order, in batches, with the token', async () => {
    const seen: unknown[] = [];
    const { url, requests } = await serve((ids, _n, { url: path, headers }) => {
      seen.push([path, headers.authorization, headers['content-type']]);
      return taken(ids);
    });
    const path = fileOf([1, 2, 3, 4, 5].map((n) => event(n)));
    const summary = await sendEvents(path, { url, token: 'secret', batchSize: 2 });
    expect(requests).toEqual([['e1', 'e2'], ['e3', 'e4'], ['e5']]);
    expect(seen[0]).toEqual(['/api/events', 'Bearer secret', 'application/x-ndjson']);
    expect(summary).toMatchObject({ sent: 5, accepted: 5, duplicates: 0, rejected: 0, examples: [] });
  });

  it.each([429, 503])('sends the same batch again when a %i says so', async (status) => {
    const { url, requests } = await serve((ids, n) =>
      n < 12 ? { status, headers: { 'retry-after': '0' } } : taken(ids),
    );
    const waits: SendProgress[] = [];
    const path = fileOf([event(1), event(2)]);
    const report = (progress: SendProgress) => void (progress.waiting && waits.push(progress));
    // A service that says when to come again may say it more often than one that stays away.
    expect(await sendEvents(path, { url, token: 't', report })).toMatchObject({ accepted: 2 });
    expect(requests).toHaveLength(12);
    expect(waits[0]).toEqual({ sent: 0, waiting: { reason: `it answers ${status}`, seconds: 0.1 } });
  });

  it('sends again what a broken connection may or may not have brought', async () => {
    const { url, requests } = await serve((ids, n) => (n === 1 ? 'hang up' : taken(ids)));
    const summary = await sendEvents(fileOf([event(1)]), { url, token: 't', retrySeconds: [0] });
    expect(summary).toMatchObject({ sent: 1, accepted: 1 });
    expect(requests).toEqual([['e1'], ['e1']]);
  });

  it('gives up on a service that stays away, and says how far it came', async () => {
    const { url } = await serve((ids, n) => (n === 1 ? taken(ids) : { status: 500 }));
    const sent = sendEvents(fileOf([event(1), event(2)]), {
      url,
      token: 't',
      batchSize: 1,
      retrySeconds: [0, 0],
    });
    await expect(sent).rejects.toThrow(/stays away \(it answers 500\); 1 events were sent\. Send again/);
  });

  it('says so of an address where nothing listens', async () => {
    const { url } = await serve(taken);
    server?.close();
    const sent = sendEvents(fileOf([event(1)]), { url, token: 't', retrySeconds: [] });
    await expect(sent).rejects.toThrow(/stays away \(ECONNREFUSED\); 0 events were sent/);
  });

  it('stops at once where the token is refused, and does not repeat it', async () => {
    const { url, requests } = await serve(() => ({ status: 401, body: { error: { code: 'unauthorized' } } }));
    const sent = sendEvents(fileOf([event(1)]), { url, token: 'secret-token' });
    await expect(sent).rejects.toThrow(/refuses the token \(401\)/);
    await expect(sent).rejects.not.toThrow(/secret-token/);
    expect(requests).toHaveLength(1);
  });

  it('stops at an address that is no intake', async () => {
    const { url } = await serve(() => ({ status: 404, body: { error: 'nothing here' } }));
    const sent = sendEvents(fileOf([event(1)]), { url, token: 't' });
    await expect(sent).rejects.toThrow(/does not take events \(404\): {"error":"nothing here"}/);
  });

  it('counts what is refused and goes on', async () => {
    const { url } = await serve(([id]) =>
      id === 'e1'
        ? {
            status: 400,
            body: { accepted: 0, duplicates: 0, rejected: [{ id, errors: [{ path: 'time' }] }] },
          }
        : taken([id ?? '']),
    );
    const summary = await sendEvents(fileOf([event(1), event(2)]), { url, token: 't', batchSize: 1 });
    expect(summary).toMatchObject({ sent: 2, accepted: 1, rejected: 1, examples: ['e1: [{"path":"time"}]'] });
  });

  it('stops when it is told to', async () => {
    const abort = new AbortController();
    const { url, requests } = await serve((ids) => {
      abort.abort();
      return taken(ids);
    });
    const sent = sendEvents(fileOf([event(1), event(2)]), {
      url,
      token: 't',
      batchSize: 1,
      signal: abort.signal,
    });
    await expect(sent).rejects.toThrow(/abort/i);
    expect(requests).toHaveLength(1);
  });

  it('finds the intake at an address, below a path, and when it is named in full', () => {
    expect(intakeOf(new URL('http://a:1')).href).toBe('http://a:1/api/events');
    expect(intakeOf(new URL('http://a:1/risk/')).href).toBe('http://a:1/risk/api/events');
    expect(intakeOf(new URL('http://a:1/risk')).href).toBe('http://a:1/risk/api/events');
    expect(intakeOf(new URL('http://a:1/api/events')).href).toBe('http://a:1/api/events');
  });
});

describe('the pace', () => {
  const lineAt = (enteredAt: number) => ({ text: '', enteredAt });

  it('is as fast as can be unless it is set', () => {
    const pace = makePace({}, 0);
    expect(pace.batchSize(500)).toEqual({ events: 500, span: Infinity });
    expect(pace.waitBefore([lineAt(START)], 1_000, 5)).toBe(0);
  });

  it('by rate sends n events a second, evenly', () => {
    const pace = makePace({ rate: 100 }, 1_000);
    expect(pace.batchSize(500)).toEqual({ events: 25, span: Infinity });
    expect(pace.waitBefore([lineAt(START)], 50, 1_200)).toBe(300);
    expect(makePace({ rate: 0.5 }, 0).batchSize(500).events).toBe(1);
    expect(makePace({ rate: 100_000 }, 0).batchSize(500).events).toBe(500);
  });

  it('by speed sends what happened in an hour in a minute', () => {
    const pace = makePace({ speed: 60 }, 1_000);
    expect(pace.batchSize(500)).toEqual({ events: 500, span: 15_000 });
    expect(pace.waitBefore([lineAt(START)], 0, 1_000)).toBe(0);
    expect(pace.waitBefore([lineAt(START + 3_600_000)], 1, 1_000)).toBe(60_000);
  });

  it('by speed does not wait for what was entered before the period', () => {
    const pace = makePace({ speed: 60, since: START }, 1_000);
    expect(pace.waitBefore([lineAt(START - 90 * 86_400_000)], 0, 1_000)).toBeLessThanOrEqual(0);
    expect(pace.waitBefore([lineAt(START + 3_600_000)], 1, 1_000)).toBe(60_000);
  });

  it('never batches what lies further apart, and goes by the time of entry', async () => {
    const late = JSON.stringify({
      id: 'late',
      time: new Date(START).toISOString(),
      recordedtime: new Date(START + 60_000).toISOString(),
    });
    const path = fileOf([event(0), event(1), event(9), late, event(2)]);
    const batches: number[][] = [];
    for await (const batch of readBatches(path, { events: 2, span: 5_000 }))
      batches.push(batch.map(({ enteredAt }) => (enteredAt - START) / 1000));
    expect(batches).toEqual([[0, 1], [9], [60, 60]]);
  });
});
