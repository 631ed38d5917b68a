import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, mkdir, rm, writeFile, copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTestService, type TestService } from '../support/open-test-service.js';
import { ruleFile } from '../support/rule-file.js';

const NOW = Date.parse('2026-11-23T18:00:00+08:00');
const base = { specversion: '1.0', source: '/sales/test', subject: 'WO1' };
let serial = 0;
const event = (type: string, time: string, data: object = {}, subject = 'WO1') => ({
  ...base,
  id: `e${(serial += 1)}`,
  type: `yxzy.${type}`,
  time,
  subject,
  data,
});
const signature = {
  fact: 'signature.present',
  params: { document: '受理单', role: 'handler' },
  operator: 'equal',
};

let dir: string;
let test: TestService;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'yxrisk-rules-'));
  await mkdir(join(dir, 'calendars'));
  await mkdir(join(dir, 'catalogue'));
  await copyFile('rules/calendars/default.json', join(dir, 'calendars/default.json'));
  const process = {
    process: '测试业务',
    source: '测试',
    stages: [{ stage: '业务受理' }, { stage: '现场勘查' }],
  };
  await writeFile(join(dir, 'catalogue/test.json'), JSON.stringify(process));
  const rules = [
    ruleFile({
      id: 'paper-late',
      trigger: {
        on: 'deadline',
        start: 'stage.completed',
        stop: 'paper.delivered',
        limit: { value: 1, unit: 'workingDay' },
      },
      conditions: { all: [{ fact: 'paper.delivered', operator: 'equal', value: false }] },
      tests: [
        { name: '未送达', facts: { 'paper.delivered': false }, expect: 'hit' },
        { name: '已送达', facts: { 'paper.delivered': true }, expect: 'no_hit' },
      ],
    }),
    ruleFile({
      id: 'unsigned',
      trigger: { on: 'event', types: ['flow.sent'] },
      conditions: { all: [{ ...signature, value: false }] },
      resolveWhen: { all: [{ ...signature, value: true }] },
      tests: [
        { name: '未签', facts: { 'signature.present(document=受理单,role=handler)': false }, expect: 'hit' },
        {
          name: '已签',
          facts: { 'signature.present(document=受理单,role=handler)': true },
          expect: 'no_hit',
        },
      ],
    }),
  ];
  for (const rule of rules) await writeFile(join(dir, `${rule.id}.json`), JSON.stringify(rule));
  test = await openTestService({ now: () => NOW, rulesDir: dir });
});
afterAll(async () => {
  await test?.close();
  await rm(dir, { recursive: true, force: true });
});

const alertsOf = (recordId: string) => test.service.alertStore.loadByRecords([recordId]);

describe('an event', () => {
  it('becomes an alert that can be explained, and the evidence closes it', async () => {
    await test.send([
      event('workorder.opened', '2026-11-20T09:00:00+08:00', { process: '测试业务', orgUnit: 'A' }),
      event('stage.completed', '2026-11-20T10:00:00+08:00', { stage: '业务受理', operator: { id: 'u1' } }),
      event('flow.sent', '2026-11-20T10:01:00+08:00', { stage: '业务受理', operator: { id: 'u1' } }),
    ]);
    await test.drain();
    expect(await alertsOf('WO1')).toMatchObject([
      {
        rule: { id: 'unsigned', version: 1 },
        status: 'open',
        responsible: 'u1',
        orgUnit: 'A',
        conditions: [{ fact: 'signature.present', factValue: false, result: true }],
      },
    ]);
    await test.send([
      event('signature.recorded', '2026-11-20T10:05:00+08:00', {
        document: '受理单',
        role: 'handler',
        signer: 'u1',
      }),
    ]);
    await test.drain();
    expect(await alertsOf('WO1')).toMatchObject([{ status: 'auto_closed', open: false }]);
  });

  it('that never came is an alert once the minute pass finds the limit passed', async () => {
    await test.passDeadlines();
    const overdue = (await alertsOf('WO1')).filter(({ rule }) => rule.id === 'paper-late');
    expect(overdue).toMatchObject([
      { status: 'open', phase: 'overdue', dueAt: new Date('2026-11-23T17:30:00+08:00') },
    ]);
  });

  it('that was late in telling takes the alert back, visibly', async () => {
    await test.send([event('paper.delivered', '2026-11-23T09:00:00+08:00', { toUnit: 'B' })]);
    await test.drain();
    const taken = (await alertsOf('WO1')).filter(({ rule }) => rule.id === 'paper-late');
    expect(taken).toMatchObject([{ status: 'auto_closed', open: false, retracted: true }]);
    expect(taken[0]?.history.map(({ what }) => what)).toEqual(['raised', 'retracted']);
  });

  it('out of order makes no false alert that stays', async () => {
    await test.send([event('flow.sent', '2026-11-20T10:01:00+08:00', { stage: '业务受理' }, 'WO2')]);
    await test.drain();
    expect(await alertsOf('WO2')).toMatchObject([{ status: 'open' }]);
    await test.send([
      event(
        'signature.recorded',
        '2026-11-20T10:00:00+08:00',
        { document: '受理单', role: 'handler', signer: 'u1' },
        'WO2',
      ),
    ]);
    await test.drain();
    expect(await alertsOf('WO2')).toMatchObject([{ status: 'auto_closed', retracted: true }]);
  });
});
