import type { CompiledRule } from '../engine/rule-set.js';
import type { Catalogue } from '../work-orders/catalogue.js';
import { isAboutWorkOrders, isPossible } from './may-apply.js';

/** The processes (业务类型) whose work orders a rule can look at; `all`: those of every process. */
export type ProcessesOfRule = 'all' | readonly string[];

/** By rule id. None for a rule that looks at halls, org units or feeds only. Pure. */
export function processesOfRules(
  rules: readonly CompiledRule[],
  { processes }: Pick<Catalogue, 'processes'>,
): ReadonlyMap<string, ProcessesOfRule> {
  return new Map(
    rules.map((rule) => {
      if (!isAboutWorkOrders(rule.file)) return [rule.id, []];
      const names = processes
        .filter(({ process, stages }) => stages.some(({ stage }) => isPossible(rule, process, stage)))
        .map(({ process }) => process);
      return [rule.id, names.length === processes.length ? 'all' : names];
    }),
  );
}

/** The same of the rules in force, found once for each rule set. */
export function makeProcessesReader(deps: {
  readonly catalogue: Pick<Catalogue, 'processes'>;
  readonly loaded: () => {
    readonly files: readonly { readonly rule: CompiledRule }[];
  };
}): (rule: string) => ProcessesOfRule {
  const known = new WeakMap<object, ReadonlyMap<string, ProcessesOfRule>>();
  return (rule) => {
    const { files } = deps.loaded();
    const found =
      known.get(files) ??
      processesOfRules(
        files.map((file) => file.rule),
        deps.catalogue,
      );
    known.set(files, found);
    return found.get(rule) ?? [];
  };
}
