import { ALONE, kind, PLAIN, type FaultKind } from './fault-kind.js';
import { ACCOUNT_FAULT_KINDS } from './account-fault-kinds.js';
import { ATTRIBUTE_FAULT_KINDS } from './attribute-fault-kinds.js';
import { DELAY_FAULT_KINDS } from './delay-fault-kinds.js';
import { STAGE_FAULT_KINDS } from './stage-fault-kinds.js';
import { UNIT_FAULT_KINDS } from './unit-fault-kinds.js';

export type { FaultKind };
const ofHall = (name: string, zh: string, rules: readonly string[]): FaultKind => ({
  kind: name,
  name: zh,
  area: 'hall',
  rules,
  on: 'hall',
});

const DAY_END_HANDOVER = 'handover-missing-at-day-end';
const SAME_CITY = 'paper-file-same-city-next-workday';

export const FAULT_KINDS: readonly FaultKind[] = [
  // 受理单、联系卡
  kind('handler-signature-missing', 'signature', '受理单缺受理人签名', 'accept-form-handler-unsigned'),
  kind('seal-missing', 'seal', '受理单未盖供电企业印章', 'accept-form-seal-missing'),
  kind('acceptance-time-missing', 'fields', '受理单未填受理时间', 'accept-form-time-missing'),
  kind('card-missing', 'card', '未发客户联系卡', 'contact-card-missing', { processes: 'any' }),
  kind('card-wrong-number', 'card', '联系卡申请编号写错', 'contact-card-application-no', {
    processes: 'any',
  }),
  kind('card-without-copy', 'card', '联系卡没有与客户联一并交给客户', 'contact-card-without-copy', {
    processes: 'any',
  }),
  kind('card-without-phone', 'card', '联系卡没有可用的电话', 'contact-card-phone', { processes: 'any' }),
  // 录入
  kind('phone-malformed', 'fields', '联系电话写错', 'contact-phone-malformed', { processes: 'any' }),
  kind('id-number-malformed', 'fields', '身份证号写错', 'id-number-malformed', { processes: 'person' }),
  kind('credit-code-malformed', 'fields', '统一社会信用代码写错', 'credit-code-malformed', {
    processes: 'firm',
  }),
  kind('registration-incomplete', 'fields', '登记缺必填项', 'registration-fields-missing', {
    processes: 'notConsult',
  }),
  kind('consult-registration-incomplete', 'fields', '大项目咨询登记缺要素', 'consult-registration-missing', {
    processes: 'consult',
  }),
  // 校核
  kind('checked-late', 'check', '录入 4 个工作小时后才校核', 'record-not-checked', {
    processes: 'any',
    needs: { correction: false, slowCheck: false },
  }),
  kind('entered-unarrived', 'all', '没有登记到达就录入，也没有校核', 'record-not-checked', {
    processes: 'any',
    needs: ALONE,
  }),
  kind('sent-unchecked', 'check', '先发送、后校核', 'record-sent-unchecked', {
    needs: { correction: false, slowCheck: false },
  }),
  kind('never-checked', 'check', '一直没有校核', ['record-sent-unchecked', 'record-not-checked'], {
    needs: { correction: false, slowCheck: false },
  }),
  kind('check-in-seconds', 'check', '录入几秒后就校核', 'record-check-too-fast', {
    processes: 'any',
    needs: { correction: false, slowCheck: false },
  }),
  kind('self-checked', 'check', '自己录入自己校核', 'record-checker-is-operator', {
    processes: 'any',
    needs: { correction: false },
  }),
  kind('stage-checked-by-operator', 'checker', '办理人与校核人是同一人', 'stage-checker-is-operator', {
    processes: 'every',
  }),
  kind('mismatch-sent', 'check', '带着差错发送，当日更正', 'record-mismatch-sent', {
    needs: { correction: false, slowCheck: false, offline: false },
  }),
  kind('mismatch-over-night', 'check', '差错过夜才更正', 'record-mismatch-not-corrected', {
    processes: 'any',
    needs: { correction: false, slowCheck: false },
  }),
  kind(
    'mismatch-sent-over-night',
    'check',
    '带着差错发送，当日未更正',
    ['record-mismatch-sent', 'record-mismatch-not-corrected'],
    { needs: { correction: false, slowCheck: false } },
  ),
  // 资料
  kind(
    'residential-documents-missing',
    'documents',
    '低压居民缺件、未告知',
    'residential-documents-missing',
    {
      processes: 'residential',
      needs: { shortfall: false, promise: false, offline: false },
    },
  ),
  kind('firm-documents-missing', 'documents', '单位客户缺必备资料、未告知', 'acceptance-documents-missing', {
    processes: 'firm',
    needs: { shortfall: false, promise: false, offline: false },
  }),
  kind('promise-unkept', 'all', '容缺受理的资料到答复时还没有补', 'deferred-documents-missing', {
    of: ['低压非居民新装', '低压非居民增容'],
    needs: { ...ALONE, promise: true },
  }),
  kind('shortfall-without-notice', 'documents', '资料不全而未一次性告知', 'shortfall-notice-missing', {
    processes: 'any',
    needs: { shortfall: true, offline: false },
  }),
  kind('shortfall-without-date', 'documents', '一次性告知未约定时间', 'shortfall-agreed-date-missing', {
    processes: 'any',
    needs: { shortfall: true, offline: false },
  }),
  kind('agreed-date-passed', 'documents', '约定补充日已过未补齐', 'shortfall-agreed-date-passed', {
    processes: 'any',
    needs: { shortfall: true, offline: false },
  }),
  kind('incomplete-not-filed', 'documents', '不全的资料未建档存放', 'incomplete-documents-not-filed', {
    processes: 'any',
    needs: { shortfall: true, offline: false },
  }),
  // 移交
  kind('handover-next-day', 'handover', '次日才移交', DAY_END_HANDOVER, {
    processes: 'any',
    needs: { sameCity: false },
  }),
  kind('papers-near-limit', 'handover', '临近 2 个工作日才移交', [DAY_END_HANDOVER, 'paper-file-late'], {
    needs: { sameCity: false },
  }),
  kind('papers-late', 'handover', '超过 2 个工作日才移交或从未移交', [DAY_END_HANDOVER, 'paper-file-late'], {
    needs: { sameCity: false },
  }),
  kind('giver-unsigned', 'handover', '移交人未签字', 'handover-giver-unsigned', { processes: 'any' }),
  kind('receiver-signs-next-day', 'handover', '接收人次日才签字', 'handover-receiver-unsigned', {
    processes: 'any',
  }),
  kind(
    'receiver-never-signs',
    'handover',
    '下一工作日仍无人接收',
    ['handover-receiver-unsigned', 'handover-not-received'],
    { processes: 'any', needs: { sameCity: false } },
  ),
  kind('giver-mismatch', 'handover', '移交人与签字人不符', 'handover-giver-mismatch', { processes: 'any' }),
  kind('receiver-mismatch', 'handover', '接收人与签字人不符', 'handover-receiver-mismatch', {
    processes: 'any',
  }),
  kind('handover-to-oneself', 'handover', '移交人就是接收人', 'handover-same-person', { processes: 'any' }),
  kind('handover-list-short', 'handover', '移交清单漏写已收资料', 'handover-list-short', {
    processes: 'any',
  }),
  kind(
    'consult-list-incomplete',
    'handover',
    '大项目移交缺受理单或资料清单',
    'consult-handover-list-incomplete',
    {
      processes: 'consult',
    },
  ),
  // 同城受理
  kind('same-city-near-limit', 'paper', '同城资料临近时限才送达', SAME_CITY, { needs: { sameCity: true } }),
  kind('same-city-late', 'paper', '同城资料超时送达或从未送达', SAME_CITY, { needs: { sameCity: true } }),
  kind('same-city-wrong-unit', 'paper', '同城资料送错单位', 'paper-file-same-city-wrong-unit', {
    needs: { sameCity: true },
  }),
  kind('window-not-contacted', 'contact', '未联系业务发生地窗口', 'same-city-window-not-contacted', {
    needs: { sameCity: true },
  }),
  // 流程
  kind('unsent-at-day-end', 'flow', '下班前应发未发', 'flow-unsent-at-day-end', { processes: 'flow' }),
  kind('unsent-across-day', 'flow', '跨日滞留未发送', ['flow-unsent-at-day-end', 'flow-unsent-across-day'], {
    processes: 'flow',
  }),
  kind('surveyed-first', 'flow', '先勘查、后受理', 'survey-before-acceptance', {
    processes: 'survey',
    needs: { ...PLAIN, sameCity: false },
  }),
  kind('installed-first', 'all', '先装表、后受理', 'work-before-acceptance', {
    of: ['低压居民新装', '低压居民增容', '复装'],
    needs: ALONE,
  }),
  kind('determined-archived', 'flow', '项目已定却直接归档', 'consult-determined-archived', {
    processes: 'consult',
    needs: { determined: true },
  }),
  kind('undetermined-forwarded', 'flow', '项目未定却发往后续环节', 'consult-undetermined-not-archived', {
    processes: 'consult',
    needs: { determined: false },
  }),
  // 体外循环
  kind('accepted-in-seconds', 'all', '几十秒办完受理', ['acceptance-too-fast', 'record-check-too-fast'], {
    needs: { ...PLAIN, evening: false },
  }),
  kind('completion-entered-late', 'entry', '办结后很久才录入', 'completion-recorded-late', {
    processes: 'every',
    needs: { offline: false },
  }),
  // 先受理后补录
  kind('offline-near-limit', 'offline', '临近 4 个工作小时才补录', 'offline-acceptance-not-backfilled', {
    needs: { offline: true, shortfall: false },
  }),
  kind('offline-never-entered', 'offline', '先受理后从未补录', 'offline-acceptance-not-backfilled', {
    needs: { offline: true, shortfall: false },
  }),
  kind(
    'offline-entered-late',
    'offline',
    '先受理后超时补录',
    ['offline-acceptance-not-backfilled', 'offline-acceptance-backfilled-late'],
    { needs: { offline: true, shortfall: false } },
  ),
  kind('offline-dated-back', 'offline', '超时补录、时间倒填', 'offline-acceptance-backfilled-late', {
    needs: { offline: true, shortfall: false },
  }),
  kind('offline-without-contact', 'offline', '先受理未记联系方式', 'offline-acceptance-without-contact', {
    needs: { offline: true, shortfall: false },
  }),
  // 一段时间里看得出来的
  kind('account-lent', 'account', '账号借给别的单位用', 'account-shared', {
    processes: 'any',
    needs: { offline: false },
  }),
  kind('stages-in-minutes', 'all', '一个人几分钟内补点几个环节', 'stages-closed-in-minutes', {
    processes: 'long',
    needs: ALONE,
  }),
  // Not dealt to a work order: one clerk of the busiest hall makes more mistakes than the others.
  kind('error-prone-clerk', 'clerk', '录入差错多', 'clerk-errors-above-peers', { processes: 'none' }),
  ...DELAY_FAULT_KINDS,
  ...STAGE_FAULT_KINDS,
  ...ATTRIBUTE_FAULT_KINDS,
  // 营业厅、数据源
  ofHall('pc-unanswered', '电脑故障 15 分钟未处置', ['hall-incident-pc-unanswered']),
  ofHall('system-unanswered', '系统故障 10 分钟未处置', ['hall-incident-system-unanswered']),
  ofHall('power-unanswered', '停电 5 分钟未处置', ['hall-incident-power-unanswered']),
  ofHall('long-wait', '等候超过 20 分钟', ['hall-wait-too-long']),
  ofHall('too-few-windows', '客流激增而开台不足', ['hall-windows-too-few']),
  ofHall('overrun', '客流激增、开台不足、等候过长', ['hall-windows-too-few', 'hall-wait-too-long']),
  ofHall('queue-surge', '等候人数连续十分钟过多', ['hall-queue-stays-long']),
  ofHall('customers-looked-up', '一次查看大量客户信息', ['customer-data-bulk-query']),
  ...UNIT_FAULT_KINDS,
  ...ACCOUNT_FAULT_KINDS,
  { kind: 'feed-silent', name: '数据源静默', area: 'feed', rules: ['feed-silent'], on: 'feed' },
];

const BY_KIND = new Map(FAULT_KINDS.map((fault) => [fault.kind, fault]));

/** @throws RangeError for a kind that is not in the table */
export function faultKind(name: string): FaultKind {
  const found = BY_KIND.get(name);
  if (!found) throw new RangeError(`no fault kind "${name}"`);
  return found;
}
