import { randomUUID } from 'node:crypto';
import type { Role } from '../../src/access/principal.js';
import type { Alert } from '../../src/alerts/alert.js';
import { NOW } from '../api/support/open-test-api.js';
import { type Relation, RELATIONS } from './access-table.js';
import {
  addAlert,
  addAssessment,
  addStatement,
  JPEG,
  LISTED_DATE,
  LISTED_RULE,
  NO_UNIT,
  type Subject,
  UNIT_OF,
  type World,
} from './open-world.js';

/** A request that only rights can refuse. */
export interface Asked {
  readonly path: string;
  readonly json?: object;
  readonly raw?: { readonly contentType: string; readonly body: Buffer | string };
  readonly headers?: Readonly<Record<string, string>>;
}

/** How a route is tried. Routes whose path stands for itself and that take no body need none. */
export interface Probe {
  /** The request, about a thing of that relation where the route is about one thing. */
  ask(world: World, relation: Relation, subject: Subject): Asked | Promise<Asked>;
  /** Of a list: the relations whose things the answer shows. */
  shows?(body: never): readonly string[];
  /** Roles whose units count; default: those that the route declares. */
  readonly acts?: readonly Role[];
  /** Roles who may not do it, but know that the thing is there: they are told 403. */
  readonly sees?: readonly Role[];
  /** A list that is a file: what is in it is looked at elsewhere. */
  readonly isFile?: true;
  /** Paths of the body at which any text is taken. */
  readonly freeText?: readonly string[];
  /** Of a list that cannot show what belongs to no unit, or that only counts. */
  counts?(body: never): number;
  /** Of one thing: what an answer means, where its status does not say. */
  isAllowed?(body: never): boolean;
  /** Status of what may be done; default any 2xx. */
  readonly allowed?: number | readonly number[];
  /** Status of what only people may do, for tokens that else might. */
  readonly tokens?: number;
  /** Status of what a role elsewhere may not do; default 404. */
  readonly refused?: number;
}

type Items<Item> = { readonly items: readonly Item[] };
const relationOf = (id: string) => id.slice(id.indexOf('-') + 1);
const relationOfUnit = (unit: string | undefined) =>
  Object.entries(UNIT_OF).find(([, code]) => code === unit)?.[0] ?? 'none';
const LISTED = `rule=${LISTED_RULE}`;

/** A step on an alert that is at the point for it. */
function step(kind: string, body: object, changes: (subject: Subject) => Partial<Alert>): Probe {
  return {
    async ask(world, relation, subject) {
      const id = await addAlert(world, relation, changes(subject));
      return { path: `/api/alerts/${id}/${kind}`, json: body };
    },
  };
}
/** A step on an entry of the ledger that nobody here is charged with. */
function assess(kind: string, body: object, acts: readonly Role[], appealed = false): Probe {
  return {
    async ask(world, relation) {
      const id = await addAssessment(world, relation, appealed);
      return { path: `/api/assessments/${id}/${kind}`, json: body };
    },
    acts,
    sees: ['supervisor', 'auditor'],
  };
}
const closed = { status: 'closed', open: false, closedAt: new Date(NOW) } as const;

