import { describe, expect, it } from '@jest/globals';
import type { BusinessEvent, EventData } from '../../src/events/business-event.js';
import { eventAt } from '../support/event-at.js';
import { assessUnder, loadProjectRules } from './load-project-rules.js';

/** Tuesday 3 March 2026, in business time. */
const on = (
  type: string,
  time: string,
  data: EventData = {},
  more: { recordedAt?: number; subject?: string } = {},
) => eventAt(type, `2026-03-03T${time}+08:00`, data, more);
const instant = (local: string) => Date.parse(`${local}+08:00`);

const stage = '业务受理';
const clerk = { id: 'u1' };
const arrived = on('stage.arrived', '09:00', { stage });
const done = on('stage.completed', '10:00', { stage, operator: clerk });
const entered = (fields: EventData) => on('record.entered', '09:10', { stage, operator: clerk, fields });
const checked = (time: string, data: EventData = {}) =>
  on('record.checked', time, { stage, checker: { id: 'u2' }, ...data });
const sent = (nextStage = '现场勘查') => on('flow.sent', '10:05', { stage, nextStage });
const opened = (data: EventData) => on('workorder.opened', '08:40', data);
const sameCity = opened({ process: '高压新装', sameCity: true, managingUnit: '33401' });
const notice = (time: string, data: EventData = {}) =>
  on('document.shortfall.notified', time, {
    stage,
    documents: ['产权证明'],
    agreedDate: '2026-03-03',
    ...data,
  });
const received = (document: string, time: string) => on('document.received', time, { document, stage });
const sign = (document: string, role: string, time: string, signer = 'u1') =>
  on('signature.recorded', time, { document, role, signer, stage });
const handed = (data: EventData = {}) =>
  on('handover.recorded', '11:00', { stage, toStage: '现场勘查', ...data });
const BOOK = '业务档案移交记录簿';
const consult = (attributes = {}) => opened({ process: '用电大项目前期咨询', attributes });
const hall = (type: string, time: string, data: EventData) =>
  on(`hall.${type}`, time, data, { subject: 'H1' });
const PROJECT = {
  projectName: '某厂',
  address: '某路',
  usage: '工业',
  nearTermCapacity: 1000,
  powerDate: '2027-01',
  contact: '甲',
  phone: '13800138000',
};

