import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeStatement } from '../../src/reconciliation/statement.js';
import { addPerson } from '../support/people.js';
import { type Client, statusesOf } from '../support/typed-client.js';
import { makeAlert } from './support/make-alert.js';
import { NOW, openTestApi, type TestApi } from './support/open-test-api.js';

const ROUNDS = 5;

/** What two persons decide at the same moment: one does, the other is told so, and the log has only what was done. */
describe('two who decide at once', () => {
  let api: TestApi;
  let first: Client;
  let second: Client;
  beforeAll(async () => {
    api = await openTestApi();
    const add = async (id: string) =>
      api.as(await addPerson(api, id, { grants: [{ role: 'supervisor' }, { role: 'admin' }] }));
    [first, second] = [await add('first'), await add('second')];
  });
  afterAll(() => api.close());

  /** Rows of the log about a thing, with this action. */
  const rowsOf = async (id: string, action: string) =>
    (await api.audit.page({ object: id, action, limit: 100 })).length;

  type Race = (round: number) => Promise<{ id: string; by: (client: Client) => Promise<unknown> }>;
  const races: readonly (readonly [what: string, action: string, refusal: number, race: Race])[] = [
    ['sign a statement', 'reconciliation.sign', 409, async (round) => {
      const date = `2026-11-0${round}`;
      const row = { workOrder: 'W', stage: '业务受理', completedAt: NOW, giverSigned: false, receiverSigned: false, delivered: false, documentsReceived: 0, documentsHanded: 0, differences: [] };
      await api.reports.statements.put(makeStatement({ orgUnit: 'HZ', orgUnitName: '杭州', date, now: NOW }, [{ orgUnit: 'HZ', at: NOW, row }], () => ''));
      return { id: `HZ|${date}`, by: (client) => client.signReconciliation({ params: { unit: 'HZ', date }, body: { side: 'giver', version: 1 } }) };
    }],
    ['decide an appeal', 'assessment.decide', 409, async (round) => {
      const key = `alert|two${round}|1`;
      await api.assessments.chargeFinding({
        finding: { key, kind: 'alert', id: `two${round}`, title: '缺签字', confirmedAt: new Date(NOW), confirmedBy: 'x', reason: '属实' },
        clause: api.assessmentTable.clauses[0]!, responsible: 'E1001', orgUnit: 'HZ-XH',
      });
      const [entry] = await api.assessments.store.ofFinding(key);
      const params = { id: entry!.id };
      const clerk = api.as(await addPerson(api, `clerk${round}`, { grants: [{ role: 'supervisor', orgUnit: 'HZ-XH' }] }));
      await clerk.appealAssessment({ params, body: { reason: '当日由他人代班' } });
      return { id: params.id, by: (client) => client.decideAssessment({ params, body: { result: 'revoked', reason: '核对无误' } }) };
    }],
    ['close an alert', 'alert.close', 409, async (round) => {
      const id = `race${round}`;
      await api.alertStore.write([{ alert: makeAlert({ id }), isNew: true }]);
      return { id, by: (client) => client.closeAlert({ params: { id }, body: { outcome: { result: 'invalid', reason: '误报' } } }) };
    }],
    ['end a silence', 'silence.end', 409, async () => {
      const { id } = await first.createSilence({ body: { matcher: { subject: 'WO-9' }, reason: '系统切换期间' } });
      return { id, by: (client) => client.endSilence({ params: { id } }) };
    }],
    ['submit an inspection', 'inspection.submit', 400, async (round) => {
      const id = `race|HZ|${round}`;
      const tasks = api.connection.collection<{ _id: string }>('inspections');
      const task = await tasks.findOne({ _id: 'archive|HZ|2026-11-02' });
      await tasks.insertOne({ ...task, _id: id, samples: [] } as never);
      return { id, by: (client) => client.recordInspection({ params: { id }, body: { results: [{ item: 'i1', result: 'pass' }], submit: true } }) };
    }],
    ['change an account', 'user.change', 409, async (round) => {
      const id = `account${round}`;
      await addPerson(api, id);
      return { id, by: (client) => client.changeUser({ params: { id }, body: { disabled: true }, version: 1 }) };
    }],
  ]; // prettier-ignore

  it.each(races)('%s', async (_what, action, refusal, race) => {
    for (let round = 1; round <= ROUNDS; round += 1) {
      const { id, by } = await race(round);
      const statuses = await statusesOf(by(first), by(second));
      expect(statuses.sort()).toEqual([200, refusal]);
      expect({ id, rows: await rowsOf(id, action) }).toEqual({ id, rows: 1 });
    }
  });

  it('freeze a month: it is frozen once, and both are told how', async () => {
    api.clock.at = Date.parse('2027-03-10T09:00:00+08:00');
    const people = [await addPerson(api, 'third', { grants: [{ role: 'supervisor' }] }), await addPerson(api, 'fourth', { grants: [{ role: 'supervisor' }] })]; // prettier-ignore
    const freeze = (client: Client) => client.freezeAssessmentMonth({ params: { month: '2026-09' } });
    const [one, other] = await Promise.all(people.map((person) => freeze(api.as(person))));
    expect(other).toEqual(one);
    expect(await rowsOf('2026-09', 'assessment.freeze')).toBe(1);
    api.clock.at = NOW;
  });

  it('is what a turn that nobody gave back does not stop for ever: half a minute later it is another’s', async () => {
    const turns = api.connection.collection<{ _id: string; holder: string; until: Date }>('turns');
    expect(await turns.countDocuments()).toBe(0);
    await turns.insertOne({ _id: 'k', holder: 'dead', until: new Date(Date.now() + 300) });
    const started = Date.now();
    expect(await api.audit.inTurn('k', () => Promise.resolve(1))).toBe(1);
    expect(Date.now() - started).toBeGreaterThanOrEqual(250);
    await expect(api.audit.inTurn('k', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await turns.countDocuments()).toBe(0);
  });
});
