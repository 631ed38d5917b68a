import type { ProcessCatalogue } from '../catalogue-lookup.js';
import { CUSTOMER_CLASSES } from '../../events/event-types.js';
import { newWorkOrder } from '../../work-orders/project-work-order.js';
import type { ConditionLeaf, Conditions, RuleFile, Trigger } from '../rule-file.js';
import type { CompiledRule } from '../rule-set.js';
import { toSelectors } from '../select-event.js';
import { leafDomainOf } from './leaf-domain.js';
import type { KnownNames } from './leaf-domain.js';
import { knownFrom, textOf } from './lint-rule.js';
import { intersect, isWithin } from './value-domain.js';
import type { Domain } from './value-domain.js';

/** A rule with what comparing it needs, worked out once. */
export interface ComparedRule {
  readonly rule: CompiledRule;
  /** Which places (process, stage, customer class) it does not rule out. */
  readonly places: readonly boolean[];
  /** What must hold for it to hit: its conditions joined by `all`, one by one. */
  readonly demands: readonly Demand[];
  /** By what they are about, `appliesTo` and trigger included. */
  readonly allowed: ReadonlyMap<string, Domain>;
}
interface Demand {
  /** The same for the same condition, however it is written. */
  readonly text: string;
  readonly about?: string;
  readonly domain?: Domain;
}

/** Every place a work order may be at, as far as the catalogue tells places apart. */
export function placesOf(catalogue: ProcessCatalogue | undefined) {
  const processes = catalogue?.processes ?? [];
  return processes.flatMap(({ name, stages }) =>
    stages.flatMap((stage) =>
      CUSTOMER_CLASSES.map((customerClass) => ({ process: name, stage: stage.name, customerClass })),
    ),
  );
}

export function prepareRule(
  rule: CompiledRule,
  places: ReturnType<typeof placesOf>,
  names: KnownNames,
): ComparedRule {
  const subjectType = rule.file.appliesTo?.subject ?? 'workOrder';
  const demands = demandsOf(rule.file.conditions, names);
  const allowed = new Map([...knownFrom(rule, names)].map(([about, { domain }]) => [about, domain]));
  for (const { about, domain } of demands) {
    if (about === undefined || !domain) continue;
    const before = allowed.get(about);
    allowed.set(about, before ? intersect(before, domain) : domain);
  }
  return {
    rule,
    demands,
    allowed,
    places: places.map(({ process, stage, customerClass }) => {
      const workOrder = {
        ...newWorkOrder({ recordId: '', subjectType, subject: '' }),
        process,
        customerClass,
      };
      return rule.applies(workOrder, { stage, visit: 1, completions: 0 }) !== 'no';
    }),
  };
}

function demandsOf(conditions: Conditions | ConditionLeaf, names: KnownNames): Demand[] {
  if ('all' in conditions) return conditions.all.flatMap((child) => demandsOf(child, names));
  const text = conditionText(conditions);
  if (!('fact' in conditions)) return [{ text }];
  const { about, domain } = leafDomainOf(conditions, names);
  return [{ text, about, domain }];
}

/** A condition without its names, and with its parts in one order. */
export function conditionText(conditions: Conditions | ConditionLeaf): string {
  if ('all' in conditions) return joined('all', conditions.all);
  if ('any' in conditions) return joined('any', conditions.any);
  if ('not' in conditions) return `not(${conditionText(conditions.not)})`;
  const { fact, params = {}, operator, value } = conditions;
  const listed = Array.isArray(value) ? [...value].sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1)) : value;
  return textOf({ fact, params, operator, value: listed });
}

function joined(word: string, parts: readonly (Conditions | ConditionLeaf)[]): string {
  return `${word}(${parts.map(conditionText).sort().join()})`;
}

/** `same`: each hits where the other does. `within`: the first hits only where the second does. `overlaps`: they ask the same in places that they share. */
export type Relation = 'same' | 'within' | 'overlaps';

