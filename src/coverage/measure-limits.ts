import type { Basis, RuleFile } from '../engine/rule-file.js';
import type { KnownLimit } from './known-limits.js';

/** A collected limit with what stands for it. */
export interface LimitCoverage {
  readonly limit: KnownLimit;
  /** Rules that name it in their basis and are not disabled. */
  readonly rules: readonly string[];
  /** When these rules hold, by the bases that name it; absent = without a beginning, an end. */
  readonly from?: string;
  readonly to?: string;
}

/** Each collected limit with the rules that stand for it. Pure. */
export function coverLimits(limits: readonly KnownLimit[], rules: readonly RuleFile[]): LimitCoverage[] {
  const naming = basesByLimit(rules);
  return limits.map((limit) => {
    const own = naming.get(limit.id) ?? [];
    const from = earliest(own.map(({ basis }) => basis.effectiveFrom));
    const to = latest(own.map(({ basis }) => basis.effectiveTo));
    return {
      limit,
      rules: own.map(({ rule }) => rule.id),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    };
  });
}

/** What is wrong between the collected limits and the rules, one sentence each; empty = every limit is accounted for. Pure. */
export function findLimitProblems(limits: readonly KnownLimit[], rules: readonly RuleFile[]): string[] {
  const problems: string[] = [];
  const known = new Map(limits.map((limit) => [limit.id, limit]));
  for (const { id, item } of duplicatesOf(limits))
    problems.push(`known-limits.json：${id}（${item}）写了两次`);
  for (const { limit, rules: own } of coverLimits(limits, rules)) {
    if (own.length === 0 && limit.withoutRule === undefined)
      problems.push(`时限 ${limit.id}（${limit.item}，${limit.source}）：没有规则，也没有写明理由`);
    if (own.length > 0 && limit.withoutRule !== undefined)
      problems.push(`时限 ${limit.id}（${limit.item}）：已有规则 ${own.join('、')}，不必再写理由`);
  }
  for (const [id, naming] of basesByLimit(rules)) {
    const limit = known.get(id);
    for (const { rule, basis } of naming) {
      if (!limit) problems.push(`规则 ${rule.id}：known-limits.json 中没有时限 ${id}`);
      else if (basis.layer !== limit.layer)
        problems.push(`规则 ${rule.id}：时限 ${id} 的层次应为 ${limit.layer}`);
      else if (basis.certainty !== limit.certainty)
        problems.push(`规则 ${rule.id}：时限 ${id} 的把握程度应为 ${limit.certainty}`);
    }
  }
  return problems;
}

function basesByLimit(rules: readonly RuleFile[]): Map<string, { rule: RuleFile; basis: Basis }[]> {
  const found = new Map<string, { rule: RuleFile; basis: Basis }[]>();
  for (const rule of rules) {
    if (rule.status === 'disabled') continue;
    for (const basis of rule.basis)
      for (const id of basis.limits ?? []) found.set(id, [...(found.get(id) ?? []), { rule, basis }]);
  }
  return found;
}

function duplicatesOf(limits: readonly KnownLimit[]): KnownLimit[] {
  const seen = new Set<string>();
  return limits.filter(({ id }) => seen.size === seen.add(id).size);
}

/** Absent where one of them has none. */
function earliest(dates: readonly (string | undefined)[]): string | undefined {
  return dates.includes(undefined) ? undefined : [...dates].sort()[0];
}
function latest(dates: readonly (string | undefined)[]): string | undefined {
  return dates.includes(undefined) ? undefined : [...dates].sort().at(-1);
}
