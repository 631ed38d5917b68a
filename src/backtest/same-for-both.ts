import { isDeepStrictEqual } from 'node:util';
import { indexRules } from '../engine/make-rule-set.js';
import type { RuleSet } from '../engine/rule-set.js';
import { subjectTypeOf, type SubjectType } from '../events/business-event.js';
import type { RuleSide } from './lane.js';
import type { Arrival } from './replay-record.js';

/** What need not be replayed twice, because both sets judge it by the same rules. A rule can neither stop nor change another. */
export interface SameForBoth {
  /** No rule that differs can look at anything of the record: none is triggered, starts a clock or sweeps over it. */
  record(arrivals: readonly Arrival[]): boolean;
  /** Both sets have the rule, and it is the same. */
  rule(id: string): boolean;
}

const NOTHING: SameForBoth = { record: () => false, rule: () => false };

/**
 * @param live,candidate with one and the same calendar where they were compiled with the same catalogue and organisation; else, or
 *   with other parameters or checklists, nothing is taken to be the same
 */
export function makeSameForBoth(live: RuleSide, candidate: RuleSide): SameForBoth {
  const [before, after] = [live.ruleSet, candidate.ruleSet];
  if (
    live.calendar !== candidate.calendar ||
    !isDeepStrictEqual(before.parameters.files, after.parameters.files) ||
    !isDeepStrictEqual(before.checklists.files, after.checklists.files)
  )
    return NOTHING;
  const isSame = (id: string) => {
    const [one, other] = [before.byId(id)?.file, after.byId(id)?.file];
    return one !== undefined && isDeepStrictEqual(one, other);
  };
  const same = new Set(before.rules.filter(({ id }) => isSame(id)).map(({ id }) => id));
  const differing = [before, after].map(({ rules, parameters, checklists }) =>
    indexRules(
      rules.filter(({ id }) => !same.has(id)),
      parameters,
      checklists,
    ),
  );
  return {
    record: (arrivals) => !differing.some((ruleSet) => mayLook(ruleSet, arrivals)),
    rule: (id) => same.has(id),
  };
}

/** The process is any that an event tells, or none yet: later ones may tell it. */
function mayLook(ruleSet: RuleSet, arrivals: readonly Arrival[]): boolean {
  if (ruleSet.rules.length === 0) return false;
  const processes = new Set<string | undefined>([undefined]);
  const subjectTypes = new Set<SubjectType>();
  for (const { event } of arrivals) {
    if (typeof event.data['process'] === 'string') processes.add(event.data['process']);
    subjectTypes.add(subjectTypeOf(event.type));
  }
  for (const process of processes) {
    for (const subjectType of subjectTypes)
      if (ruleSet.sweeping(subjectType, process).length > 0) return true;
    for (const { event } of arrivals)
      if (
        ruleSet.onEvent(event, process).length > 0 ||
        ruleSet.clocksAt(event, process).mayStart.includes(true)
      )
        return true;
  }
  return false;
}
