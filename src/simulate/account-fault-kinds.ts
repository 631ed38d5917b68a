import type { FaultKind } from './fault-kind.js';

const ofAccount = (kind: string, name: string, ...rules: string[]): FaultKind => ({
  kind,
  name,
  area: 'account',
  rules,
  on: 'account',
});

/** What can be forgotten about an account once its work order is closed. */
export const ACCOUNT_FAULT_KINDS: readonly FaultKind[] = [
  ofAccount('contract-lapsed', '合同到期没有续签', 'contract-expired', 'contract-renewal-due'),
  ofAccount('renewal-forgotten', '合同三十天内到期没有续签', 'contract-renewal-due'),
  ofAccount('term-overrun', '临时用电、暂停等过期', 'term-expired'),
  ofAccount('inspection-forgotten', '周期检查到期没有检查', 'periodic-inspection-overdue'),
  ofAccount('test-forgotten', '预防性试验到期没有做', 'preventive-test-overdue'),
  ofAccount('certificate-lapsed', '证书到期没有续期', 'certificate-due'),
  ofAccount('meter-unchecked-1', '一类计量装置到期没有检验', 'meter-check-class1-overdue'),
  ofAccount('meter-unchecked-2', '二类计量装置到期没有检验', 'meter-check-class2-overdue'),
  ofAccount('meter-unchecked-3', '三类计量装置到期没有检验', 'meter-check-class3-overdue'),
  ofAccount('meter-never-checked', '新装计量装置没有首次检验', 'meter-first-check-overdue'),
];