/** What raises each rule, and what puts it right; `cure: undefined` = only a person can close it. */
const SCENARIOS: Record<string, { raise: BusinessEvent[]; cure: BusinessEvent | undefined }> = {
  'shortfall-notice-missing': {
    raise: [on('workorder.suspended', '09:00', { side: 'customer', reason: '资料不全' })],
    cure: notice('09:30'),
  },
  'residential-documents-missing': {
    raise: [opened({ process: '低压居民新装' }), received('用电申请表', '09:00'), done],
    cure: received('客户承诺书', '11:00'),
  },
  'shortfall-agreed-date-missing': {
    raise: [on('document.shortfall.notified', '09:00', { documents: ['产权证明'] })],
    cure: notice('11:00'),
  },
  'shortfall-agreed-date-passed': {
    raise: [notice('09:00')],
    cure: eventAt('document.received', '2026-03-05T09:00+08:00', { document: '产权证明' }),
  },
  'incomplete-documents-not-filed': {
    raise: [received('身份证件', '09:00'), notice('09:10')],
    cure: eventAt('archive.filed', '2026-03-05T09:00+08:00'),
  },
  'record-not-checked': {
    raise: [arrived, entered({})],
    cure: eventAt('record.checked', '2026-03-05T09:00+08:00', { stage, checker: { id: 'u2' } }),
  },
  'record-sent-unchecked': { raise: [arrived, entered({}), done, sent()], cure: checked('11:00') },
  'record-mismatch-not-corrected': {
    raise: [arrived, entered({}), checked('09:30', { mismatches: ['phone'] })],
    cure: eventAt('record.checked', '2026-03-05T09:00+08:00', { stage, mismatches: [] }),
  },
  'record-mismatch-sent': {
    raise: [arrived, entered({}), checked('09:30', { mismatches: ['phone'] }), done, sent()],
    cure: checked('11:00', { mismatches: [] }),
  },
  'record-checker-is-operator': {
    raise: [arrived, entered({}), checked('09:30', { checker: clerk })],
    cure: checked('11:00'),
  },
  'stage-checker-is-operator': {
    raise: [on('stage.completed', '10:00', { stage, operator: clerk, checker: clerk })],
    cure: on('stage.completed', '11:00', { stage, checker: { id: 'u2' } }),
  },
  'record-check-too-fast': {
    raise: [arrived, entered({}), on('record.checked', '09:10:30', { stage, checker: { id: 'u2' } })],
    cure: undefined,
  },
  'contact-phone-malformed': {
    raise: [entered({ phone: '1380013800' })],
    cure: on('record.entered', '11:00', { stage, fields: { phone: '13800138000' } }),
  },
  'id-number-malformed': {
    raise: [entered({ idNumber: '110105194912310021' })],
    cure: on('record.entered', '11:00', { stage, fields: { idNumber: '11010519491231002X' } }),
  },
  'credit-code-malformed': {
    raise: [entered({ creditCode: '91350100M000100Y44' })],
    cure: on('record.entered', '11:00', { stage, fields: { creditCode: '91350100M000100Y43' } }),
  },
  'registration-fields-missing': {
    raise: [opened({ process: '高压新装' }), arrived, entered({ customerName: '甲', address: '某路' }), done],
    cure: on('record.entered', '11:00', { stage, fields: { phone: '13800138000' } }),
  },
  'contact-card-missing': {
    raise: [done],
    cure: on('contactcard.issued', '11:00', { fields: { applicationNo: 'WO1' } }),
  },
  'contact-card-application-no': {
    raise: [on('contactcard.issued', '10:00', { fields: { applicationNo: 'WO2' } })],
    cure: on('contactcard.issued', '11:00', { fields: { applicationNo: 'WO1' } }),
  },
  'contact-card-phone': {
    raise: [on('contactcard.issued', '10:00', { fields: { applicationNo: 'WO1' } })],
    cure: on('contactcard.issued', '11:00', { fields: { phone: '0571-87654321' } }),
  },
  'contact-card-without-copy': {
    raise: [on('contactcard.issued', '10:00', { withCustomerCopy: false })],
    cure: undefined,
  },
  'accept-form-handler-unsigned': { raise: [done], cure: sign('受理单', 'handler', '11:00') },
  'accept-form-seal-missing': { raise: [done], cure: sign('受理单', 'utilitySeal', '11:00') },
  'accept-form-time-missing': {
    raise: [arrived, entered({}), done],
    cure: on('record.entered', '11:00', { stage, fields: { acceptedAt: '2026-03-03 09:00' } }),
  },
  'offline-acceptance-not-backfilled': {
    raise: [on('acceptance.offline', '09:00', { contact: '138' })],
    cure: eventAt('acceptance.backfilled', '2026-03-05T09:00+08:00'),
  },
  'offline-acceptance-backfilled-late': {
    raise: [
      on('acceptance.offline', '09:00', { contact: '138' }),
      on('acceptance.backfilled', '09:00', {}, { recordedAt: instant('2026-03-04T09:00') }),
    ],
    cure: undefined,
  },
  'offline-acceptance-without-contact': {
    raise: [on('acceptance.offline', '09:00')],
    cure: on('acceptance.backfilled', '10:00', { contact: '138' }),
  },
  'handover-missing-at-day-end': {
    raise: [done],
    cure: eventAt('handover.recorded', '2026-03-05T09:00+08:00', { stage }),
  },
  'handover-giver-unsigned': {
    raise: [arrived, handed({ receiverSigned: true })],
    cure: eventAt('signature.recorded', '2026-03-05T09:00+08:00', { document: BOOK, role: 'giver', stage }),
  },
  'handover-receiver-unsigned': {
    raise: [arrived, handed({ giverSigned: true })],
    cure: eventAt('signature.recorded', '2026-03-05T09:00+08:00', {
      document: BOOK,
      role: 'receiver',
      stage,
    }),
  },
  'handover-not-received': {
    raise: [arrived, handed({ giverSigned: true })],
    cure: eventAt('signature.recorded', '2026-03-05T09:00+08:00', {
      document: BOOK,
      role: 'receiver',
      stage,
    }),
  },
  'handover-giver-mismatch': {
    raise: [arrived, handed({ giver: 'u1' }), sign(BOOK, 'giver', '11:05', 'u9')],
    cure: sign(BOOK, 'giver', '11:30', 'u1'),
  },
  'handover-receiver-mismatch': {
    raise: [arrived, sign(BOOK, 'receiver', '10:55', 'u9'), handed({ receiver: 'u2' })],
    cure: sign(BOOK, 'receiver', '11:30', 'u2'),
  },
  'handover-same-person': {
    raise: [arrived, handed({ giver: 'u1', receiver: 'u1' })],
    cure: on('handover.recorded', '11:30', { stage, giver: 'u1', receiver: 'u2' }),
  },
  'handover-list-short': {
    raise: [
      arrived,
      received('身份证件', '09:00'),
      received('产权证明', '09:00'),
      handed({ documents: ['身份证件'] }),
    ],
    cure: on('handover.recorded', '11:30', { stage, documents: ['产权证明'] }),
  },
  'flow-unsent-at-day-end': {
    raise: [done],
    cure: eventAt('flow.sent', '2026-03-05T09:00+08:00', { stage }),
  },
  'flow-unsent-across-day': {
    raise: [done],
    cure: eventAt('archive.filed', '2026-03-05T09:00+08:00'),
  },
  'paper-file-late': { raise: [done], cure: eventAt('paper.delivered', '2026-03-06T09:00+08:00') },
  'paper-file-same-city-next-workday': {
    raise: [sameCity, done],
    cure: eventAt('paper.delivered', '2026-03-05T09:00+08:00', { toUnit: '33401' }),
  },
  'paper-file-same-city-wrong-unit': {
    raise: [sameCity, done, on('paper.delivered', '11:00', { toUnit: '33402' })],
    cure: on('paper.delivered', '14:00', { toUnit: '33401' }),
  },
  'same-city-window-not-contacted': {
    raise: [sameCity, done],
    cure: eventAt('visit.completed', '2026-03-05T09:00+08:00', {
      attributes: { managingWindowContacted: true },
    }),
  },
  'survey-before-acceptance': {
    raise: [on('stage.completed', '09:30', { stage: '现场勘查' }), done],
    cure: undefined,
  },
  'completion-recorded-late': {
    raise: [on('stage.completed', '10:00', { stage }, { recordedAt: instant('2026-03-05T10:00') })],
    cure: undefined,
  },
  'acceptance-too-fast': {
    raise: [on('stage.arrived', '09:59:30', { stage }), done],
    cure: undefined,
  },
  'hall-wait-too-long': {
    raise: [hall('queue.sampled', '10:00', { waiting: 9, windowsOpen: 2, longestWaitMinutes: 21 })],
    cure: hall('queue.sampled', '10:30', { waiting: 9, windowsOpen: 2, longestWaitMinutes: 20 }),
  },
  'hall-windows-too-few': {
    raise: [hall('queue.sampled', '10:00', { waiting: 10, windowsOpen: 2 })],
    cure: hall('queue.sampled', '10:30', { waiting: 10, windowsOpen: 3 }),
  },
  'hall-incident-pc-unanswered': {
    raise: [hall('incident.opened', '10:00', { kind: 'pc' })],
    cure: hall('incident.closed', '11:00', { kind: 'pc' }),
  },
  'hall-incident-business': {
    raise: [
      hall('incident.opened', '10:00', { kind: 'pc' }),
      hall('incident.closed', '11:00', { kind: 'pc' }),
    ],
    cure: undefined,
  },
  'offline-business-unregistered': {
    raise: [
      on('workorder.opened', '08:40', { process: '高压新装' }, { recordedAt: instant('2026-03-04T09:00') }),
    ],
    cure: on('acceptance.backfilled', '11:00'),
  },
  'hall-incident-system-unanswered': {
    raise: [hall('incident.opened', '10:00', { kind: 'system' })],
    cure: hall('incident.responded', '11:00', { kind: 'system' }),
  },
  'hall-incident-power-unanswered': {
    raise: [hall('incident.opened', '10:00', { kind: 'power' })],
    cure: hall('incident.responded', '11:00', { kind: 'power' }),
  },
  'consult-registration-missing': {
    raise: [consult(), arrived, entered(PROJECT), done],
    cure: on('record.entered', '11:00', { stage, fields: { longTermCapacity: 3000 } }),
  },
  'consult-undetermined-not-archived': {
    raise: [consult({ projectDetermined: false }), done, sent('需求信息处理')],
    cure: on('archive.filed', '11:00'),
  },
  'consult-determined-archived': {
    raise: [consult({ projectDetermined: true }), done, sent('资料归档')],
    cure: on('stage.arrived', '11:00', { stage: '需求信息处理' }),
  },
  'consult-handover-list-incomplete': {
    raise: [consult(), arrived, handed({ documents: ['受理单'] })],
    cure: on('handover.recorded', '11:30', { stage, documents: ['资料清单'] }),
  },
};

