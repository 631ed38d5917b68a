import { ALONE, kind, type FaultKind } from './fault-kind.js';

/*
 * What takes too long, or is left out so that what must come after it comes before. What comes of it depends on process and
 * customer: each kind names the rules that it may show to.
 */

/** Kinds of stages that can be put off, each by a fault of its own, so that every limit is outrun somewhere. */
const DELAYED: Readonly<Record<string, readonly string[]>> = {
  受理: ['late-acceptance'],
  需求处理: ['late-demand'],
  勘查: ['late-survey-hv', 'late-survey-lv'],
  方案: [
    'late-plan', 'late-reply-assessed-hv1', 'late-reply-regulation-hv1', 'late-reply-rule2024-hv1',
  ],
  审批: ['late-approval'],
  答复: ['late-reply', 'late-reply-regulation-lv', 'late-reply-regulation-res', 'late-reply-rule2024-lv'],
  费用: ['late-fee'],
  退费: ['late-refund'],
  设计审核: ['late-design-assessed-hv', 'late-design-regulation-hv', 'late-design-regulation-lv'],
  中间检查: ['late-midway-assessed-hv', 'late-midway-regulation-hv', 'late-midway-regulation-lv'],
  终端: ['late-terminal'],
  报验: ['late-completion-report'],
  验收: [
    'late-check-assessed-hv', 'late-check-regulation-hv', 'late-check-regulation-lv', 'late-sum-promise2022-lv',
  ],
  合同起草: ['late-contract-draft'],
  合同审核: ['late-contract-review'],
  合同签订: ['late-contract-sign'],
  合同终止: ['late-contract-end'],
  装表: ['late-meter'],
  拆表: ['late-meter-removal', 'late-temporary-removal', 'late-total-closure'],
  送电: [
    'late-connection', 'late-connect-assessed-hv', 'late-connect-regulation-hv', 'late-connect-regulation-lv',
    'late-connect-regulation-res', 'late-total-policy2025-lv-no-line', 'late-total-promise2022-res',
  ],
  封停: ['late-seal'],
  启封: ['late-unseal'],
  信息归档: ['late-archive-info'],
  资料归档: ['late-archive-papers'],
  回访: ['late-visit'],
  计量故障: ['late-meter-fault'],
  校验: ['late-meter-test-promise2022'],
  退补: ['late-settlement'],
  检查计划: ['late-inspection-plan'],
  用电检查: ['late-inspection'],
  取证: ['late-evidence'],
  违约窃电: ['late-breach'],
  停电: ['late-cut'],
  复电: ['late-restoration'],
  试验: ['late-testing'],
  设备档案: ['late-equipment'],
  谐波: ['late-harmonics'],
  无功: ['late-reactive'],
  电工: ['late-electrician'],
  保电: ['late-protection'],
  重要客户: ['late-important'],
  事故: ['late-accident'],
  缺陷: ['late-defect'],
  资格: ['late-qualification'],
}; // prettier-ignore

/** Orders must be opened early to come to these within the period. */
const LATE_STAGES = ['设计审核', '中间检查', '终端', '报验', '验收', '装表', '送电'];

/** Kinds of stages that can be left out. */
const SKIPPED: Readonly<Record<string, readonly string[]>> = {
  勘查: ['successor-skipped'],
  审批: ['reply-before-approval'],
  设计审核: ['midway-before-design'],
  报验: ['check-before-report'],
  验收: ['connected-before-checked', 'metered-before-checked'],
  合同签订: ['connected-before-contract'],
  费用: ['payment-before-fee'],
  收费: ['connected-before-paid'],
  送电: ['visit-before-connection'],
  回访: ['archive-before-visit'],
};

/** Processes that have one limit from beginning to end, and what they are put off for. */
const DRAGGED: Readonly<Record<string, string>> = {
  改类: 'late-total-category',
  更名: 'late-total-rename',
  过户: 'late-total-transfer',
  迁址: 'late-total-relocation',
};
const LOW_VOLTAGE = ['低压非居民新装', '低压非居民增容', '低压居民新装', '低压居民增容'];
const HIGH_VOLTAGE = ['高压新装', '高压增容'];

