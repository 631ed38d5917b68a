import { isDeepStrictEqual } from 'node:util';
import type { RuleSet } from '../engine/rule-set.js';
import { CHANGE_KINDS, noAlerts, type AlertCounts, type RuleRow, type UnitRow } from './backtest-result.js';
import type { ComparedRule } from './compare-alerts.js';
import type { Lane } from './lane.js';

/** Rules that raised anything, differ, or failed; those with the most changes first. */
export function toRuleRows(
  live: Lane,
  candidate: Lane,
  compared: ReadonlyMap<string, ComparedRule>,
): RuleRow[] {
  const ids = new Set([...live.ruleSet.rules, ...candidate.ruleSet.rules].map(({ id }) => id));
  const rows: RuleRow[] = [];
  for (const id of ids) {
    const [before, after] = [live.ruleSet.byId(id), candidate.ruleSet.byId(id)];
    const change = changeOf(live.ruleSet, candidate.ruleSet, id);
    const counts = compared.get(id) ?? { ...noAlerts(), liveShadow: 0, candidateShadow: 0 };
    const looks = candidate.counts.get(id);
    const raised = counts.live + counts.candidate + counts.liveShadow + counts.candidateShadow;
    if (change === 'same' && raised === 0 && (looks?.errors ?? 0) === 0) continue;
    rows.push({
      rule: id,
      ruleName: (after ?? before)?.file.name ?? id,
      change,
      ...(before && { liveVersion: before.version }),
      ...(after && { candidateVersion: after.version }),
      ...counts,
      evaluated: looks?.evaluated ?? 0,
      notEvaluated: looks?.notEvaluated ?? 0,
      errors: looks?.errors ?? 0,
      ...(looks?.error !== undefined && { error: looks.error }),
    });
  }
  const weight = (row: RuleRow) => changesIn(row) * 2 + (row.change === 'same' ? 0 : 1);
  return rows.sort(
    (a, b) => weight(b) - weight(a) || b.candidate - a.candidate || (a.rule < b.rule ? -1 : 1),
  );
}

export function toUnitRows(byUnit: ReadonlyMap<string, AlertCounts>): UnitRow[] {
  return [...byUnit]
    .map(([orgUnit, counts]) => ({ ...(orgUnit !== '' && { orgUnit }), ...counts }))
    .sort((a, b) => changesIn(b) - changesIn(a) || b.candidate - a.candidate);
}

/** A rule that is the same file may still judge otherwise: by other parameters. */
function changeOf(live: RuleSet, candidate: RuleSet, id: string): RuleRow['change'] {
  const [before, after] = [live.byId(id)?.file, candidate.byId(id)?.file];
  if (!before) return 'added';
  if (!after) return 'removed';
  return isDeepStrictEqual(before, after) ? 'same' : 'changed';
}

function changesIn(counts: AlertCounts): number {
  return CHANGE_KINDS.reduce((sum, kind) => sum + counts[kind], 0);
}