describe('each rule that ships', () => {
  it('has a scenario here', async () => {
    const { files } = await loadProjectRules();
    // Window rules have theirs as event sequences in their files.
    const own = files
      .filter(({ file, rule }) => /^(acceptance|consult)\//.test(file) && rule.file.trigger.on !== 'window')
      .map(({ rule }) => rule.id);
    expect(Object.keys(SCENARIOS).sort()).toEqual(own.sort());
  });

  it.each(Object.entries(SCENARIOS))(
    '%s is raised by events, and put right where evidence can',
    async (id, scenario) => {
      const raised = await assessUnder([id], scenario.raise, '2026-03-10T08:00+08:00');
      expect(raised.findings).toHaveLength(1);
      const [finding] = raised.findings;
      expect(finding).toMatchObject({ rule: { id } });
      expect(finding).not.toHaveProperty('closedAt');
      // Nothing the rule speaks of is left unknown in what the supervisor reads.
      expect(finding?.evidence.title).not.toContain('—');
      const { files } = await loadProjectRules();
      const resolves = files.find(({ rule }) => rule.id === id)?.rule.file;
      if (scenario.cure === undefined) {
        expect(resolves?.resolveWhen).toBeUndefined();
        return;
      }
      const cured = await assessUnder([id], [...scenario.raise, scenario.cure], '2026-03-10T08:00+08:00');
      expect(cured.findings).toMatchObject([{ rule: { id }, closedAt: scenario.cure.at }]);
    },
  );
});
