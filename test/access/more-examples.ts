import { generateToken } from '../../src/access/generate-token.js';
import { hashToken } from '../../src/access/hash-token.js';
import { composeTestApi } from '../support/compose-test-api.js';
import type { Operations } from '../../src/client/operations.js';
import { NOW, openTestApi } from '../api/support/open-test-api.js';
import { openTestRules, textOf } from '../publishing/open-test-rules.js';
import { addPerson } from '../support/people.js';
import { ruleFile } from '../support/rule-file.js';
import { type Clients, openClients } from '../support/typed-client.js';

export type Examples = Record<string, { readonly status: number; readonly body: unknown }>;

const OWN_PASSWORD = 'correct horse battery';
const TO = 'wang.fang@example.com';
const AT = new Date(NOW);
/** A message whose eight tries are over. */
const FAILED = {
  _id: 'msg_1|mail|wang.fang', messageId: 'msg_1', channel: 'mail', to: TO, recipient: 'wang.fang', orgUnit: 'HZ', status: 'failed',
  why: { kind: 'alerts', route: 'urgent', target: 'shift-supervisor@HZ', labels: { rule: 'paper-late' }, alerts: [{ id: 'a1', what: ['raised'] }], muted: 0 },
  content: { kind: 'alerts', title: '风险预警', severity: 'high', lines: [{ text: '工单 WO-1 资料未送达', alertId: 'a1' }], more: 0, footer: '营销风险监控', at: AT },
  createdAt: AT, nextAt: AT, attempts: [{ at: AT, outcome: 'failed', error: 'smtp.example answered 451' }],
} as const; // prettier-ignore

/**
 * Answers that the world of the test of rights does not give, because what they are about is not there, or happens in an order that
 * a try of each route alone does not have.
 */
export async function askMore(): Promise<Examples> {
  const examples: Examples = {};
  /** Keeps what a call was answered; calls come one after another. */
  const keeperOf =
    (last: Clients['last']) =>
    async <Answer>(name: keyof Operations, call: Promise<Answer>): Promise<Answer> => {
      const answer = await call;
      const { status, text } = last();
      examples[name] = { status, body: JSON.parse(text) as unknown };
      return answer;
    };
  await askOfPeople(keeperOf);
  await askOfRules(keeperOf);
  return examples;
}

type KeeperOf = (
  last: Clients['last'],
) => <Answer>(name: keyof Operations, call: Promise<Answer>) => Promise<Answer>;

/** Accounts, channels, backtests that wait, and a month that is over. */
async function askOfPeople(keeperOf: KeeperOf): Promise<void> {
  const api = await openTestApi();
  const keep = keeperOf(() => api.last());
  try {
    const admin = api.as(await addPerson(api, 'admin', { grants: [{ role: 'admin' }] }));
    const of = (id: string) => ({ params: { id } });
    const made = await admin.createUser({
      body: { id: 'wang.fang', displayName: '王芳', grants: [{ role: 'supervisor', orgUnit: 'HZ' }] },
    });
    const password = made.password ?? '';
    const person = api.anonymous();
    await keep('signIn', person.signIn({ body: { user: 'wang.fang', password } }));
    await keep('changePassword', person.changePassword({ body: { current: password, next: OWN_PASSWORD } }));
    await keep('signOut', person.signOut());
    await keep('resetPassword', admin.resetPassword(of('wang.fang')));

    await admin.putGroup({ ...of('hz-supervisors'), body: { displayName: '杭州督办', grants: [{ role: 'supervisor', orgUnit: 'HZ' }] } });
    await keep('removeGroup', admin.removeGroup(of('hz-supervisors')));

    api.channels.set('mail', { name: 'mail', type: 'email', limits: [], send: () => Promise.resolve() });
    await keep('testChannel', admin.testChannel({ params: { name: 'mail' }, body: { to: TO } }));
    await api.connection.collection<{ _id: string }>('notify_deliveries').insertOne(FAILED);
    await keep('retryDelivery', admin.retryDelivery(of(FAILED._id)));

    const job = await admin.startBacktest({
      body: { changes: [{ retire: 'paper-late' }], from: '2026-10-01T00:00:00+08:00', to: '2026-11-01T00:00:00+08:00' },
    });
    await keep('getBacktest', admin.getBacktest(of(job.id)));
    await keep('cancelBacktest', admin.cancelBacktest(of(job.id)));

    // No session lasts that long.
    api.clock.at = Date.parse('2026-12-10T09:00:00+08:00');
    await keep('freezeAssessmentMonth', api.as('admin').freezeAssessmentMonth({ params: { month: '2026-11' } }));
  } finally {
    await api.close();
  }
} // prettier-ignore

/** Rules that are published from a folder, and what becomes of changes to them. */
async function askOfRules(keeperOf: KeeperOf): Promise<void> {
  const rule = (version: number, name: string) => ruleFile({ id: 'paper-late', version, name });
  const test = await openTestRules([rule(1, '资料未送达')], '2026-11-20T10:00:00+08:00');
  const app = composeTestApi(test);
  const clients = await openClients(app);
  const keep = keeperOf(() => clients.last());
  const add = async (name: string) => {
    const token = generateToken();
    const createdAt = new Date(test.now());
    await test.service.tokens.add({ _id: hashToken(token), name, roles: ['author'], origin: 'command', createdAt });
    return clients.as(token);
  };
  try {
    const [author, another] = [await add('li'), await add('wang')];
    const changes = [{ file: 'acceptance/paper-late.json', text: textOf(rule(2, '资料未按时送达')) }];
    const propose = () => author.proposeRules({ body: { changes, reason: '按新办法修改名称' } });
    const of = ({ id }: { readonly id: string }) => ({ params: { id } });
    await keep('withdrawProposal', author.withdrawProposal(of(await propose())));
    await keep('rejectProposal', another.rejectProposal({ ...of(await propose()), body: { note: '依据未附' } }));
    const proposal = await keep('proposeRules', propose());
    await keep('approveProposal', another.approveProposal({ ...of(proposal), body: { note: '依据已核对' } }));
    await test.settle();
    await test.service.ruleProposals.applyApproved();
    await keep('getProposal', author.getProposal(of(proposal)));
    await keep('getPublication', author.getPublication({ params: { id: '2' } }));
    await keep('listRuleVersions', author.listRuleVersions({ params: { id: 'paper-late' } }));
    await keep('compareRuleVersions', author.compareRuleVersions({ params: { id: 'paper-late' }, query: { from: 1, to: 2 } }));
    await keep('getRuleFile', author.getRuleFile({ params: { id: 'paper-late' } }));
  } finally {
    await clients.close();
    await test.close();
  }
} // prettier-ignore
