import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Alert } from '../../src/alerts/alert.js';
import type { QueryOf } from '../../src/client/make-client.js';
import { addPerson } from '../support/people.js';
import type { Client } from '../support/typed-client.js';
import { makeAlert } from './support/make-alert.js';
import { NOW, openTestApi, type TestApi } from './support/open-test-api.js';

const DAY_MS = 86_400_000;
const ago = (days: number, ms = 0) => new Date(NOW - days * DAY_MS - ms);
const OPEN = ['open', 'acknowledged', 'dispatched', 'rectified', 'silenced'] as const;
const EVER = [...OPEN, 'closed', 'auto_closed'] as const;
type Query = QueryOf<'listAlerts'>;

describe('from a figure of the summary to its list', () => {
  let api: TestApi;
  let li: Client;
  let admin: Client;
  beforeAll(async () => {
    api = await openTestApi();
    admin = api.as('admin');
    li = api.as(await addPerson(api, 'li', { grants: [{ role: 'supervisor', orgUnit: 'HZ' }] }));
    const { process: _, ...ofNoProcess } = makeAlert({
      id: 'hall',
      subject: { type: 'hall', id: 'H1' },
      recordId: 'hall:H1@2026-11-02',
      riskPoint: { kind: 'service', clauses: [] },
      firstAt: ago(-1),
    });
    const alerts: Alert[] = [
      makeAlert({ id: 'a', firstAt: ago(0), dueAt: ago(0, 1), stepDueAt: ago(-2) }),
      makeAlert({ id: 'b', orgUnit: 'HZ', severity: 'critical', firstAt: ago(1), dueAt: ago(0, -1), stepDueAt: ago(-1), status: 'silenced' }),
      makeAlert({ id: 'c', firstAt: ago(3), stepDueAt: ago(-3), assignee: { user: 'li' }, status: 'dispatched' }),
      makeAlert({ id: 'd', orgUnit: 'NB', process: '低压新装', firstAt: ago(2, DAY_MS - 1), raisedAt: ago(2) }),
      makeAlert({ id: 'e', rule: { id: 'late-reply-assessed-1', version: 1, name: '答复超期' }, firstAt: ago(30), raisedAt: ago(2), escalations: [{ rung: 1, round: 1, at: ago(0), to: 'county-manager', people: ['li'] }] }),
      makeAlert({ id: 'f', firstAt: ago(40), dueAt: ago(5), raisedAt: ago(20), closedAt: ago(2), status: 'closed', open: false }),
      makeAlert({ id: 'g', shadow: true }),
      ofNoProcess,
    ]; // prettier-ignore
    await api.alertStore.write(alerts.map((alert) => ({ alert, isNew: true })));
  });
  afterAll(() => api.close());

  const listed = async (query: Query, client = admin): Promise<string[]> =>
    (await client.listAlerts({ query })).items.map(({ id }) => id);

  it('leads to as many alerts as it counts, whichever figure it is', async () => {
    const summary = await admin.summarizeAlerts();
    expect(summary.byProcess).toEqual([
      { process: '', kind: 'service', count: 1 },
      { process: '低压新装', kind: 'timeout', count: 1 },
      { process: '高压新装', kind: 'timeout', count: 4 },
    ]);
    expect(summary.byAge).toEqual([
      { days: '0', count: 2 },
      { days: '1-2', count: 2 },
      { days: '3-6', count: 1 },
      { days: '7-29', count: 0 },
      { days: '30+', count: 1 },
    ]);
    type Figure = [Query, number];
    const figures: Figure[] = [
      [{ status: OPEN }, summary.open],
      [{ status: OPEN, overdue: 'true' }, summary.overdue],
      ...summary.bySeverity.map(({ severity, count }): Figure => [{ status: OPEN, severity: [severity] }, count]),
      ...summary.byKind.map(({ kind, severity, count }): Figure => [{ status: OPEN, kind: [kind], severity: [severity] }, count]),
      ...summary.byProcess.map(({ process, kind, count }): Figure => [{ status: OPEN, kind: [kind], ...(process === '' ? { noProcess: true } : { process: [process] }) }, count]),
      ...summary.byOrgUnit.map(({ orgUnit, count }): Figure => [{ status: OPEN, ownUnit: [orgUnit] }, count]),
      ...summary.byAge.map(({ days, count }): Figure => [{ status: OPEN, age: days as Query['age'] }, count]),
      ...summary.trend.flatMap(({ date, raised, closed }): Figure[] => [
        [{ status: EVER, raisedFrom: date, raisedTo: date }, raised],
        [{ status: EVER, closedFrom: date, closedTo: date }, closed],
      ]),
    ]; // prettier-ignore
    expect(figures.length).toBeGreaterThan(20);
    for (const [query, count] of figures) {
      const ids = await listed(query);
      expect({ query, count: ids.length }).toEqual({ query, count });
    }
  });

  it('lists what is mine, what was escalated to me, and rules by the beginning of their ids', async () => {
    expect(await listed({ assignee: ['me'] }, li)).toEqual(['c']);
    expect(await listed({ escalatedTo: ['me'] }, li)).toEqual(['e']);
    expect(await listed({ rule: ['late-reply-assessed-*'] })).toEqual(['e']);
    expect(await listed({ rule: ['late-reply-assessed-'] })).toEqual([]);
    expect(await listed({ noProcess: false, process: ['低压新装'] })).toEqual(['d']);
  });

  it('lists by when a step is due, page after page, without those for which that cannot be told', async () => {
    const paged: string[] = [];
    for await (const { id } of admin.each('listAlerts', { query: { sort: 'due', limit: 1 } })) paged.push(id);
    expect(paged).toEqual(['b', 'a', 'c']);
  });

  it.each(['age=2', 'overdue=false', 'sort=severity', 'raisedFrom=yesterday', 'noProcess=maybe'])(
    'refuses %s',
    async (query) => {
      expect((await api.get(`/api/alerts?${query}`)).status).toBe(400);
    },
  );

  it('reads open alerts and what was raised in a time by an index', async () => {
    const alerts = api.connection.collection('alerts');
    const stages = async (filter: object) => JSON.stringify((await alerts.find(filter).explain('queryPlanner'))['queryPlanner']);
    const open = { shadow: false, open: true, status: { $in: ['open', 'dispatched'] } };
    expect(await stages(open)).toContain('"status_1_lastAt_-1__id_-1"');
    expect(await stages({ shadow: false, raisedAt: { $gte: ago(1) } })).toContain('"raisedAt_-1"');
  }); // prettier-ignore
});
