import type { CatalogueLookup } from './catalogue-lookup.js';
import type { ConditionTree } from './compile-conditions.js';
import { ALWAYS_IN_FORCE, type InForce } from './in-force.js';
import { judgeKinds, matchAppliesTo, type KindSets } from './match-applies-to.js';
import type { OrgTree } from './parameter-table.js';
import type { AppliesTo } from './rule-file.js';
import { OTHER, type Place } from './rule-index.js';
import type { Guard, RuleAtPlace } from './screen-together.js';
import { selectsEvent, selectsStage, selectsType, type ReadySelector } from './select-event.js';

/** What of a rule a place may have answered. */
export interface Unplaced {
  readonly tree: ConditionTree;
  readonly appliesTo: AppliesTo | undefined;
  readonly kinds: KindSets;
  readonly triggers: readonly ReadySelector[];
  readonly inForce: InForce;
  readonly catalogue: CatalogueLookup;
  readonly orgTree: OrgTree | undefined;
}

/**
 * An event-triggered rule as it is asked at a place where the index has found it: without what the place has answered. For most
 * rules that is all but the conditions.
 */
export function readyAtPlace(rule: Unplaced, place: Place): RuleAtPlace {
  const { tree, triggers, inForce, catalogue, orgTree } = rule;
  const isSelected = triggers.some((trigger) => selectsPlace(trigger, place));
  const { appliesTo, kinds } = leftOf(rule, place);
  if (isSelected && !appliesTo && inForce === ALWAYS_IN_FORCE) return { tree };
  const guard: Guard = (event, scope) => {
    if (!isSelected && !selectsEvent(triggers, event)) return 'no';
    const applies = matchAppliesTo(appliesTo, kinds, scope.workOrder, scope.stage, catalogue, orgTree);
    return applies === 'no' || inForce(scope.now, scope.calendar) ? applies : 'no';
  };
  return { tree, guard };
}

/** Whether the selector takes every event of the place. */
function selectsPlace({ selector, wantedStage, where }: ReadySelector, { type, stage }: Place): boolean {
  if (!selectsType(selector, type) || where.length > 0 || selector.has) return false;
  // `*` is all that takes a type that no rule mentions; a stage that no rule mentions is asked for by none.
  return selectsStage(wantedStage, stage, undefined);
}

/** `appliesTo` without the fields on which every event of the place passes; undefined when nothing is left. */
function leftOf(
  { appliesTo, kinds }: Unplaced,
  { process, stage }: Place,
): { appliesTo: AppliesTo | undefined; kinds: KindSets } {
  if (!appliesTo) return { appliesTo, kinds };
  const isPlaced = isTold(process) && isTold(stage);
  const isOfKind = isPlaced && judgeKinds(kinds, process, stage) === 'yes';
  // The index leaves out a rule that a told name does not fit.
  const answered = new Set<string>([
    ...(isTold(process) ? ['processes'] : []),
    ...(isTold(stage) ? ['stages'] : []),
    ...(isOfKind ? ['stageKinds'] : []),
  ]);
  const without = (fields: object) => Object.entries(fields).filter(([name]) => !answered.has(name));
  const except = without(appliesTo.except ?? {});
  const left = without(appliesTo).filter(([name]) => name !== 'except' || except.length > 0);
  return {
    appliesTo:
      left.length === 0
        ? undefined
        : {
            ...(Object.fromEntries(left) as AppliesTo),
            ...(except.length > 0 && { except: Object.fromEntries(except) }),
          },
    kinds: isOfKind ? {} : kinds,
  };
}

function isTold(name: string | undefined): name is string {
  return name !== undefined && name !== OTHER;
}