/** How two rules that look for the same kind of risk at the same moments stand to each other; undefined = apart. */
export function relate(a: ComparedRule, b: ComparedRule): Relation | undefined {
  const [one, other] = [a.rule.file, b.rule.file];
  if (one.riskPoint.kind !== other.riskPoint.kind || one.status !== other.status) return undefined;
  if (!looksWhenever(one.trigger, other.trigger) || !isTogether(one, other)) return undefined;
  const isWithinThis = isPlacedWithin(a, b) && implies(a, b);
  const isBack = looksWhenever(other.trigger, one.trigger) && isPlacedWithin(b, a) && implies(b, a);
  if (isWithinThis) return isBack ? 'same' : 'within';
  if (isBack) return undefined;
  const share = a.places.some((is, index) => is && b.places[index]);
  const asksTheSame = conditionText(one.conditions) === conditionText(other.conditions);
  return share && asksTheSame && shareUnits(one, other) ? 'overlaps' : undefined;
}

/** Whether `b` looks at least whenever `a` does. */
function looksWhenever(a: Trigger, b: Trigger): boolean {
  if (a.on !== b.on) return false;
  if (a.on === 'event' && b.on === 'event') {
    const wanted = new Set(toSelectors(b.types).map(textOf));
    return toSelectors(a.types).every(
      (selector) => wanted.has(textOf(selector)) || wanted.has(textOf({ type: selector.type })),
    );
  }
  return textOf(a) === textOf(b);
}

/** Limits of different layers are different rules by design; so are rules that are never in force on the same day. */
function isTogether(a: RuleFile, b: RuleFile): boolean {
  const layers = ({ basis }: RuleFile) => new Set(basis.flatMap(({ layer }) => layer ?? []));
  const [mine, theirs] = [layers(a), layers(b)];
  if (mine.size > 0 && theirs.size > 0 && ![...mine].some((layer) => theirs.has(layer))) return false;
  return a.basis.some((one) =>
    b.basis.some(
      (other) =>
        (one.effectiveFrom ?? '') <= (other.effectiveTo ?? '9999') &&
        (other.effectiveFrom ?? '') <= (one.effectiveTo ?? '9999'),
    ),
  );
}

function isPlacedWithin(a: ComparedRule, b: ComparedRule): boolean {
  const [mine, theirs] = [a.rule.file.appliesTo, b.rule.file.appliesTo];
  if (theirs?.subject && theirs.subject !== mine?.subject) return false;
  const isListed = (list: readonly string[] | undefined, wider: readonly string[] | undefined) =>
    !wider || (list?.every((item) => wider.includes(item)) ?? false);
  if (!isListed(mine?.orgUnits, theirs?.orgUnits) || !isListed(mine?.workItems, theirs?.workItems))
    return false;
  if (!isListed(theirs?.except?.orgUnits ?? [], mine?.except?.orgUnits ?? [])) return false;
  // Where no work order can be, no place tells anything.
  const asksPlace =
    theirs?.processes ?? theirs?.stages ?? theirs?.stageKinds ?? theirs?.customerClasses ?? theirs?.except;
  if (asksPlace && !(mine?.processes ?? mine?.stages ?? mine?.stageKinds ?? mine?.customerClasses))
    return textOf(mine ?? {}) === textOf(theirs ?? {});
  return a.places.every((is, index) => !is || b.places[index]);
}

function shareUnits(a: RuleFile, b: RuleFile): boolean {
  const [mine, theirs] = [a.appliesTo?.orgUnits, b.appliesTo?.orgUnits];
  return !mine || !theirs || mine.some((unit) => theirs.includes(unit));
}

/** Whether all that `b` demands follows from what `a` demands. */
function implies(a: ComparedRule, b: ComparedRule): boolean {
  return b.demands.every(({ text, about, domain }) => {
    if (a.demands.some((demand) => demand.text === text)) return true;
    const allowed = about === undefined ? undefined : a.allowed.get(about);
    return allowed !== undefined && domain !== undefined && isWithin(allowed, domain);
  });
}
