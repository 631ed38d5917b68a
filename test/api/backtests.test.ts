import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { noAlerts, type BacktestResult } from '../../src/backtest/backtest-result.js';
import type { BacktestJob } from '../../src/backtest/jobs/backtest-job.js';
import { makeBacktestStore, type BacktestStore } from '../../src/backtest/jobs/backtest-store.js';
import { ask, NOW, openTestApi, type TestApi } from './support/open-test-api.js';

const TEXT = '{"id":"x"}';
const order = {
  changes: [{ file: 'acceptance/x.json', text: TEXT }, { retire: 'paper-late' }],
  from: '2026-10-01T00:00:00+08:00',
  to: '2026-11-01T00:00:00+08:00',
};
type View = Omit<BacktestJob, 'order'> & { readonly order: object };

/** With a row, an example and a failure of each unit and of none. */
function resultOf(units: readonly (string | undefined)[]): BacktestResult {
  const load = { total: 1, perDay: 1, peak: 1, peakDay: '2026-10-08' };
  const of = (orgUnit: string | undefined) => (orgUnit === undefined ? {} : { orgUnit });
  return {
    period: { from: 1, to: 2, workingDays: 1 },
    events: { replayed: 1, later: 0, rejected: 0, duplicates: 0, records: 1 },
    timeZone: 'Asia/Shanghai',
    live: { hash: 'a', rules: 1 },
    candidate: { hash: 'b', rules: 1 },
    total: { ...noAlerts(), live: units.length },
    rules: [],
    orgUnits: units.map((unit) => ({ ...of(unit), ...noAlerts() })),
    load: {
      total: { live: load, candidate: load },
      recipients: units.map((unit) => ({ post: 'p', ...of(unit), live: load, candidate: load })),
    },
    examples: units.map((unit) => ({
      kinds: ['lost'],
      rule: 'paper-late',
      subject: { type: 'workOrder', id: 'WO-1' },
      ...of(unit),
      live: {
        raisedAt: 1, firstAt: 1, severity: 'high', assignTo: 'p', title: '联系 13812345678', why: [],
      }, // prettier-ignore
    })),
    failures: [{ recordId: 'WO-2', message: 'broken' }],
    seconds: 1,
  };
}

