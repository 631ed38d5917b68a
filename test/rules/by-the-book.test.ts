import { describe, expect, it } from '@jest/globals';
import type { BusinessEvent, EventData } from '../../src/events/business-event.js';
import { eventAt } from '../support/event-at.js';
import { assessUnder, loadProjectRules, summarise } from './load-project-rules.js';

const stage = '业务受理';
const BOOK = '业务档案移交记录簿';
const clerk = { id: 'u1', name: '张三' };

/** Tuesday 3 March 2026, in business time. */
const on = (type: string, time: string, data: EventData = {}) =>
  eventAt(type, `2026-03-03T${time}+08:00`, { orgUnit: '33401', ...data });

/** 业务受理 done as the manual says: entered, checked by another, signed, carded, sent and handed over the same day. */
function acceptedByTheBook(nextStage: string, fields: EventData, documents: string[]): BusinessEvent[] {
  const sign = (time: string, document: string, role: string, signer: string) =>
    on('signature.recorded', time, { stage, document, role, signer });
  return [
    on('stage.arrived', '09:00', { stage, operator: clerk }),
    ...documents.map((document) => on('document.received', '09:05', { stage, document, paper: true })),
    on('record.entered', '09:10', {
      stage,
      operator: clerk,
      fields: { phone: '13800138000', address: '某路 1 号', acceptedAt: '2026-03-03 09:00', ...fields },
    }),
    on('record.checked', '09:20', { stage, checker: { id: 'u2' }, mismatches: [] }),
    sign('09:24', '用电申请表', 'customer', '客户'),
    sign('09:25', '受理单', 'customer', '客户'),
    sign('09:26', '受理单', 'handler', 'u1'),
    sign('09:27', '受理单', 'utilitySeal', 'u1'),
    on('contactcard.issued', '09:30', { stage, fields: { applicationNo: 'WO1', phone: '95598' } }),
    on('stage.completed', '09:35', { stage, operator: clerk, checker: { id: 'u2' } }),
    on('flow.sent', '09:36', { stage, nextStage }),
    on('handover.recorded', '16:00', {
      stage,
      toStage: nextStage,
      documents: [...documents, '受理单', '资料清单'],
      giver: 'u1',
      receiver: 'u5',
    }),
    sign('16:01', BOOK, 'giver', 'u1'),
    sign('16:02', BOOK, 'receiver', 'u5'),
  ];
}

const CASES: [string, BusinessEvent[]][] = [
  [
    '高压新装，同城受理',
    [
      on('workorder.opened', '08:50', { process: '高压新装', sameCity: true, managingUnit: '33402' }),
      ...acceptedByTheBook('现场勘查', { customerName: '某公司', creditCode: '91350100M000100Y43' }, [
        '用电申请表',
        '营业执照',
      ]),
      on('window.contacted', '10:00', { attributes: { managingWindowContacted: true } }),
      on('paper.delivered', '17:00', { toUnit: '33402' }),
    ],
  ],
  [
    '低压居民新装',
    [
      on('workorder.opened', '08:50', {
        process: '低压居民新装',
        customerClass: '低压居民',
        sameCity: false,
      }),
      ...acceptedByTheBook('现场勘查', { customerName: '李四', idNumber: '11010519491231002X' }, [
        '用电申请表',
        '身份证件',
        '产权证明',
      ]),
    ],
  ],
  [
    '用电大项目前期咨询，项目已定',
    [
      on('workorder.opened', '08:50', {
        process: '用电大项目前期咨询',
        attributes: { projectDetermined: true },
      }),
      ...acceptedByTheBook(
        '需求信息处理',
        {
          projectName: '某厂',
          usage: '工业',
          nearTermCapacity: 1000,
          longTermCapacity: 3000,
          powerDate: '2027-01',
          contact: '王五',
        },
        ['项目批文', '受理单'],
      ),
    ],
  ],
];

describe('an application handled by the book', () => {
  /** The stages that follow have limits of their own: see every-process.test.ts. */
  it.each(CASES)('raises nothing under all rules for days: %s', async (_case, events) => {
    const { files } = await loadProjectRules();
    // What was sent on arrives nowhere here: what follows is not told.
    const ids = files.map(({ rule }) => rule.id).filter((id) => id !== 'sent-not-arrived');
    const record = await assessUnder(ids, events, '2026-03-05T18:00+08:00');
    expect(record.findings.map(summarise)).toEqual([]);
    expect(record.clocks.filter((clock) => clock.state === 'running' && clock.dueAt === undefined)).toEqual(
      [],
    );
  });

  it('handled by nobody raises what is missing, each once', async () => {
    const { files } = await loadProjectRules();
    const ids = files.map(({ rule }) => rule.id);
    const neglected = [
      on('workorder.opened', '08:50', { process: '高压新装', sameCity: true, managingUnit: '33402' }),
      on('stage.arrived', '09:00', { stage }),
      on('record.entered', '09:10', { stage, operator: clerk, fields: {} }),
      on('stage.completed', '09:35', { stage, operator: clerk, checker: clerk }),
    ];
    const { findings } = await assessUnder(ids, neglected, '2026-03-06T18:00+08:00');
    expect(findings.map((finding) => finding.rule.id).sort()).toEqual([
      'accept-form-handler-unsigned',
      'accept-form-seal-missing',
      'accept-form-time-missing',
      'acceptance-documents-missing',
      'contact-card-missing',
      'flow-unsent-across-day',
      'flow-unsent-at-day-end',
      'handover-missing-at-day-end',
      'paper-file-same-city-next-workday',
      'record-not-checked',
      'registration-fields-missing',
      'same-city-window-not-contacted',
      'stage-checker-is-operator',
      'stage-signatures-missing',
    ]);
    expect(
      findings.every((finding) => finding.evidence.responsible === 'u1' || finding.stage !== stage),
    ).toBe(true);
  });
});
