import { kind, type FaultKind } from './fault-kind.js';

/**
 * What can go wrong in the stages after the counter, of whatever process. Where no rule is named, what comes of it depends on the
 * stage: every rule that has something to find has a row of its own in the truth.
 */
/** Kinds of stages that can be put off, each by a fault of its own, so that every limit is outrun somewhere. */
const DELAYED = [
  '受理', '需求处理', '勘查', '方案', '审批', '答复', '费用', '退费', '设计审核', '中间检查', '终端', '报验', '验收', '合同起草', '合同审核',
  '合同签订', '合同终止', '装表', '拆表', '送电', '封停', '启封', '信息归档', '资料归档', '回访', '计量故障', '校验', '退补', '检查计划', '用电检查',
  '取证', '违约窃电', '停电', '复电', '试验', '设备档案', '谐波', '无功', '电工', '保电', '重要客户', '事故', '缺陷', '资格',
]; // prettier-ignore
/** Kinds of stages that can be left out, so that what must come after them comes before. */
const SKIPPED = ['勘查', '审批', '设计审核', '报验', '验收', '合同签订', '费用', '收费', '送电', '回访'];

export const STAGE_FAULT_KINDS: readonly FaultKind[] = [
  ...DELAYED.map((one) =>
    kind(`delayed-${one}`, 'stage-time', `${one}拖延多日`, [], { processes: 'every', stageKinds: [one] }),
  ),
  ...SKIPPED.map((one) =>
    kind(`skipped-${one}`, 'stage-order', `没有${one}`, [], { processes: 'flow', stageKinds: [one] }),
  ),
  kind('returned-twice', 'return', '同一工单被退回两次', 'returned-repeatedly', {
    processes: 'flow',
    needs: { returned: true },
  }),
  kind('fee-undetermined', 'fee', '确定费用办结而没有登记费用', [], {
    processes: 'flow',
    of: ['高压新装', '高压增容', '装表临时用电'],
  }),
  kind(
    'cut-for-arrears-soon',
    'cut',
    '欠费不足三十天、通知不足七天就停电',
    ['cut-arrears-too-soon', 'cut-arrears-notice-late'],
    {
      processes: 'every',
      of: ['停复电执行'],
    },
  ),
  kind('outage-short-notice', 'cut', '检修停电提前通知不足', [], { processes: 'every', of: ['停复电执行'] }),

  // 资料和签章
  kind('stage-paper-missing', 'stage-papers', '环节办结而缺必备资料', 'stage-documents-missing', {
    processes: 'every',
    papers: 'paper',
  }),
  kind('stage-signature-missing', 'stage-papers', '环节单据缺签章', 'stage-signatures-missing', {
    processes: 'every',
    papers: 'signed',
  }),
  // 时限和次序
  kind('stage-delayed', 'stage-time', '环节拖延多日', [], { processes: 'flow' }),
  kind('stage-skipped', 'stage-order', '跳过一个环节', [], { processes: 'flow' }),
  kind('stage-in-minutes', 'stage-time', '现场环节几分钟办完', 'survey-too-fast', {
    processes: 'every',
    stageKinds: ['勘查', '中间检查', '验收', '用电检查'],
  }),
  // 不相容岗位
  kind('planner-approves', 'approver', '拟定人自己审批', 'approver-is-planner', {
    processes: 'flow',
    stageKinds: ['审批'],
  }),
  kind('drafter-reviews', 'approver', '起草人自己审核', 'contract-reviewer-is-drafter', {
    processes: 'flow',
    stageKinds: ['合同审核'],
  }),
  // 费用和合同
  kind('fee-short', 'fee', '实收少于应收', 'fee-paid-short', { processes: 'flow', stageKinds: ['收费'] }),
  kind('contract-too-long', 'contract', '合同有效期过长', [], {
    processes: 'flow',
    stageKinds: ['合同签订'],
  }),
  kind('contract-one-side', 'contract', '合同缺一方签字', 'contract-one-side-unsigned', {
    processes: 'flow',
    stageKinds: ['合同签订'],
  }),
  kind('contract-open-ended', 'contract', '合同没有到期日', 'contract-without-expiry', {
    processes: 'flow',
    stageKinds: ['合同签订'],
  }),
  // 回访
  kind('visit-unrecorded', 'visit', '回访办结而没有登记', 'visit-not-recorded', {
    processes: 'flow',
    stageKinds: ['回访'],
  }),
  kind('visit-unhappy', 'visit', '客户不满意', 'visit-dissatisfied', {
    processes: 'flow',
    stageKinds: ['回访'],
  }),
  kind('visit-firm-named', 'visit', '客户反映指定施工单位', 'visit-names-designated-firm', {
    processes: 'flow',
    stageKinds: ['回访'],
  }),
  // 用电检查
  kind('inspection-unrecorded', 'inspection', '检查办结而没有登记结果', 'inspection-not-recorded', {
    processes: 'every',
    stageKinds: ['用电检查'],
  }),
  kind('certificate-hidden', 'inspection', '没有出示检查证', 'certificate-not-shown', {
    processes: 'every',
    stageKinds: ['用电检查'],
  }),
  kind('inspection-unsigned', 'inspection', '客户没有在检查单上签字', 'inspection-unsigned-by-customer', {
    processes: 'every',
    stageKinds: ['用电检查'],
  }),
  kind('inspected-alone', 'inspection', '一个人检查', 'inspectors-too-few', {
    processes: 'every',
    stageKinds: ['用电检查'],
  }),
  kind('findings-untold', 'inspection', '查出问题没有送通知书', 'findings-without-notice', {
    processes: 'every',
    stageKinds: ['用电检查'],
  }),
  // 停电
  kind('cut-unnoticed', 'cut', '没有通知就停电', 'cut-without-notice', {
    processes: 'every',
    stageKinds: ['停电'],
  }),
  kind('cut-too-soon', 'cut', '通知不到三天就停电', 'cut-notice-late', {
    processes: 'every',
    stageKinds: ['停电'],
  }),
  kind('cut-noticed-once', 'cut', '停电前没有再次通知', 'cut-without-second-notice', {
    processes: 'every',
    stageKinds: ['停电'],
  }),
];
