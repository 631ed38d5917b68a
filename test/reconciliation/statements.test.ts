import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Statement } from '../../src/reconciliation/statement.js';
import { event, openJobService, type JobService } from '../jobs/open-job-service.js';

const HALL = '334010101';
const DAY = '2026-11-23';
const at = (time: string, day = DAY) => `${day}T${time}:00+08:00`;

/** An acceptance completed at ten, and what follows. */
function accepted(no: string, ...more: object[]): object[] {
  const common = { stage: '业务受理', orgUnit: HALL };
  return [
    event('workorder.opened', no, at('09:00'), { process: '高压新装', orgUnit: HALL }),
    event('document.received', no, at('09:30'), { ...common, document: '用电申请表', paper: true }),
    event('stage.completed', no, at('10:00'), { ...common, operator: { id: 'E1001' } }),
    ...more,
  ];
}
const handover = (no: string, data: object, time = '11:00', day = DAY) =>
  event('handover.recorded', no, at(time, day), {
    stage: '业务受理', toStage: '现场勘查', documents: ['用电申请表'], giver: '张三', receiver: '李四', giverSigned: true, receiverSigned: true, ...data,
  }); // prettier-ignore
const SIGNED = 'SIGNED';
const story = (no: string, what: string): object[] => {
  if (what === SIGNED) return accepted(no, handover(no, {}));
  if (what === 'unsigned') return accepted(no, handover(no, { receiverSigned: false }));
  if (what === 'delivered') return accepted(no, event('paper.delivered', no, at('11:00'), { toUnit: HALL }));
  if (what === 'nothing') return accepted(no);
  if (what === 'alone')
    return [
      event('handover.recorded', no, at('09:00'), { stage: '业务受理', documents: [], giver: '王五', receiver: '王五', giverSigned: true, receiverSigned: true }),
      ...accepted(no),
    ]; // prettier-ignore
  return accepted(no, handover(no, { documents: ['身份证明'] }));
};

