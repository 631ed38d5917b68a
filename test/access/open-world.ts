import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Role } from '../../src/access/principal.js';
import type { Alert } from '../../src/alerts/alert.js';
import type { Clock } from '../../src/engine/work-order-record.js';
import { canonicalHash } from '../../src/events/canonical-hash.js';
import { makeInspectionStore } from '../../src/inspections/inspection-store.js';
import type { InspectionTask } from '../../src/inspections/inspection-task.js';
import { makeStatement } from '../../src/reconciliation/statement.js';
import { makeDayTally } from '../../src/reports/day-figures.js';
import { applyEvent, foldEvents, newWorkOrder } from '../../src/work-orders/project-work-order.js';
import { queryFieldsOf } from '../../src/work-orders/record-query-fields.js';
import { makeAlert } from '../api/support/make-alert.js';
import { NOW, openTestApi, type TestApi } from '../api/support/open-test-api.js';
import { makeEvent } from '../work-orders/make-event.js';
import { RELATIONS, type Relation } from './access-table.js';

/** Whoever asks in the test has his role in HZ, unless it says otherwise. */
export const HOME = 'HZ';
/** The unit of each relation; what belongs to no unit has none. */
export const UNIT_OF: Readonly<Record<Relation, string | undefined>> = {
  own: 'HZ',
  below: 'HZ-XH',
  above: 'ZJ',
  sibling: 'NB',
  none: undefined,
};
/** Alerts of the lists have this rule; those that steps are tried on have another. */
export const LISTED_RULE = 'listed';
export const LISTED_DATE = '2026-11-03';
/** What must have a unit and shall have none is of one that is in no tree. */
export const NO_UNIT = 'GONE';
export const JPEG = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from('photo')]);

/** The API on a database with one thing of each kind for each relation, listening on a port. */
export type World = Awaited<ReturnType<typeof openWorld>>;

