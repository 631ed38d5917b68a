import { ALONE, kind, type FaultKind } from './fault-kind.js';

/** A paper that is missing, or a signature on it, where a rule asks for just that one. */
export const NAMED_PAPERS: Readonly<Record<string, NamedPaper>> = {
  'evidence-missing': {
    what: '没有取证就处理违约用电、窃电',
    rules: ['breach-before-evidence', 'stage-documents-missing'],
    of: ['违约用电、窃电'],
    document: '取证材料',
  },
  'cut-without-approval': {
    what: '停电没有审批',
    rules: ['cut-unapproved', 'stage-signatures-missing'],
    of: ['停复电执行'],
    document: '停电审批单',
    role: 'checker',
  },
  'inspected-without-approval': {
    what: '工作单没有审批就去检查',
    rules: ['inspection-unapproved', 'stage-signatures-missing'],
    of: ['周期检查服务', '专项检查'],
    document: '用电检查工作单',
    role: 'checker',
  },
};
interface NamedPaper {
  readonly what: string;
  readonly rules: readonly string[];
  readonly of: readonly string[];
  readonly document: string;
  /** Whose signature is missing; absent = the paper itself. */
  readonly role?: string;
}

const CONTRACTS = ['变更用电合同', '新装客户合同', '续签合同', '补签合同'];

/**
 * What can go wrong in the stages after the counter, of whatever process. Where no rule is named, what comes of it depends on the
 * stage: every rule that has something to find has a row of its own in the truth.
 */
export const STAGE_FAULT_KINDS: readonly FaultKind[] = [
  kind('returned-twice', 'return', '同一工单被退回两次', 'returned-repeatedly', {
    processes: 'flow',
    needs: { returned: true },
  }),
  kind('fee-undetermined', 'fee', '双电源客户确定费用办结而没有登记费用', 'dual-supply-fee-missing', {
    of: ['高压新装', '高压增容'],
    customerClass: '高压双电源',
    opens: 'early',
  }),
  kind(
    'temporary-fee-undetermined',
    'fee',
    '临时用电确定费用办结而没有登记费用',
    'temporary-supply-fee-missing',
    {
      of: ['装表临时用电'],
      opens: 'early',
    },
  ),
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
  kind('outage-short-notice', 'cut', '检修停电提前通知不足', [], {
    processes: 'every',
    of: ['停复电执行'],
    mayShow: ['cut-planned-notice-late', 'cut-temporary-notice-late'],
  }),
  kind('cut-long-after', 'cut', '通知七天以后才停电', 'cut-notice-early', {
    processes: 'every',
    of: ['停复电执行'],
  }),
  kind(
    'restored-late',
    'cut',
    '缴清电费后一天以上才复电',
    ['late-restoration-promise2011', 'late-restoration-rule2024'],
    {
      processes: 'every',
      of: ['停复电执行'],
    },
  ),

  // 资料和签章
  kind('stage-paper-missing', 'stage-papers', '环节办结而缺必备资料', 'stage-documents-missing', {
    processes: 'every',
    papers: 'paper',
    mayShow: ['archive-file-incomplete'],
  }),
  kind('stage-signature-missing', 'stage-papers', '环节单据缺签章', 'stage-signatures-missing', {
    processes: 'every',
    papers: 'signed',
  }),
  ...Object.entries(NAMED_PAPERS).map(([name, { what, rules, of }]) =>
    kind(name, 'stage-papers', what, rules, { processes: 'every', of }),
  ),
  // 时限和次序
  kind('stage-delayed', 'stage-time', '环节拖延多日', [], { processes: 'flow' }),
  kind('stage-skipped', 'stage-order', '跳过一个环节', [], { processes: 'flow' }),
  kind('completed-off-hours', 'all', '下班后办结', 'stage-done-off-hours', {
    processes: 'every',
    needs: ALONE,
  }),
  kind('order-in-an-hour', 'all', '一小时内从立单办到送电', 'whole-order-too-fast', {
    of: ['低压居民新装', '低压居民增容', '复装'],
    needs: ALONE,
  }),
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
    mayShow: ['contract-term-hv', 'contract-term-lv'],
  }),
  kind('high-voltage-contract-too-long', 'contract', '高压合同有效期过长', 'contract-term-hv', {
    processes: 'flow',
    of: CONTRACTS,
    customerClass: '高压单电源',
  }),
  kind('temporary-contract-too-long', 'contract', '临时用电合同有效期过长', 'contract-term-temporary', {
    of: ['装表临时用电'],
    opens: 'early',
  }),
  kind('contract-unapproved', 'stage-order', '合同没有审批就签订', 'sign-before-approval', {
    processes: 'flow',
    of: CONTRACTS,
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
