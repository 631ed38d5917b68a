import type { FaultKind } from './fault-kind.js';

const ofUnit = (kind: string, name: string, rule: string): FaultKind => ({
  kind,
  name,
  area: 'unit',
  rules: [rule],
  on: 'orgUnit',
});

/** What a team can leave undone over the period. */
export const UNIT_FAULT_KINDS: readonly FaultKind[] = [
  ofUnit('pre-shift-skipped', '有几天没有开班前会', 'pre-shift-meeting-missed'),
  ofUnit('post-shift-skipped', '有几天没有开班后会', 'post-shift-meeting-missed'),
  ofUnit('study-skipped', '一个多月没有开学习会', 'study-meeting-missed'),
  ofUnit('drill-long-ago', '半年没有预演', 'drill-missed'),
  ofUnit('drill-ill-attended', '预演参与不足', 'drill-attendance-low'),
];