describe('the daily reconciliation', () => {
  let jobs: JobService;
  const statement = async (): Promise<Statement> => {
    const found = await jobs.service.reports.statements.get(`${HALL}|${DAY}`);
    if (!found) throw new Error('no statement');
    return found;
  };
  const brief = ({ rows }: Statement) =>
    Object.fromEntries(
      rows.map(({ workOrder, differences }) => [workOrder, differences.map(({ code }) => code)]),
    );
  const ownAlerts = () => jobs.alertsOf(`reconciliation:${HALL}@${DAY}`);

  describe('where no rule looks at handovers', () => {
    beforeAll(async () => {
      jobs = await openJobService({ at: at('16:00'), rules: [] });
    });
    afterAll(() => jobs.close());

    it('holds what was completed against the register, counts both, and raises an alert for each difference, once', async () => {
      await jobs.send([
        ...story('R1', SIGNED),
        ...story('R2', 'unsigned'),
        ...story('R3', 'nothing'),
        ...story('R4', 'delivered'),
        ...story('R5', 'alone'),
        ...story('R6', 'short list'),
        event('workorder.opened', 'R7', at('09:00'), { process: '高压新装', orgUnit: HALL }),
        handover('R7', {}),
      ]);
      await jobs.drain();
      jobs.clock.set(at('17:01'));
      expect(await jobs.dated('close-day', DAY)).toMatchObject({ looked: 7, statements: 1, changed: 1, differences: 5, alerts: 5 }); // prettier-ignore
      const first = await statement();
      expect(brief(first)).toEqual({
        R1: [],
        R2: ['receiver-unsigned'],
        R3: ['not-handed-over'],
        R4: [],
        R5: ['same-person'],
        R6: ['list-short'],
        R7: ['register-only'],
      });
      expect(first.counts).toEqual({
        completed: 6,
        handedOver: 5,
        delivered: 1,
        giverSigned: 5,
        receiverSigned: 4,
        // Of the one that was handed over before its papers came, none had come; of R7 none ever did.
        documentsReceived: 5,
        documentsHanded: 4,
        differences: 5,
      });
      const alerts = await ownAlerts();
      expect(alerts.map(({ subject, open, orgUnit, stepDueAt }) => [subject.id, open, orgUnit, stepDueAt !== undefined]).sort()).toEqual(
        ['R2', 'R3', 'R5', 'R6', 'R7'].map((no) => [no, true, HALL, true]),
      ); // prettier-ignore
      expect(alerts.find(({ subject }) => subject.id === 'R3')?.title).toBe(
        '城区解放路营业厅一班 2026-11-23 对账：工单 R3 业务受理已办结未移交',
      );
      const [row] = first.rows.filter(({ workOrder }) => workOrder === 'R3');
      expect(alerts.map(({ id }) => id)).toContain(row?.differences[0]?.alert);

      // Again, as after a crash: nothing changes.
      expect(await jobs.dated('close-day', DAY)).toMatchObject({ changed: 0, alerts: 0 });
      expect((await statement()).version).toBe(1);
    });

    it('looks again for a week: what was put right is a new version, and its alert closes; what comes back opens it again', async () => {
      await jobs.service.reports.statements.sign(`${HALL}|${DAY}`, {
        side: 'giver',
        by: 'foreman',
        at: new Date(jobs.clock.now()),
        version: 1,
      });
      jobs.clock.set('2026-11-24T17:01:00+08:00');
      await jobs.send([
        event('signature.recorded', 'R2', at('09:00', '2026-11-24'), {
          document: '业务档案移交记录簿', stage: '业务受理', role: 'receiver', signer: '李四',
        }),
        event('stage.completed', 'R7', at('16:30'), { stage: '业务受理', orgUnit: HALL, operator: { id: 'E1001' } }),
      ]); // prettier-ignore
      await jobs.drain();
      await jobs.dated('close-day', '2026-11-24');
      const second = await statement();
      expect(brief(second)).toMatchObject({ R2: [], R7: [], R3: ['not-handed-over'] });
      expect(second).toMatchObject({ version: 2, signatures: [{ version: 1 }] });
      const of = async (no: string) => (await ownAlerts()).find(({ subject }) => subject.id === no);
      expect(await of('R2')).toMatchObject({ status: 'auto_closed', open: false });
      expect(await of('R7')).toMatchObject({ status: 'auto_closed' });
      expect(await of('R3')).toMatchObject({ status: 'open' });

      await jobs.send([handover('R2', { receiverSigned: false }, '15:00', '2026-11-24')]);
      await jobs.drain();
      await jobs.dated('close-day', '2026-11-24');
      expect((await of('R2'))?.history.map(({ what }) => what)).toEqual([
        'raised',
        'auto_closed',
        'reinstated',
      ]);
    });

    it('leaves alone what a person closed', async () => {
      const [alert] = (await ownAlerts()).filter(({ subject }) => subject.id === 'R5');
      const closed = { ...alert!, status: 'closed' as const, open: false, version: alert!.version + 1 };
      await jobs.service.alertStore.write([{ alert: closed, isNew: false }]);
      await jobs.dated('close-day', '2026-11-24');
      expect((await ownAlerts()).find(({ id }) => id === alert!.id)).toMatchObject({ status: 'closed', version: closed.version }); // prettier-ignore
    });
  });

  it('raises no second alert for what a rule has found: the statement names the rule’s', async () => {
    jobs = await openJobService({ at: at('16:00') });
    try {
      await jobs.send([...story('R1', SIGNED), ...story('R2', 'unsigned'), ...story('R3', 'nothing')]);
      await jobs.drain();
      jobs.clock.set(at('17:01'));
      await jobs.dated('end-of-day', DAY);
      await jobs.dated('close-day', DAY);
      const { rows } = await statement();
      const byRule = await jobs.alertsOf('R2', 'R3');
      const ruleOf = (id: string | undefined) => byRule.find((alert) => alert.id === id)?.rule.id;
      expect(rows.filter(({ differences }) => differences.length > 0).map(({ workOrder, differences }) => [workOrder, ruleOf(differences[0]?.alert)])).toEqual([
        ['R2', 'handover-receiver-unsigned'],
        ['R3', 'handover-missing-at-day-end'],
      ]); // prettier-ignore
      expect(await ownAlerts()).toEqual([]);
    } finally {
      await jobs.close();
    }
  });
});
