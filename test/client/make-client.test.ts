import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ApiError } from '../../src/client/api-error.js';
import { type AlertChangeEvent, type Client, makeClient } from '../../src/client/make-client.js';
import type { ClientOptions } from '../../src/client/transport.js';
import { makeAlert } from '../api/support/make-alert.js';
import { openTestApi, type TestApi } from '../api/support/open-test-api.js';

// A password hash is slow on purpose.
jest.setTimeout(60_000);

const JPEG = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, ...Buffer.from('photo')]);

describe('the typed client', () => {
  let api: TestApi;
  let server: Server;
  let baseUrl: string;
  let admin: Client;
  beforeAll(async () => {
    api = await openTestApi();
    server = api.app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    admin = clientOf({ token: api.tokens.admin });
    await addAlerts('c', 7);
    await api.changeFeed.take();
  });
  afterAll(async () => {
    await api.close();
    server.closeAllConnections();
    server.close();
  });

  const clientOf = (options: ClientOptions) => makeClient({ baseUrl, ...options });
  const addAlerts = (prefix: string, count: number) =>
    api.alertStore.write(
      Array.from({ length: count }, (_, index) => ({
        alert: makeAlert({ id: `${prefix}-${index}` }),
        isNew: true,
      })),
    );

  it('reads a list page after page', async () => {
    const ids: string[] = [];
    for await (const { id } of admin.each('listAlerts', { query: { limit: 3, status: ['open', 'acknowledged'] } }))
      ids.push(id);
    expect(ids.sort()).toEqual(Array.from({ length: 7 }, (_, index) => `c-${index}`));
    const page = await admin.listAlerts({ query: { limit: 3 } });
    expect(page.items).toHaveLength(3);
    const rest: string[] = [];
    for await (const { id } of admin.each('listAlerts', { query: { limit: 3, cursor: page.nextCursor } }))
      rest.push(id);
    expect(rest).toHaveLength(4);
  }); // prettier-ignore

  it('acts on what was read only, and once, however often it is sent', async () => {
    const { version } = await admin.getAlert({ params: { id: 'c-0' } });
    const note = '请补签';
    const commented = await admin.commentAlert({ params: { id: 'c-0' }, body: { note }, version });
    expect(commented.history.at(-1)).toMatchObject({ what: 'commented', note });
    await expect(
      admin.commentAlert({ params: { id: 'c-0' }, body: { note }, version }),
    ).rejects.toMatchObject({ status: 412, code: 'changed_meanwhile' });

    // The first answer is lost on its way: sent again with the same key, the step is taken once.
    let lost = 0;
    const lossy = clientOf({
      token: api.tokens.admin,
      sleep: () => Promise.resolve(),
      fetch: async (...request) => {
        const response = await fetch(...request);
        if (request[1]?.method === 'POST' && (lost += 1) === 1) throw new TypeError('fetch failed');
        return response;
      },
    });
    const { history } = await lossy.commentAlert({ params: { id: 'c-1' }, body: { note } });
    expect(lost).toBe(2);
    expect(history.filter(({ what }) => what === 'commented')).toHaveLength(1);
  });

  it('throws refusals with status, code, message and what is wrong where', async () => {
    const refused = (promise: Promise<unknown>) =>
      promise.then(
        () => undefined,
        (error: unknown) => error as ApiError,
      );
    const missing = await refused(admin.getAlert({ params: { id: 'a/b?c' } }));
    expect(missing).toBeInstanceOf(ApiError);
    expect(missing).toMatchObject({ status: 404, code: 'not_found', message: 'There is no alert a/b?c.' });
    expect(missing?.requestId).toMatch(/\S/);
    expect(await refused(admin.listAlerts({ query: { limit: 1000 } }))).toMatchObject({
      status: 400,
      details: [{ path: 'limit' }],
    });
    const unauthorized = jest.fn();
    const stranger = clientOf({ token: 'nobody', onUnauthorized: unauthorized });
    expect(await refused(stranger.getMe())).toMatchObject({ status: 401, code: 'unauthorized' });
    expect(unauthorized).toHaveBeenCalledTimes(1);
    const gone = makeClient({ baseUrl: 'http://127.0.0.1:9', token: 'x', retries: 0 });
    expect(await refused(gone.getMe())).toMatchObject({ status: 0, code: 'unreachable' });
    const page = clientOf({
      token: 'x',
      retries: 0,
      fetch: () => Promise.resolve(new Response('<html>', { status: 502 })),
    });
    expect(await refused(page.getMe())).toMatchObject({ status: 502, code: 'unknown' });
  });

  it('waits and asks again when the service is busy, but never sends twice what may not be', async () => {
    const waits: number[] = [];
    let asked = 0;
    const busy = clientOf({
      token: api.tokens.admin,
      sleep: (ms) => Promise.resolve(void waits.push(ms)),
      fetch: (...request) => {
        asked += 1;
        if (asked % 3 === 0) return fetch(...request);
        const headers = { 'Retry-After': '2' };
        return Promise.resolve(Response.json({ error: { code: 'store_unavailable', message: 'away' } }, { status: 503, headers }));
      },
    });
    expect((await busy.getMe()).name).toBe('test-admin');
    expect(waits).toEqual([2_000, 2_000]);
    await expect(
      busy.createUser({ body: { id: 'zhang', displayName: '张' } }),
    ).rejects.toMatchObject({ status: 503, retryAfterSeconds: 2 });
    expect(asked).toBe(4);
  }); // prettier-ignore

  it('signs in, sends the token against forged requests by itself, and signs out', async () => {
    const { password } = await admin.createUser({
      body: { id: 'wang.fang', displayName: '王芳', grants: [{ role: 'supervisor' }] },
    });
    const person = clientOf({});
    const me = await person.signIn({ body: { user: 'wang.fang', password: password ?? '' } });
    expect(me).toMatchObject({ id: 'wang.fang', mustChangePassword: true });
    await person.changePassword({ body: { current: password ?? '', next: 'correct horse battery' } });
    const acknowledged = await person.acknowledgeAlert({ params: { id: 'c-2' }, body: {} });
    expect(acknowledged.status).toBe('acknowledged');
    expect(await person.signOut()).toEqual({ ended: true, goOnTo: null });
    await expect(person.getMe()).rejects.toMatchObject({ status: 401 });
  });

  it('learns the token of a session that the browser has already', async () => {
    await admin.createUser({ body: { id: 'li', displayName: '李', withPassword: false } });
    const { secret } = await api.sessions.signInAs('li', [], 'r1');
    // A browser adds the cookie by itself.
    const browser = clientOf({
      fetch: (url, init) => {
        const headers = new Headers(init?.headers);
        headers.set('Cookie', `yxrisk_session=${secret}`);
        return fetch(url, { ...init, headers });
      },
    });
    expect(await browser.signOut()).toMatchObject({ ended: true });
  });

  it('tells a wrong current password from a session that is over', async () => {
    let over = 0;
    const browser = clientOf({ onUnauthorized: () => (over += 1) });
    const { password } = await admin.createUser({ body: { id: 'zhao', displayName: '赵' } });
    await browser.signIn({ body: { user: 'zhao', password: password ?? '' } });
    const wrong = browser.changePassword({ body: { current: 'wrong', next: 'correct horse battery' } });
    await expect(wrong).rejects.toMatchObject({ status: 401 });
    expect(over).toBe(0);
    await admin.resetPassword({ params: { id: 'zhao' } });
    await expect(browser.getMe()).rejects.toMatchObject({ status: 401 });
    expect(over).toBe(1);
  });

  it('sends no cookie beside a token, and keeps one only where the answer is to bring it', async () => {
    const sent: (RequestInit | undefined)[] = [];
    const watched = (token?: string) =>
      clientOf({
        ...(token !== undefined && { token }),
        fetch: (url, init) => (sent.push(init), fetch(url, init)),
      });
    await watched(api.tokens.admin).getMe();
    await watched().listSignInMethods();
    await watched(api.tokens.admin).openQueueBoard();
    expect(sent.map((init) => init?.credentials)).toEqual(['omit', 'same-origin', 'same-origin']);
  });

  it('hears from a service that is not ready what is missing', async () => {
    const checks = [{ name: 'mongodb', ok: false, message: 'away' }];
    const sick = clientOf({
      fetch: () => Promise.resolve(Response.json({ ready: false, checks }, { status: 503 })),
    });
    expect(await sick.getReadiness()).toEqual({ ready: false, checks });
  });

  it('uploads and downloads files', async () => {
    const params = { id: 'c-3' };
    const raw = { contentType: 'image/jpeg', body: JPEG } as const;
    const { id } = await admin.addAlertEvidence({ params, query: { fileName: '移交.jpg' }, raw });
    const file = await admin.getAlertEvidence({ params: { ...params, file: id } });
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(JPEG);
  });

  it('follows alerts over breaks, without loss or repetition', async () => {
    await api.changeFeed.take();
    const states: string[] = [];
    const stop = new AbortController();
    let connections = 0;
    const flaky = clientOf({
      token: api.tokens.supervisor,
      // Every connection but the last breaks off after its first chunks.
      fetch: async (...request) => {
        connections += 1;
        const response = await fetch(...request);
        return connections <= 2 ? breakOff(response, connections + 1) : response;
      },
    });
    const seen: AlertChangeEvent[] = [];
    const follow = flaky.followAlerts({ signal: stop.signal, retryMs: [0], onState: (state) => states.push(state) });
    for await (const event of follow) {
      seen.push(event);
      if (event.event === 'ready')
        for (let i = 0; i < 6; i += 1) {
          await addAlerts(`live${i}`, 1);
          await api.changeFeed.take();
        }
      if (seen.filter((one) => one.event === 'alert').length === 6) stop.abort();
    }
    expect(seen.filter(({ event }) => event === 'alert').map(({ data }) => data.alert.id)).toEqual(
      Array.from({ length: 6 }, (_, i) => `live${i}-0`),
    );
    expect(connections).toBeGreaterThanOrEqual(2);
    expect(states).toContain('waiting');
    const refused = clientOf({ token: api.tokens.integrator }).followAlerts();
    await expect(refused.next()).rejects.toMatchObject({ status: 403 });
  }); // prettier-ignore

  it('takes a stream for dead that has fallen silent, and comes back', async () => {
    const stop = new AbortController();
    const states: string[] = [];
    let connections = 0;
    const cut = clientOf({
      token: api.tokens.supervisor,
      // The first connection stays open, but nothing comes through it.
      fetch: async (...request) => {
        connections += 1;
        return connections === 1 ? new Response(new ReadableStream()) : fetch(...request);
      },
    });
    const follow = cut.followAlerts({ signal: stop.signal, silenceMs: 50, retryMs: [0], onState: (state) => states.push(state) });
    for await (const { event } of follow) {
      expect(event).toBe('ready');
      stop.abort();
    }
    expect(connections).toBe(2);
    expect(states).toEqual(['live', 'waiting', 'live']);
  }); // prettier-ignore
});

/** The answer, cut off after so many chunks. */
function breakOff(response: Response, chunks: number): Response {
  const reader = response.body?.getReader() as ReadableStreamDefaultReader<Uint8Array> | undefined;
  let left = chunks;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = (await reader?.read()) ?? { done: true as const, value: undefined };
      left -= 1;
      if (done || left < 0) {
        void reader?.cancel();
        controller.error(new TypeError('terminated'));
      } else if (value) controller.enqueue(value);
    },
    cancel: () => void reader?.cancel(),
  });
  return new Response(body, response);
}
