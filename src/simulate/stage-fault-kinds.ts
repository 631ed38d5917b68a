import { kind, type FaultKind } from './fault-kind.js';

/**
 * What can go wrong in the stages after the counter, of whatever process. Where no rule is named, what comes of it depends on the
 * stage: every rule that has something to find has a row of its own in the truth.
 */
export const STAGE_FAULT_KINDS: readonly FaultKind[] = [
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