describe('backtests over HTTP', () => {
  let api: TestApi;
  let store: BacktestStore;
  beforeAll(async () => {
    api = await openTestApi();
    store = makeBacktestStore(api.connection);
    await store.init();
  });
  afterAll(() => api.close());

  const submit = (body: object, role: 'author' | 'admin' = 'author') =>
    ask(api.post('/api/rules/backtest', role).send(body));
  const read = async (id: string) => (await api.get(`/api/rules/backtest/${id}`, 'author')).body as View;
  const cancel = async (id: string) =>
    (await ask(api.post(`/api/rules/backtest/${id}/cancel`, 'author'))).body as View;

  it('wait for a worker, with who asked and for what, and are audited; the texts stay with whoever sent them', async () => {
    const { status, body } = await submit(order);
    expect(status).toBe(202);
    const job = body as View;
    expect(job).toMatchObject({
      status: 'waiting',
      by: expect.stringMatching(/^token:/),
      order: { files: ['acceptance/x.json'], retired: ['paper-late'], knownBy: 'received' },
    });
    expect(JSON.stringify(job)).not.toContain(TEXT.slice(1));
    const [last] = await api.audit.list(10);
    expect(last).toMatchObject({ action: 'rules.backtest', object: { type: 'backtest', id: job.id } });
    const list = (await api.get('/api/rules/backtest', 'auditor')).body as { items: View[] };
    expect(list.items[0]).toMatchObject({ id: job.id, status: 'waiting' });
    await cancel(job.id);
  }); // prettier-ignore

  it.each([
    [{ to: order.from }, /to must be later than from/],
    [{ from: '2020-01-01T00:00:00+08:00' }, /at most 366 days/],
    [{ from: '2027-01-01T00:00:00+08:00', to: '2027-01-02T00:00:00+08:00' }, /from must not be in the future/],
    [{ changes: [] }, /changes/],
    [{ changes: [{ file: 'a.json', text: TEXT, $where: '1' }] }, /changes/],
    [{ changes: [{ file: 'a.json', text: 'x'.repeat(300_000) }] }, /./],
    [{ status: 'done' }, /status/],
    [{ knownBy: 'guess' }, /knownBy/],
  ])('are refused with the reason: %j', async (change, message) => {
    const { status, body } = await submit({ ...order, ...change });
    expect([400, 413]).toContain(status);
    expect((body as { error: { message: string } }).error.message).toMatch(message);
  }); // prettier-ignore

  it('wait three at a time for one person', async () => {
    const jobs: View[] = [];
    for (let i = 0; i < 3; i += 1) jobs.push((await submit(order)).body as View);
    expect((await submit(order)).status).toBe(429);
    expect((await cancel(jobs[0]?.id ?? '')).status).toBe('cancelled');
    const next = await submit(order);
    expect(next.status).toBe(202);
    for (const { id } of [...jobs, next.body as View]) await cancel(id);
  });

  it('go to one worker each, show how far they are, and stop when somebody says so', async () => {
    const { id } = (await submit(order)).body as View;
    const now = new Date(NOW);
    const claims = await Promise.all(['w1', 'w2', 'w3'].map((runner) => store.claim(runner, now)));
    expect(claims.filter(Boolean).map((job) => job?.id)).toEqual([id]);
    const runner = `w${claims.findIndex(Boolean) + 1}`;
    const progress = { phase: 'replaying', done: 10, of: 20 } as const;
    expect(await store.beat(id, runner, progress, now)).toBe('on');
    expect(await store.beat(id, 'another', progress, now)).toBe('gone');
    expect(await read(id)).toMatchObject({ status: 'running', progress });
    expect(await cancel(id)).toMatchObject({ status: 'running', cancelled: true });
    expect(await store.beat(id, runner, progress, now)).toBe('cancelled');
    await store.finish(id, runner, { status: 'cancelled' }, now);
    expect(await read(id)).toMatchObject({ status: 'cancelled' });
  });

  it('count as interrupted when their process gives no more sign of life, and stay so', async () => {
    const { id } = (await submit(order)).body as View;
    await store.claim('w1', new Date(NOW - 31_000));
    expect(await read(id)).toMatchObject({ status: 'interrupted', failure: /went away/ });
    // The process was only slow: it is too late.
    expect(await store.beat(id, 'w1', undefined, new Date(NOW))).toBe('gone');
    await store.finish(id, 'w1', { status: 'done', result: resultOf([]) }, new Date(NOW));
    expect((await read(id)).status).toBe('interrupted');
  });

  it('show rows, examples and failures of the units that somebody is for, personal data masked', async () => {
    const { id } = (await submit(order)).body as View;
    await store.claim('w1', new Date(NOW));
    const result = resultOf(['HZ-XH', 'NB', undefined]);
    await store.finish(id, 'w1', { status: 'done', result, publication: 7 }, new Date(NOW));
    const whole = await read(id);
    expect(whole).toMatchObject({ status: 'done', publication: 7 });
    expect(whole.result?.examples).toHaveLength(3);
    expect(whole.result?.examples[0]?.live?.title).toBe('联系 138****5678');
    const ofCity = await api.addToken(['author'], { orgUnit: 'HZ' });
    const seen = (await api.getWith(`/api/rules/backtest/${id}`, ofCity)).body as View;
    for (const rows of [seen.result?.orgUnits, seen.result?.examples, seen.result?.load.recipients])
      expect(rows?.map(({ orgUnit }) => orgUnit)).toEqual(['HZ-XH']);
    expect(seen.result?.failures).toEqual([]);
    expect(seen.result?.total.live).toBe(3);
    // One that ended stays as it is.
    expect((await cancel(id)).status).toBe('done');
  });
});
