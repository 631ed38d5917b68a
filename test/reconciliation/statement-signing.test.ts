import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Side, Statement } from '../../src/reconciliation/statement.js';
import { accepted, event, openJobService, type JobService } from '../jobs/open-job-service.js';

const HALL = '334010101';
// A Friday: the next working day is Monday.
const DAY = '2026-11-20';
const ID = `${HALL}|${DAY}`;
const at = (day: string, time: string) => `${day}T${time}:00+08:00`;

describe('a daily statement that is to be signed by both sides', () => {
  let jobs: JobService;
  const statement = async (): Promise<Statement> => {
    const found = await jobs.service.reports.statements.get(ID);
    if (!found) throw new Error('no statement');
    return found;
  };
  const alert = async () => (await jobs.alertsOf(`signing:${HALL}@${DAY}`))[0];
  const story = async () => (await alert())?.history.map(({ what }) => what);
  const minute = async (to: string) => {
    jobs.clock.set(to);
    return jobs.minute('follow-statements');
  };
  const sign = async (side: Side, version: number) =>
    jobs.service.reports.statements.sign(ID, {
      side,
      by: side,
      at: new Date(jobs.clock.now()),
      version,
    });
  const dueAt = async () => {
    const due = jobs.service.reports.signing.dueAt(await statement());
    return due === undefined ? undefined : new Date(due).toISOString();
  };

  beforeAll(async () => {
    jobs = await openJobService({ at: at(DAY, '16:00'), rules: [] });
    await jobs.send(accepted('S1', DAY, { orgUnit: HALL }));
    await jobs.drain();
    jobs.clock.set(at(DAY, '17:01'));
    await jobs.dated('close-day', DAY);
  });
  afterAll(() => jobs.close());

  it('raises nothing until the closing of the next working day, and asks for nothing twice', async () => {
    expect(await dueAt()).toBe('2026-11-23T09:30:00.000Z');
    expect(await minute(at(DAY, '17:02'))).toEqual({ looked: 1 });
    expect(await minute(at(DAY, '17:03'))).toEqual({ looked: 0 });
    await minute(at('2026-11-23', '17:29'));
    expect(await alert()).toBeUndefined();
  });

  it('raises one alert at that time when only one side has signed, which goes up the ladder like others', async () => {
    expect(await sign('giver', 1)).toBe(true);
    await minute(at('2026-11-23', '17:30'));
    const raised = await alert();
    expect(raised).toMatchObject({
      rule: { id: 'statement-unsigned' },
      subject: { type: 'orgUnit', id: HALL },
      status: 'open',
      phase: 'overdue',
      dueAt: new Date('2026-11-23T09:30:00.000Z'),
      assignTo: 'shift-supervisor',
      facts: { 'reconciliation.version': 1, 'reconciliation.signed': ['giver'] },
      title: '城区解放路营业厅一班 2026-11-20 对账单到时未经双方签认',
    });
    expect(raised?.stepDueAt).toBeDefined();
    expect(await minute(at('2026-11-23', '17:31'))).toEqual({ looked: 0 });
    jobs.clock.set(at('2026-11-24', '17:31'));
    await jobs.minute('escalations');
    expect((await alert())?.escalations).toMatchObject([{ rung: 1, to: 'county-manager' }]);
  });

  it('closes it once both have signed what the statement says now', async () => {
    await sign('receiver', 1);
    await minute(at('2026-11-24', '17:32'));
    expect(await alert()).toMatchObject({ status: 'auto_closed', open: false });
    expect((await alert())?.stepDueAt).toBeUndefined();
  });

  it('gives a new version its grace, and opens the same alert again when that is over', async () => {
    await jobs.send([
      event('stage.completed', 'S1', at(DAY, '10:00'), { stage: '客户申请确认', orgUnit: HALL }),
    ]);
    await jobs.drain();
    jobs.clock.set(at('2026-11-25', '10:00'));
    await jobs.dated('close-day', '2026-11-25');
    expect(await statement()).toMatchObject({ version: 2, madeAt: new Date('2026-11-20T09:01:00.000Z') });
    // Four working hours, with lunch in between.
    expect(await dueAt()).toBe('2026-11-25T07:30:00.000Z');
    await minute(at('2026-11-25', '15:29'));
    expect(await alert()).toMatchObject({ open: false });
    await minute(at('2026-11-25', '15:30'));
    expect(await story()).toEqual(['raised', 'escalated', 'auto_closed', 'reinstated']);
  });

  it('finds the alert of a signature whose process died before it looked', async () => {
    const { signing, statements } = jobs.service.reports;
    const seen = await statement();
    await sign('giver', 2);
    await sign('receiver', 2);
    // Who read it before it was signed cannot say that all is done.
    await statements.settleLook(seen, undefined);
    expect(await signing.followStatements()).toEqual({ looked: 1 });
    expect(await alert()).toMatchObject({ status: 'auto_closed' });
  });

  it('leaves alone what a person closed', async () => {
    const before = await alert();
    await jobs.service.alertStore.write([
      { alert: { ...before!, status: 'closed', open: false, version: before!.version + 1 }, isNew: false },
    ]);
    await jobs.send(accepted('S2', DAY, { orgUnit: HALL }));
    await jobs.drain();
    jobs.clock.set(at('2026-11-25', '17:01'));
    await jobs.dated('close-day', '2026-11-25');
    expect((await statement()).version).toBe(3);
    await minute(at('2026-11-27', '17:31'));
    expect(await alert()).toMatchObject({ status: 'closed', version: before!.version + 1 });
  });
});