/** By the names of the operations. */
export const PROBES: Readonly<Record<string, Probe>> = {
  postEvents: {
    ask: () => ({
      path: '/api/events',
      raw: {
        contentType: 'application/cloudevents+json',
        body: JSON.stringify({
          specversion: '1.0', id: randomUUID(), source: '/sales/test', type: 'yxzy.feed.heartbeat', time: '2026-11-02T01:00:00Z', subject: 'f', data: { feed: 'f' },
        }),
      },
    }), // prettier-ignore
  },
  getEvent: { ask: (_, relation) => ({ path: `/api/events/E-${relation}?source=/sales/test` }) },

  listAlerts: {
    ask: () => ({ path: `/api/alerts?${LISTED}` }),
    shows: ({ items }: Items<{ id: string }>) => items.map(({ id }) => relationOf(id)),
  },
  countAlerts: { ask: () => ({ path: `/api/alerts/counts?${LISTED}` }), counts: ({ total }: { total: number }) => total },
  listOutcomes: {
    ask: () => ({ path: `/api/alerts/outcomes?${LISTED}` }),
    counts: ({ items }: Items<{ raised: number }>) => items.reduce((sum, { raised }) => sum + raised, 0),
  },
  summarizeAlerts: {
    ask: () => ({ path: '/api/alerts/summary' }),
    shows: ({ byOrgUnit }: { byOrgUnit: { orgUnit: string }[] }) =>
      byOrgUnit.map(({ orgUnit }) => relationOfUnit(orgUnit === '' ? undefined : orgUnit)),
  },
  streamAlerts: {
    ask: () => ({ path: '/api/alerts/stream', headers: { 'Last-Event-ID': '0' } }),
    shows: (events: { alert: { id: string } }[]) => events.map(({ alert }) => relationOf(alert.id)),
  },
  getAlert: { ask: (_, relation) => ({ path: `/api/alerts/L-${relation}` }) },
  listRelatedAlerts: { ask: (_, relation) => ({ path: `/api/alerts/L-${relation}/related` }) },
  acknowledgeAlert: step('acknowledge', { note: '正在核实' }, () => ({})),
  dispatchAlert: step('dispatch', { to: { orgUnit: 'HZ-XH' }, note: '请补签', attachments: [] }, () => ({ status: 'acknowledged' })),
  rectifyAlert: step('rectify', { note: '已补签', attachments: [] }, ({ id }) => ({ status: 'dispatched', assignee: { user: id } })),
  closeAlert: step('close', { outcome: { result: 'confirmed', reason: '属实' }, note: '已看', attachments: [] }, () => ({ status: 'rectified' })),
  reopenAlert: step('reopen', { note: '重新核查', attachments: [] }, () => closed),
  commentAlert: step('comment', { note: '已电话联系', attachments: [] }, () => ({})),
  stepAlerts: {
    async ask(world, relation) {
      const id = await addAlert(world, relation, {});
      return { path: '/api/alerts/bulk', json: { step: 'comment', alerts: [{ id, version: 1 }], note: '批量' } };
    },
    isAllowed: ({ results }: { results: { ok: boolean }[] }) => results[0]?.ok === true,
  },
  addAlertEvidence: {
    ask: (_, relation) => ({
      path: `/api/alerts/L-${relation}/evidence?fileName=b.jpg`,
      raw: { contentType: 'image/jpeg', body: JPEG },
    }),
  },
  listAlertEvidence: { ask: (_, relation) => ({ path: `/api/alerts/L-${relation}/evidence` }) },
  getAlertEvidence: {
    async ask({ api }, relation) {
      const [file] = await api.evidence.list({ type: 'alert', id: `L-${relation}` });
      return { path: `/api/alerts/L-${relation}/evidence/${file?.id}` };
    },
  },

  listSilences: {
    ask: () => ({ path: '/api/silences' }),
    shows: ({ items }: Items<{ id: string; reason: string }>) =>
      items.filter(({ reason }) => reason === 'fixture').map(({ id }) => relationOf(id)),
  },
  createSilence: {
    ask: (_, relation) => {
      const unit = UNIT_OF[relation];
      const matcher = { rules: ['nothing'], ...(unit !== undefined && { orgUnit: unit }) };
      return { path: '/api/silences', json: { matcher, until: '2026-11-03T10:00:00+08:00', reason: '档案室搬迁' } };
    },
    refused: 403,
  },
  endSilence: {
    async ask({ api }, relation) {
      const silence = await api.silences.get(`S-${relation}`);
      const id = `X-${randomUUID()}`;
      if (silence) await api.silences.add({ ...silence, id, reason: 'to be ended' });
      return { path: `/api/silences/${id}/end` };
    },
  },

  listWorkOrders: {
    ask: () => ({ path: '/api/work-orders?subjectType=workOrder' }),
    shows: ({ items }: Items<{ no: string }>) => items.map(({ no }) => relationOf(no)),
  },
  recallWorkOrder: {
    ask: (_, relation) => ({ path: `/api/work-orders/WO-${relation}/as-known?at=2026-11-02` }),
  },
  getCalendar: { ask: () => ({ path: '/api/calendar?from=2026-11-02&to=2026-11-03' }) },
  loadOfHalls: {
    ask: () => ({ path: `/api/halls/load?date=${LISTED_DATE}` }),
    // Halls are units of the tree: none belongs to no unit.
    shows: ({ halls }: { halls: { hall: string }[] }) => {
      const shown = halls.map(({ hall }) => relationOfUnit(hall));
      return shown.length === RELATIONS.length - 1 ? [...shown, 'none'] : shown;
    },
  },
  getWorkOrder: { ask: (_, relation) => ({ path: `/api/work-orders/WO-${relation}` }) },
  listDeadlines: {
    ask: () => ({ path: '/api/deadlines?due=soon' }),
    shows: ({ items }: Items<{ recordId: string }>) => items.map(({ recordId }) => relationOf(recordId)),
  },
  listInspections: {
    ask: () => ({ path: `/api/inspections?date=${LISTED_DATE}` }),
    shows: ({ items }: Items<{ id: string }>) => items.map(({ id }) => relationOf(id)),
  },
  getInspection: { ask: (_, relation) => ({ path: `/api/inspections/I-${relation}` }) },
  recordInspection: {
    ask: (_, relation) => ({
      path: `/api/inspections/I-${relation}/results`,
      json: { results: [{ item: 'i1', result: 'fail', finding: '未签字' }], submit: false },
    }),
  },
  addInspectionEvidence: {
    ask: (_, relation) => ({
      path: `/api/inspections/I-${relation}/evidence?fileName=b.jpg`,
      raw: { contentType: 'image/jpeg', body: JPEG },
    }),
  },
  listInspectionEvidence: { ask: (_, relation) => ({ path: `/api/inspections/I-${relation}/evidence` }) },
  getInspectionEvidence: {
    async ask({ api }, relation) {
      const file = await api.evidence.add({
        owner: { type: 'inspection', id: `I-${relation}` }, fileName: 'b.jpg', content: JPEG, by: 'somebody',
      });
      return { path: `/api/inspections/I-${relation}/evidence/${file.id}` };
    },
  },
  listReconciliations: {
    ask: () => ({ path: `/api/reconciliations?from=${LISTED_DATE}&to=${LISTED_DATE}` }),
    shows: ({ items }: Items<{ orgUnit: string }>) =>
      items.map(({ orgUnit }) => relationOfUnit(orgUnit === NO_UNIT ? undefined : orgUnit)),
  },
  getReconciliation: { ask: (_, relation) => ({ path: `/api/reconciliations/${UNIT_OF[relation] ?? NO_UNIT}/${LISTED_DATE}` }) },
  printReconciliation: { ask: (_, relation) => ({ path: `/api/reconciliations/${UNIT_OF[relation] ?? NO_UNIT}/${LISTED_DATE}/print` }) },
  signReconciliation: {
    async ask(world, relation) {
      const date = await addStatement(world, relation);
      return { path: `/api/reconciliations/${UNIT_OF[relation] ?? NO_UNIT}/${date}/sign`, json: { side: 'giver', version: 1, note: '件数相符' } };
    },
  },
  getReport: {
    ask: () => ({ path: `/api/reports/day?date=${LISTED_DATE}` }),
    counts: ({ volumes }: { volumes: { opened: number } }) => volumes.opened,
  },
  listDeliveries: {
    ask: () => ({ path: '/api/deliveries?alert=listed' }),
    shows: ({ items }: Items<{ id: string }>) => items.map(({ id }) => relationOf(id)),
  },
  getDelivery: { ask: (_, relation) => ({ path: `/api/deliveries/D-${relation}` }) },
  retryDelivery: {
    async ask({ api }, relation) {
      const deliveries = api.connection.collection<{ _id: string }>('notify_deliveries');
      const delivery = await deliveries.findOne({ _id: `D-${relation}` });
      const id = `R-${randomUUID()}`;
      await deliveries.insertOne({ ...delivery, _id: id, why: {} } as never);
      return { path: `/api/deliveries/${id}/retry` };
    },
  },
  setMyNotifications: {
    // There is no e-mail channel here; what is wrong with a channel is told to people only.
    ask: () => ({ path: '/api/me/notifications', json: { via: [], quiet: { from: '21:00', to: '07:30', except: ['critical'] } } }),
    tokens: 409,
  },
  getMyNotifications: { ask: () => ({ path: '/api/me/notifications' }), tokens: 409 },
  testChannel: { ask: () => ({ path: '/api/channels/none/test', json: {} }), allowed: 404 },
  listAssessments: {
    ask: () => ({ path: '/api/assessments?month=2026-11&status=charged&limit=200' }),
    shows: ({ items }: Items<{ finding: { id: string } }>) =>
      items.flatMap(({ finding: { id } }) => (id.startsWith('listed-') ? [relationOf(id)] : [])),
    acts: ['supervisor', 'auditor'],
  },
  exportAssessments: { ask: () => ({ path: '/api/assessments/export.xlsx?month=2026-11' }), isFile: true },
  freezeAssessmentMonth: { ask: () => ({ path: '/api/assessments/months/2026-11/freeze' }), allowed: 409 },
  getAssessment: {
    ask: async ({ api }, relation) => {
      const [entry] = await api.assessments.store.ofFinding(`alert|listed-${relation}|1`);
      return { path: `/api/assessments/${encodeURIComponent(entry?.id ?? '')}` };
    },
    acts: ['supervisor', 'auditor'],
  },
  acknowledgeAssessment: assess('acknowledge', { note: '认责' }, ['supervisor']),
  appealAssessment: assess('appeal', { reason: '当日由他人代班' }, ['supervisor']),
  decideAssessment: assess('decide', { result: 'reduced', reason: '代班属实，减半', points: 1, money: 50 }, ['supervisor'], true),
  reverseAssessment: assess('reverse', { reason: '责任人登记错误' }, ['supervisor']),

  explainRule: { ask: (_, relation) => ({ path: `/api/rules/paper-late/explain?workOrder=WO-${relation}` }) },
  tryRule: {
    ask: (_, relation) => ({ path: '/api/rules/try', json: { text: '{}', workOrder: `WO-${relation}`, at: '2026-11-02' } }),
    freeText: ['text'],
  },
  // Some wait already: then there is no room for more.
  startBacktest: {
    ask: () => ({
      path: '/api/rules/backtest',
      json: {
        changes: [{ file: 'acceptance/a.json', text: '{}' }, { retire: 'paper-late', openAlerts: 'close' }],
        from: '2026-10-01T00:00:00+08:00', to: '2026-11-01T00:00:00+08:00', knownBy: 'received', historyDays: 30,
      },
    }),
    allowed: [202, 409, 429],
    freeText: ['changes[0].text'],
  },
  getBacktest: { ask: () => ({ path: '/api/rules/backtest/none' }), allowed: 404 },
  cancelBacktest: { ask: () => ({ path: '/api/rules/backtest/none/cancel' }), allowed: 404 },
  getPublication: { ask: () => ({ path: '/api/rules/publications/1' }), allowed: 404 },
  listRuleVersions: { ask: () => ({ path: '/api/rules/paper-late/versions' }), allowed: 404 },
  compareRuleVersions: { ask: () => ({ path: '/api/rules/paper-late/changes?from=1&to=2' }), allowed: 404 },
  getRuleFile: { ask: () => ({ path: '/api/rules/paper-late/file' }), allowed: 404 },
  // Nothing is published here yet.
  proposeRules: {
    ask: () => ({
      path: '/api/rules/proposals',
      json: { changes: [{ file: 'acceptance/a.json', text: '{}' }, { retire: 'paper-late', openAlerts: 'close' }], reason: '联系卡已取消' },
    }),
    allowed: 409,
    freeText: ['changes[0].text'],
  },
  getProposal: { ask: () => ({ path: '/api/rules/proposals/none' }), allowed: 404 },
  approveProposal: { ask: () => ({ path: '/api/rules/proposals/none/approve', json: { note: '已核对依据' } }), allowed: 404 },
  rejectProposal: { ask: () => ({ path: '/api/rules/proposals/none/reject', json: { note: '时限与文件不符' } }), allowed: 404 },
  withdrawProposal: { ask: () => ({ path: '/api/rules/proposals/none/withdraw' }), allowed: 404 },
  getRule: { ask: () => ({ path: '/api/rules/paper-late' }) },
  listOrgUnits: {
    ask: () => ({ path: '/api/org-units' }),
    shows: ({ items }: Items<{ code: string }>) => [...items.map(({ code }) => relationOfUnit(code)), 'none'],
  },

  openQueueBoard: { ask: () => ({ path: '/api/queue-board', json: {} }) },
  getDeadLetter: {
    ask: async ({ api }) => ({ path: `/api/dead-letters/${(await api.letters.list({})).items[0]?.id}` }),
  },
  replayDeadLetters: { ask: () => ({ path: '/api/dead-letters/replay', json: { ids: ['none'] } }) },
  signIn: { ask: () => ({ path: '/api/session', json: { user: 'nobody', password: 'wrong password' } }), allowed: 401 },
  changePassword: {
    // Nobody here has a password.
    ask: () => ({ path: '/api/me/password', json: { current: 'x', next: 'correct horse battery' } }),
    allowed: 409,
  },
  startOpenIdSignIn: { ask: () => ({ path: '/api/session/oidc' }), allowed: 404 },
  finishOpenIdSignIn: { ask: () => ({ path: '/api/session/oidc/callback' }), allowed: 404 },
  createUser: {
    ask: () => ({
      path: '/api/users',
      json: {
        id: `u-${randomUUID()}`, displayName: '新', operatorIds: ['E1'], grants: [{ role: 'inspector', orgUnit: 'HZ' }], groups: ['some-group'],
        exclusions: [{ role: 'author', orgUnit: 'NB' }], identity: { issuer: 'https://id.example', subject: randomUUID() }, withPassword: false,
      },
    }), // prettier-ignore
  },
  getUser: { ask: () => ({ path: '/api/users/somebody' }) },
  changeUser: { ask: () => ({ path: '/api/users/somebody', json: { displayName: '改', disabled: false } }) },
  resetPassword: { ask: () => ({ path: '/api/users/nobody/password' }), allowed: 404 },
  unlockUser: { ask: () => ({ path: '/api/users/somebody/unlock' }) },
  putGroup: {
    ask: () => ({
      path: '/api/groups/some-group',
      json: { displayName: '组', grants: [{ role: 'inspector', orgUnit: 'HZ' }] },
    }),
  },
  removeGroup: { ask: () => ({ path: '/api/groups/no-group/remove' }), allowed: 404 },
}; // prettier-ignore

/** Routes that end the session they are asked with. */
export const ENDS_SESSION = new Set(['signOut']);
