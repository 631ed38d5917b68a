import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Alert } from '../../src/alerts/alert.js';
import type { RuleFile } from '../../src/engine/rule-file.js';
import { event } from '../jobs/open-job-service.js';
import { ruleFile } from '../support/rule-file.js';
import { openTestRules, textOf, type TestRules } from './open-test-rules.js';

/** Hits whenever a stage is completed on an open work order. */
const onEvent = (id: string, changes: Partial<RuleFile> = {}) => ruleFile({ id, ...changes });
const paperLate = (version: number, days: number) =>
  ruleFile({
    id: 'paper-late',
    version,
    trigger: {
      on: 'deadline',
      start: 'stage.completed',
      stop: 'paper.delivered',
      limit: { value: days, unit: 'workingDay' },
    },
    conditions: { all: [{ fact: 'paper.delivered', operator: 'equal', value: false }] },
    tests: [
      { name: '没有送达', facts: { 'paper.delivered': false }, expect: 'hit' },
      { name: '已送达', facts: { 'paper.delivered': true }, expect: 'no_hit' },
    ],
  });

describe('what follows a publication', () => {
  let test: TestRules;
  beforeAll(async () => {
    test = await openTestRules(
      [
        onEvent('closed-when-retired'), onEvent('kept-when-retired'), onEvent('deleted'), onEvent('comes-back'),
        onEvent('in-trial', { status: 'shadow' }), onEvent('trial-ends', { status: 'shadow' }), onEvent('stays'),
        paperLate(1, 3),
      ],
      '2026-11-20T12:00:00+08:00',
    ); // prettier-ignore
    await test.send(['WO1', 'WO2'].flatMap((no) => [completed(no, '2026-11-20T10:00:00+08:00')]));
    await test.drain();
  });
  afterAll(() => test.close());

  const completed = (no: string, time: string) =>
    event('stage.completed', no, time, { process: '高压新装', stage: '业务受理', orgUnit: '334010101' });
  const alertsOf = async (rule: string): Promise<Alert[]> =>
    (await test.service.alertStore.loadByRecords(['WO1', 'WO2']))
      .filter((alert) => alert.rule.id === rule)
      .sort((a, b) => (a.recordId < b.recordId ? -1 : 1));
  const follow = async () => {
    test.tick(16_000);
    return test.crontab.minute['follow-rules']?.({
      now: test.now,
      attempt: 1,
      signal: new AbortController().signal,
    });
  };
  const lastNote = ({ history }: Alert) => history.at(-1)?.note;

  it('begins with alerts that name their rule set, and would-be alerts that tell nobody', async () => {
    const { hash } = test.service.ruleSets.current();
    expect(await alertsOf('stays')).toMatchObject([
      { ruleSet: hash, shadow: false },
      { ruleSet: hash, shadow: false },
    ]);
    const [trial] = await alertsOf('in-trial');
    expect(trial).toMatchObject({ open: true, shadow: true });
    expect(trial).not.toHaveProperty('outbox');
    expect(trial).not.toHaveProperty('stepDueAt');
    expect(trial).not.toHaveProperty('nextLookAt');
  });

  it('waits until every process judges by it', async () => {
    await test.folder.remove('acceptance/closed-when-retired.json');
    await test.folder.write('_retired/closed-when-retired.json', '{"openAlerts": "close"}');
    await test.settle();
    const signal = new AbortController().signal;
    const early = await test.crontab.minute['follow-rules']?.({ now: test.now, attempt: 1, signal });
    expect(early).toMatchObject({ publications: 0 });
    expect(await alertsOf('closed-when-retired')).toMatchObject([{ open: true }, { open: true }]);
  });

  it('closes the alerts of a rule that was retired with "close"', async () => {
    expect(await follow()).toMatchObject({ publications: 1 });
    const alerts = await alertsOf('closed-when-retired');
    expect(alerts).toMatchObject([{ status: 'auto_closed' }, { status: 'auto_closed' }]);
    expect(alerts.map(lastNote)).toEqual(['规则已停用，预警自动解除', '规则已停用，预警自动解除']);
  });

  it('and they stay closed, whatever happens to their work order', async () => {
    await test.send([completed('WO1', '2026-11-20T11:00:00+08:00')]);
    await test.drain();
    await test.crontab.dated['end-of-day']?.('2026-11-19', {
      now: test.now,
      attempt: 1,
      signal: new AbortController().signal,
    });
    expect(await alertsOf('closed-when-retired')).toMatchObject([{ open: false }, { open: false }]);
  });

  it('keeps the alerts of a rule that was retired with "keep", says so once, and people can close them', async () => {
    await test.folder.remove('acceptance/kept-when-retired.json');
    await test.folder.write('_retired/kept-when-retired.json', '{"openAlerts": "keep"}');
    await test.settle();
    await follow();
    const [kept] = await alertsOf('kept-when-retired');
    expect(kept).toMatchObject({ open: true, status: 'open' });
    expect(kept && lastNote(kept)).toContain('请处理后人工销号');
    const closed = await test.service.stepAlert({
      id: kept?.id ?? '',
      actor: { id: 'wang', directs: () => true },
      step: { kind: 'close', outcome: { result: 'unconfirmed', reason: '规则已停用' } },
      by: { who: { name: 'wang' } },
      isVisible: () => true,
    });
    expect(closed).toMatchObject({ status: 'closed', open: false });
  });

  it('closes what nobody works on where a rule is deleted, and leaves the rest to whoever took it in hand', async () => {
    const [mine] = await alertsOf('deleted');
    await test.service.alertStore.write([
      { alert: { ...mine!, status: 'acknowledged', version: mine!.version + 1 }, isNew: false },
    ]);
    await test.folder.remove('acceptance/deleted.json');
    await test.settle();
    await follow();
    expect(await alertsOf('deleted')).toMatchObject([
      { recordId: 'WO1', status: 'acknowledged', open: true },
      { recordId: 'WO2', status: 'auto_closed', open: false },
    ]);
  });

  it('brings alerts back that still hold when their rule is back', async () => {
    await test.folder.remove('acceptance/comes-back.json');
    await test.settle();
    await follow();
    expect(await alertsOf('comes-back')).toMatchObject([{ open: false }, { open: false }]);
    await test.folder.put(onEvent('comes-back'));
    await test.settle();
    await follow();
    await test.send([completed('WO2', '2026-11-20T11:30:00+08:00')]);
    await test.drain();
    const [, second] = await alertsOf('comes-back');
    expect(second).toMatchObject({ open: true, status: 'open' });
  });

  it('tells what a rule in trial had found once it is active', async () => {
    await test.folder.put(onEvent('trial-ends', { status: 'active' }));
    await test.settle();
    await follow();
    const [alert] = await alertsOf('trial-ends');
    expect(alert).toMatchObject({ shadow: false, open: true, stepDueAt: expect.any(Date) as unknown });
    expect(alert?.history.at(-1)).toMatchObject({ what: 'raised', note: '规则由试运行转为启用' });
    while ((await test.service.changeFeed.take()) > 0);
    const changes = await test.service.changeFeed.readAfter(0, 1_000);
    expect(changes.map(({ alertId }) => alertId)).toContain(alert?.id);
    const [still] = await alertsOf('in-trial');
    expect(changes.map(({ alertId }) => alertId)).not.toContain(still?.id);
  });

  it('moves the running clocks of a deadline rule that changed, and shows how far it is', async () => {
    const dueOf = async (no: string) => (await test.service.records.get(no))?.record.clocks[0]?.dueAt;
    expect(await dueOf('WO1')).toBe(Date.parse('2026-11-25T17:30:00+08:00'));
    await test.folder.put(paperLate(2, 1));
    await test.settle();
    const waiting = await test.service.publishingReader.state();
    expect(waiting.following).toMatchObject([{ follow: { state: 'waiting' } }]);
    expect(await follow()).toMatchObject({ publications: 1, records: 2 });
    expect(await dueOf('WO1')).toBe(Date.parse('2026-11-23T17:30:00+08:00'));
    expect(await dueOf('WO2')).toBe(Date.parse('2026-11-23T17:30:00+08:00'));
    expect((await test.service.publishingReader.state()).following).toEqual([]);
    const [latest] = await test.service.publications.list(1);
    expect(latest?.follow).toMatchObject({ state: 'done', records: { looked: 2, of: 2 } });
    // It is the minute pass that finds them overdue, by the new limit.
    test.tick(4 * 86_400_000);
    await test.passDeadlines();
    expect(await alertsOf('paper-late')).toMatchObject([
      { phase: 'overdue', rule: { version: 2 }, dueAt: new Date('2026-11-23T17:30:00+08:00') },
      { phase: 'overdue', rule: { version: 2 } },
    ]);
  });

  it('shows no deadline of a rule that is out of use, and its clocks bind nobody', async () => {
    const { ruleSets, deadlines, records } = test.service;
    const list = () =>
      deadlines.listRunning({
        until: test.now() + 365 * 86_400_000,
        limit: 10,
        isInForce: (id) => ruleSets.current().byId(id) !== undefined,
      });
    await test.send([completed('WO3', '2026-11-24T11:00:00+08:00')]);
    await test.drain();
    expect((await list()).map(({ recordId }) => recordId)).toContain('WO3');
    await test.folder.remove('acceptance/paper-late.json');
    await test.settle();
    await follow();
    expect(await list()).toEqual([]);
    test.tick(4 * 86_400_000);
    await test.passDeadlines();
    expect((await records.get('WO3'))?.record.clocks).toMatchObject([{ state: 'void' }]);
    expect((await test.service.alertStore.loadByRecords(['WO3'])).map(({ rule }) => rule.id)).not.toContain(
      'paper-late',
    );
  });

  it('raises what a version had found before it was replaced or taken away, by the file it was published as', async () => {
    const { raiseAlerts, ruleSets, records } = test.service;
    const stored = await records.get('WO3');
    const evidence = { severity: 'high', title: '旧版发现', advice: '', facts: {}, conditions: [] } as const;
    const finding = {
      fingerprint: 'paper-late|WO3|业务受理#2', episode: 1, rule: { id: 'paper-late', version: 1 },
      openedAt: test.now(), lastAt: test.now(), occurrences: 1, evidence,
    }; // prettier-ignore
    // Its worker died between record and alert, and by now the rule is gone.
    const { raised } = await raiseAlerts(
      [{ record: stored!.record, revision: stored!.revision, findings: [finding] }],
      ruleSets.current(),
    );
    expect(raised).toMatchObject([
      { rule: { id: 'paper-late', version: 1, name: '测试规则 paper-late' }, open: true },
    ]);
    expect(raised[0]).not.toHaveProperty('ruleSet');
  });

  it('leaves alone what it was not about', async () => {
    expect(await alertsOf('stays')).toMatchObject([{ open: true }, { open: true }]);
    expect(textOf(onEvent('stays'))).toContain('stays');
  });
});
