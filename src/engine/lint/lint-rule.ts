import { canonicalJson } from '../../events/canonical-hash.js';
import type { JsonValue } from '../../json.js';
import { isPattern, matchesAny } from '../match-name.js';
import type { JsonPath } from '../parse-rule-json.js';
import type { RuleFile } from '../rule-file.js';
import type { CompiledRule } from '../rule-set.js';
import { toSelectors } from '../select-event.js';
import type { KnownNames } from './leaf-domain.js';
import { lintConditions } from './lint-conditions.js';
import type { Known, KnownOf, Tell } from './lint-conditions.js';
import { choice } from './value-domain.js';

/** What is wrong with a rule that every check accepts: parts of it that can never matter. */
export function lintRule(rule: CompiledRule, names: KnownNames, tell: Tell): void {
  const { file } = rule;
  const known = knownFrom(rule, names);
  lintConditions(file.conditions, ['conditions'], known, names, tell);
  if (file.resolveWhen) lintResolve(file, known, names, tell);
  lintTrigger(file, tell);
  lintBasis(file, tell);
  lintEscalation(file, tell);
}

/** What `appliesTo` and the trigger leave possible when the conditions are asked. */
export function knownFrom({ file, kinds }: CompiledRule, names: KnownNames): KnownOf {
  const { appliesTo, trigger } = file;
  const known = new Map<string, Known>();
  const add = (about: string, from: string, values: readonly string[] | undefined) => {
    if (values) known.set(about, { domain: choice(values), from });
  };
  const except = appliesTo?.except;
  const without = (list: readonly string[] | undefined, excluded: readonly string[] | undefined) =>
    list?.filter((name) => !excluded || !matchesAny(excluded, name));
  add('workOrder.process', 'appliesTo.processes', without(appliesTo?.processes, except?.processes));
  add(
    'workOrder.customerClass',
    'appliesTo.customerClasses',
    without(appliesTo?.customerClasses, except?.customerClasses),
  );
  const patterned = appliesTo?.stages?.some(isPattern);
  const stages = patterned
    ? names.stage?.filter((stage) => matchesAny(appliesTo?.stages ?? [], stage))
    : appliesTo?.stages;
  const kindStages = kinds.wanted?.names;
  const both =
    stages && kindStages ? stages.filter((stage) => kindStages.includes(stage)) : (stages ?? kindStages);
  const from = stages ? 'appliesTo.stages' : 'appliesTo.stageKinds';
  add('stage.name', from, without(both, except?.stages));
  if (trigger.on === 'deadline' && !trigger.warnAt) add('clock.phase', 'trigger（没有 warnAt）', ['overdue']);
  if (trigger.on === 'sweep') add('workOrder.status', 'trigger（只巡检在办的）', ['open']);
  if (trigger.on === 'event' || trigger.on === 'window') {
    const types = toSelectors(trigger.types).map(({ type }) => type);
    if (!types.includes('*')) add('event.type', 'trigger.types', types);
  }
  return known;
}

function lintResolve(file: RuleFile, known: KnownOf, names: KnownNames, tell: Tell): void {
  const { resolveWhen, conditions } = file;
  if (!resolveWhen) return;
  if (textOf(resolveWhen) === textOf(conditions)) {
    tell(['resolveWhen'], '与 conditions 相同：预警一产生就自动解除。请写证据已到的条件');
    return;
  }
  // It is asked at any later time, also when the trigger's own conditions no longer hold.
  const later = new Map([...known].filter(([about]) => about === 'workOrder.process'));
  lintConditions(resolveWhen, ['resolveWhen'], later, names, tell);
}

function lintTrigger({ trigger, appliesTo }: RuleFile, tell: Tell): void {
  const stages = appliesTo?.stages;
  const elsewhere = (stage: string | undefined) =>
    stage !== undefined &&
    stage !== 'any' &&
    stage !== 'same' &&
    stages !== undefined &&
    !matchesAny(stages, stage);
  const at = (field: string, given: unknown, index: number): JsonPath =>
    Array.isArray(given) ? ['trigger', field, index] : ['trigger', field];
  if (trigger.on === 'event' || trigger.on === 'window') {
    for (const [index, selector] of toSelectors(trigger.types).entries())
      if (elsewhere(selector.stage))
        tell(
          ['trigger', 'types', index],
          `永远不会判断：事件要求环节 ${selector.stage}，不在 appliesTo.stages 中。请改其中一处`,
        );
    repeated(trigger.types, (index) => ['trigger', 'types', index], tell);
  }
  if (trigger.on !== 'deadline') return;
  const stops = new Set(toSelectors(trigger.stop).map(textOf));
  for (const [index, selector] of toSelectors(trigger.start).entries()) {
    const path = at('start', trigger.start, index);
    if (elsewhere(selector.stage))
      tell(path, `永远不会起算：事件要求环节 ${selector.stage}，不在 appliesTo.stages 中。请改其中一处`);
    if (!trigger.restart && stops.has(textOf(selector)))
      tell(path, '永远不会起算：同一事件又是 stop，先停止。要查“多久没有再来一次”，写 "restart": true');
  }
  const { warnAt } = trigger;
  warnAt?.forEach((share, index) => {
    if (warnAt.indexOf(share) < index) tell(['trigger', 'warnAt', index], `重复：已写过 ${share}。请删去`);
  });
}

function repeated(list: readonly unknown[], at: (index: number) => JsonPath, tell: Tell): void {
  const seen = new Set<string>();
  list.forEach((item, index) => {
    const text = textOf(item);
    if (seen.has(text)) tell(at(index), '重复：前面已经写过。请删去');
    seen.add(text);
  });
}

function lintBasis({ basis }: RuleFile, tell: Tell): void {
  basis.forEach(({ effectiveFrom, effectiveTo }, index) => {
    if (effectiveFrom !== undefined && effectiveTo !== undefined && effectiveTo < effectiveFrom)
      tell(
        ['basis', index, 'effectiveTo'],
        `永远不施行：失效日期 ${effectiveTo} 早于生效日期 ${effectiveFrom}。请核对日期`,
      );
  });
}

function lintEscalation({ escalation = [] }: RuleFile, tell: Tell): void {
  escalation.forEach(({ after, to }, index) => {
    const before = escalation[index - 1];
    if (!before) return;
    if (before.after.unit === after.unit && after.value < before.after.value)
      tell(
        ['escalation', index, 'after'],
        `比上一级（${before.after.value} ${before.after.unit}）还早，上一级就没有意义。请按时间先后写`,
      );
    if (before.to === to) tell(['escalation', index, 'to'], `与上一级相同，都是 ${to}。请写更高一级，或删去`);
  });
}

/** The same however the fields are ordered. */
export function textOf(value: unknown): string {
  return canonicalJson(value as JsonValue);
}