/** How many working days a fault puts off the second stage, or that of a kind, at least and at most. */
export const LONG_DELAYS: Readonly<Record<string, readonly [from: number, to: number, stageKind?: string]>> =
  {
    ...Object.fromEntries(Object.keys(DRAGGED).map((process) => [`dragged-${process}`, [5, 9]] as const)),
    'line-work-dragged': [12, 16],
    'housing-reply-late': [7, 12],
    'housing-reply-late-hv': [13, 16],
    'reinstalled-late': [5, 9, '装表'],
  };
/** Whether a fault is a delay: it was there even where the period ends before the stage does. */
export function isDelay(fault: string): boolean {
  return fault.startsWith('delayed-') || fault in LONG_DELAYS;
}
/** Where what has been going on since long before the period has come to a halt. */
export const HALTS: Readonly<Record<string, string>> = {
  'reply-never-given': '方案',
  'supply-dragged-hv': '方案',
  'scheme-left-lying': '收费',
  'scheme-left-lying-hv': '收费',
};
/** Of these all say that they are for affordable housing. */
export const OF_HOUSING = ['housing-reply-late', 'housing-reply-late-hv', 'reply-never-given'];
const long = { opens: 'early', needs: ALONE } as const;

export const DELAY_FAULT_KINDS: readonly FaultKind[] = [
  ...Object.entries(DELAYED).map(([one, mayShow]) =>
    kind(`delayed-${one}`, 'stage-time', `${one}拖延多日`, [], {
      processes: 'every',
      stageKinds: [one],
      mayShow,
      ...(LATE_STAGES.includes(one) && { opens: 'early' as const }),
    }),
  ),
  ...Object.entries(SKIPPED).map(([one, mayShow]) =>
    kind(`skipped-${one}`, 'stage-order', `没有${one}`, [], { processes: 'flow', stageKinds: [one], mayShow }),
  ),
  ...Object.entries(DRAGGED).map(([process, rule]) =>
    kind(`dragged-${process}`, 'all', `${process}拖延超过五个工作日`, rule, { ...long, of: [process] }),
  ),
  kind('line-work-dragged', 'all', '有外线工程的低压办电拖延', 'late-total-policy2025-lv-line', {
    ...long,
    of: LOW_VOLTAGE,
  }),
  kind('housing-reply-late', 'all', '保障性安居工程答复拖延', 'late-reply-housing2011-lv', {
    ...long,
    of: LOW_VOLTAGE,
  }),
  kind('housing-reply-late-hv', 'all', '高压保障性安居工程答复拖延', 'late-reply-housing2011-hv1', {
    ...long,
    of: HIGH_VOLTAGE,
    customerClass: '高压单电源',
  }),
  kind('reinstalled-late', 'all', '复装缴费后拖延', 'late-reinstall-rule2024', { ...long, of: ['复装'] }),
  kind('reply-never-given', 'all', '双电源客户两三个月没有得到答复', [], {
    of: HIGH_VOLTAGE,
    customerClass: '高压双电源',
    needs: ALONE,
    opens: [60, 110],
    mayShow: [
      'late-reply-assessed-hv2', 'late-reply-housing2011-hv2', 'late-reply-regulation-hv2', 'late-reply-rule2024-hv2',
      'late-sum-promise2022-hv2',
    ],
  }),
  kind('supply-dragged-hv', 'all', '单电源客户一两个月没有送电', 'late-sum-promise2022-hv1', {
    of: HIGH_VOLTAGE,
    customerClass: '高压单电源',
    needs: ALONE,
    opens: [40, 60],
  }),
  kind('scheme-left-lying', 'all', '低压供电方案三个月没有下文', 'scheme-expired-lv', {
    of: ['低压非居民新装', '低压非居民增容'],
    needs: ALONE,
    opens: [85, 120],
  }),
  kind('scheme-left-lying-hv', 'all', '高压供电方案一年没有下文', 'scheme-expired-hv', {
    of: HIGH_VOLTAGE,
    needs: ALONE,
    opens: [340, 400],
  }),
]; // prettier-ignore