export async function openWorld() {
  const api = await openTestApi();
  for (const relation of RELATIONS) await addThings(api, relation);
  await api.changeFeed.take();
  await addFigures(api);
  await api.letters.add([
    {
      kind: 'event',
      eventKey: '/sales/test E-own',
      recordId: 'WO-own',
      reason: 'cannot-be-folded',
      error: 'no stage',
    },
  ]);
  await api.feeds.touch(new Map([['sales-zj-hz', { at: NOW - 20 * 60_000, heartbeat: true }]]));
  await api.users.add(makeUser('somebody'));
  await api.users.putGroup({ _id: 'some-group', displayName: '组', grants: [] });
  const server = api.app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    api,
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      await api.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Who asks: how far each role reaches, and how he shows who he is. */
export interface Subject {
  readonly name: string;
  /** As the histories name him. */
  readonly id: string;
  readonly reach: readonly { readonly role: Role; readonly units?: readonly string[] }[];
  readonly headers: Readonly<Record<string, string>>;
}

export function makeUser(id: string, more: object = {}) {
  return { _id: id, displayName: id, operatorIds: [], grants: [], groups: [], exclusions: [], disabled: false, failed: 0, createdAt: new Date(NOW), version: 1, ...more };
} // prettier-ignore

/** Headers of a new session of this person. */
export async function signIn({ api }: Pick<World, 'api'>, user: string): Promise<Record<string, string>> {
  const { secret, session } = await api.sessions.signInAs(user, [], 'r-test');
  return { Cookie: `yxrisk_session=${secret}`, 'X-CSRF-Token': session.csrfToken };
}

/** A fresh alert of a relation for one try at it. */
export async function addAlert(
  { api }: Pick<World, 'api'>,
  relation: Relation,
  changes: Partial<Alert>,
): Promise<string> {
  const id = `t-${randomUUID()}`;
  await api.alertStore.write([{ alert: alertOf(relation, { ...changes, id }), isNew: true }]);
  return id;
}

/** A fresh entry of the ledger, charged to a person who is none of those who ask. */
export async function addAssessment(
  { api }: Pick<World, 'api'>,
  relation: Relation,
  appealed = false,
  finding = `f-${randomUUID()}`,
): Promise<string> {
  const key = `alert|${finding}|1`;
  const clause = api.assessmentTable.clauses[0];
  if (!clause) throw new Error('The table of the test has no clause.');
  await api.assessments.chargeFinding({
    finding: {
      key, kind: 'alert', id: finding, title: '缺签字', workOrder: 'WO-1', confirmedAt: new Date(NOW), confirmedBy: 'somebody', reason: '属实',
    },
    clause,
    responsible: 'E9',
    orgUnit: UNIT_OF[relation],
  }); // prettier-ignore
  const entries = await api.assessments.store.ofFinding(key);
  const id = entries.find(({ charged }) => charged.kind === 'person')?.id ?? '';
  if (appealed)
    await api.assessments.stepAssessment({
      id,
      step: { kind: 'appeal', reason: '由他人代班' },
      actorOf: () => ({ id: 'somebody-else', isCharged: true, directs: false, judges: false }),
      isVisible: () => true,
      by: { who: { name: 'somebody-else', tokenId: 't' }, requestId: 'r' },
    });
  return id;
}

let statements = 0;

/** A statement of a unit, of a day of its own unless it says which. @returns its date */
export async function addStatement(
  { api }: Pick<World, 'api'>,
  relation: Relation,
  date?: string,
): Promise<string> {
  statements += 1;
  const day = date ?? new Date(Date.UTC(2000, 0, statements)).toISOString().slice(0, 10);
  const orgUnit = UNIT_OF[relation] ?? NO_UNIT;
  await api.reports.statements.put(
    makeStatement({ orgUnit, orgUnitName: orgUnit, date: day, now: NOW }, [], () => ''),
  );
  return day;
}

/** On one day each unit opened one work order. */
async function addFigures(api: TestApi): Promise<void> {
  const day = makeDayTally([LISTED_DATE], () => LISTED_DATE);
  for (const relation of RELATIONS)
    day.add({ orgUnit: UNIT_OF[relation] ?? '', at: NOW, what: { count: 'opened' } });
  await api.reports.figures.put([LISTED_DATE], day.figures(NOW), new Date(NOW));
}

function alertOf(relation: Relation, changes: Partial<Alert>): Alert {
  const { orgUnit: _, responsible: __, ...alert } = makeAlert(changes);
  const unit = UNIT_OF[relation];
  return { ...alert, ...(unit !== undefined && { orgUnit: unit }) };
}

/** A hall whose queue was looked at. */
async function addHallDay({ workOrderStore }: TestApi, unit: string): Promise<void> {
  const event = makeEvent('hall.queue.sampled', 0, { waiting: 5, orgUnit: unit });
  const id = `hall:${unit}@${LISTED_DATE}`;
  const workOrder = newWorkOrder({ recordId: id, subjectType: 'hall', subject: unit });
  applyEvent(workOrder, { ...event, subject: unit });
  const record = { workOrder, clocks: [], findings: [], advancedTo: NOW, calendarHash: 'cal' };
  const queryFields = queryFieldsOf(record, { updatedAt: NOW, ruleSetHash: 'rules' });
  await workOrderStore.replaceRecords([{ id, expectedRevision: 0, record, queryFields }]);
}

async function addThings(api: TestApi, relation: Relation): Promise<void> {
  const unit = UNIT_OF[relation];
  const no = `WO-${relation}`;
  const orgUnit = unit === undefined ? {} : { orgUnit: unit };
  const event = {
    ...makeEvent('workorder.opened', 0, { process: '高压新装', ...orgUnit }, { id: `E-${relation}` }),
    subject: no,
  };
  await api.eventStore.insertEvents([{ event, recordId: no, partition: 0, hash: canonicalHash(event) }]);
  const clock: Clock = {
    key: 'listed|业务受理#1', rule: { id: LISTED_RULE, version: 1 }, stage: '业务受理', visit: 1, anchorAt: NOW - 9_000_000,
    warnTimes: [], warned: 0, expired: false, state: 'running', dueAt: NOW + 3_600_000,
  }; // prettier-ignore
  const record = {
    workOrder: foldEvents([event]),
    clocks: [clock],
    findings: [],
    advancedTo: NOW,
    calendarHash: 'cal',
  };
  const queryFields = queryFieldsOf(record, { updatedAt: NOW, ruleSetHash: 'rules' });
  await api.workOrderStore.replaceRecords([{ id: no, expectedRevision: 0, record, queryFields }]);

  if (unit !== undefined) await addHallDay(api, unit);

  const rule = { id: LISTED_RULE, version: 1, name: '列表' };
  const alert = alertOf(relation, {
    id: `L-${relation}`,
    rule,
    recordId: no,
    subject: { type: 'workOrder', id: no },
  });
  await api.alertStore.write([{ alert, isNew: true }]);
  await api.evidence.add({
    owner: { type: 'alert', id: alert.id },
    fileName: 'a.jpg',
    content: JPEG,
    by: 'somebody',
  });
  await api.silences.add({
    id: `S-${relation}`,
    matcher: unit === undefined ? { severities: ['low'] } : { rules: ['nothing'], orgUnit: unit },
    reason: 'fixture',
    by: 'somebody',
    createdAt: new Date(NOW),
    from: new Date(NOW),
    until: new Date(NOW + 86_400_000),
  });
  await addAssessment({ api }, relation, false, `listed-${relation}`);
  await addStatement({ api }, relation, LISTED_DATE);
  await makeInspectionStore(api.connection).addTasks([inspectionOf(relation)]);
  const at = new Date(NOW);
  await api.connection.collection<{ _id: string }>('notify_deliveries').insertOne({
    _id: `D-${relation}`,
    messageId: 'm', channel: 'mail', to: 'wang@example.com', recipient: 'wang', ...orgUnit, status: 'failed', createdAt: at, nextAt: at, attempts: [],
    why: { kind: 'alerts', target: 'x', labels: {}, alerts: [{ id: 'listed', what: ['raised'] }], muted: 0 },
    content: { kind: 'alerts', title: 't', severity: 'high', lines: [], more: 0, footer: 'f', at },
  } as never); // prettier-ignore
}

/** A task always has a unit: one that is in no tree stands for none. */
function inspectionOf(relation: Relation): InspectionTask {
  const orgUnit = UNIT_OF[relation] ?? NO_UNIT;
  return {
    id: `I-${relation}`,
    plan: { id: 'listed', version: 1, name: '抽查' },
    clauses: [],
    orgUnit,
    orgUnitName: orgUnit,
    date: LISTED_DATE,
    status: 'planned',
    assignTo: 'shift-supervisor',
    dueAt: new Date(NOW + 3_600_000),
    plannedAt: new Date(NOW),
    items: [{ id: 'i1', text: '看', clause: 'c' }],
    samples: [],
  };
}
