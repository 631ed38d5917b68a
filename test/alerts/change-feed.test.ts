import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Connection } from 'mongoose';
import type { Alert } from '../../src/alerts/alert.js';
import { makeAlertStore, type AlertStore } from '../../src/alerts/alert-store.js';
import { makeChangeFeed, type ChangeFeed } from '../../src/alerts/change-feed.js';
import { makeAlert } from '../api/support/make-alert.js';
import { openTestMongo } from '../support/services.js';

const NOW = Date.parse('2026-11-20T10:00:00+08:00');
let connection: Connection;
let close: () => Promise<void>;
let store: AlertStore;
let feed: ChangeFeed;

beforeAll(async () => {
  ({ connection, close } = await openTestMongo());
  store = makeAlertStore(connection, () => NOW);
  feed = makeChangeFeed(connection, () => NOW);
  await store.init();
  await feed.init();
});
beforeEach(async () => {
  await Promise.all(['alerts', 'alert_changes'].map((name) => connection.collection(name).deleteMany({})));
});
afterAll(() => close());

async function raise(...alerts: Alert[]): Promise<void> {
  expect(await store.write(alerts.map((alert) => ({ alert, isNew: true })))).toEqual({ conflicted: [] });
}

/** The alert as stored, one entry of history later. */
async function change(id: string, what: Alert['history'][number]['what']): Promise<void> {
  const [alert] = await store.loadByIds([id]);
  if (!alert) throw new Error(`no alert ${id}`);
  const history = [...alert.history, { at: new Date(NOW), what, who: 'u1' }];
  const next = { ...alert, history, version: alert.version + 1 };
  expect(await store.write([{ alert: next, isNew: false }])).toEqual({ conflicted: [] });
}

async function told(): Promise<string[]> {
  return (await feed.readAfter(0, 1000)).map(
    ({ seq, alertId, from, to }) => `${seq} ${alertId} ${from}-${to}`,
  );
}

describe('the change feed of alerts', () => {
  it('numbers what changed without gaps, and says which entries of the history are new', async () => {
    await raise(makeAlert({ id: 'a' }), makeAlert({ id: 'b' }));
    expect(await feed.backlog()).toEqual({ waiting: 2, since: new Date(NOW) });
    expect(await feed.take()).toBe(2);
    await change('a', 'acknowledged');
    await change('a', 'dispatched');
    expect(await feed.take()).toBe(1);
    expect(await feed.take()).toBe(0);
    expect((await told()).sort()).toEqual(['1 a 0-1', '2 b 0-1', '3 a 1-3'].sort());
    expect(await feed.backlog()).toEqual({ waiting: 0 });
    expect(await feed.bounds()).toEqual({ first: 1, last: 3 });
  });

  it('leaves out alerts of rules in shadow, which tell nobody', async () => {
    await raise(makeAlert({ id: 'quiet', shadow: true }));
    expect(await feed.take()).toBe(0);
  });

  it('tells nothing twice when the process died before it cleared the mark', async () => {
    await raise(makeAlert({ id: 'a' }));
    await feed.take();
    await connection
      .collection('alerts')
      .updateMany({}, { $set: { outbox: new Date(NOW) }, $unset: { fed: '' } });
    await feed.take();
    expect(await told()).toEqual(['1 a 0-1']);
    expect(await feed.backlog()).toEqual({ waiting: 0 });
  });

  it('tells only what is new when a writer that read the alert before writes the mark back', async () => {
    await raise(makeAlert({ id: 'a' }));
    const [read] = await store.loadByIds(['a']);
    await feed.take();
    const history = [
      ...(read?.history ?? []),
      { at: new Date(NOW), what: 'auto_closed' as const, who: 'system' },
    ];
    await store.write([{ alert: { ...(read as Alert), history, version: 2 }, isNew: false }]);
    await feed.take();
    expect(await told()).toEqual(['1 a 0-1', '2 a 1-2']);
  });

  it('loses nothing and doubles nothing when several processes take while others write', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => `m${index}`);
    const feeds = [1, 2, 3].map(() => makeChangeFeed(connection, () => NOW));
    const writing = (async () => {
      for (const id of ids) await raise(makeAlert({ id }));
      for (const id of ids) await change(id, 'acknowledged');
    })();
    let going = true;
    const taking = feeds.map(async (one) => {
      while (going) await one.take(7);
    });
    await writing;
    going = false;
    await Promise.all(taking);
    while ((await feed.take()) > 0);
    const changes = await feed.readAfter(0, 1000);
    expect(changes.map(({ seq }) => seq)).toEqual(changes.map((_, index) => index + 1));
    for (const id of ids) {
      const entries = changes
        .filter(({ alertId }) => alertId === id)
        .flatMap(({ from, to }) => range(from, to));
      expect(entries).toEqual([0, 1]);
    }
  });

  it('forgets what is old, but never the number it has reached', async () => {
    await raise(makeAlert({ id: 'a' }), makeAlert({ id: 'b' }));
    await feed.take();
    expect(await feed.removeBefore(new Date(NOW + 1))).toBe(1);
    expect(await feed.bounds()).toEqual({ first: 2, last: 2 });
  });
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
