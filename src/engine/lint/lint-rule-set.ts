import type { JsonObject, JsonValue } from '../../json.js';
import type { LoadedRule, RuleTexts } from '../assemble-rules.js';
import { FACT_CATALOGUE } from '../fact-catalogue.js';
import { parseRuleJson } from '../parse-rule-json.js';
import type { JsonPath } from '../parse-rule-json.js';
import type { ParameterTable } from '../parameter-table.js';
import { placesOf as placesInTemplate } from '../render-template.js';
import { namesOfCatalogue } from '../rule-check-context.js';
import type { RuleCheckContext } from '../rule-check-context.js';
import { ruleError } from '../rule-error.js';
import type { RuleError } from '../rule-error.js';
import type { RuleFile } from '../rule-file.js';
import { referencesIn } from '../shared-conditions.js';
import { placesOf, prepareRule, relate } from './compare-rules.js';
import type { KnownNames } from './leaf-domain.js';
import { lintBoundaries } from './lint-boundaries.js';
import type { Tell } from './lint-conditions.js';
import { lintRule } from './lint-rule.js';

/** Findings are faults of the rules; warnings are advice. Both in order of file and place. */
export interface LintReport {
  readonly findings: readonly RuleError[];
  readonly warnings: readonly RuleError[];
}

/**
 * Looks for what the checks at loading cannot call wrong and is of no use all the same: conditions that can never hold
 * or always do, rules that others cover, parameters that nobody uses. Never runs a rule.
 * @param texts of the files, for the places
 */
export function lintRuleSet(
  files: readonly LoadedRule[],
  texts: RuleTexts,
  parameters: ParameterTable,
  context: RuleCheckContext,
): LintReport {
  const findings: RuleError[] = [];
  const warnings: RuleError[] = [];
  const locate = makeLocate(texts);
  const tellOf =
    (file: string, into: RuleError[]): Tell =>
    (path, message) =>
      void into.push(ruleError(file, locate(file, path), path, message));
  const names = knownNames(context);
  for (const { file, rule } of files) {
    lintRule(rule, names, tellOf(file, findings));
    lintBoundaries(rule.file, context.calendar, parameters, tellOf(file, warnings));
  }
  lintPairs(files, context, names, (file) => tellOf(file, findings));
  lintUnused(files, texts, parameters, (file) => tellOf(file, findings));
  return { findings: findings.sort(byPlace), warnings: warnings.sort(byPlace) };
}

function knownNames({ catalogue, orgUnits }: RuleCheckContext): KnownNames {
  const found = catalogue && namesOfCatalogue(catalogue);
  const units = orgUnits?.list.map(({ code }) => code) ?? [];
  return {
    ...(found && { process: found.processes, stage: found.stages, workItem: found.workItems }),
    ...(units.length > 0 && { orgUnit: units }),
  };
}

function lintPairs(
  files: readonly LoadedRule[],
  { catalogue }: RuleCheckContext,
  names: KnownNames,
  tellOf: (file: string) => Tell,
): void {
  const places = placesOf(catalogue);
  const live = files.filter(({ rule }) => rule.file.status !== 'disabled');
  const prepared = live.map(({ file, rule }) => ({ file, compared: prepareRule(rule, places, names) }));
  prepared.forEach((a, index) => {
    prepared.forEach((b, other) => {
      if (index === other) return;
      const relation = relate(a.compared, b.compared);
      if (relation === undefined || (relation !== 'within' && index < other)) return;
      const { id, name } = b.compared.rule.file;
      const tell = tellOf(a.file);
      if (relation === 'same')
        tell(['conditions'], `与规则 ${id}（${name}）的逻辑完全相同：一件事会有两条预警。请合并，或删去一条`);
      else if (relation === 'within')
        tell(
          ['conditions'],
          `被规则 ${id}（${name}）遮住：它命中时那一条必定也命中，一件事会有两条预警。请删去本条，或在那一条的 appliesTo.except 中除外`,
        );
      else
        tell(
          ['appliesTo'],
          `与规则 ${id}（${name}）的条件相同，适用范围有重叠：重叠处一件事会有两条预警。请把范围分开`,
        );
    });
  });
}

/** Parameters and shared conditions that no rule uses, and parameter sets that are never in force. */
function lintUnused(
  files: readonly LoadedRule[],
  texts: RuleTexts,
  parameters: ParameterTable,
  tellOf: (file: string) => Tell,
): void {
  const used = new Set(files.flatMap(({ rule }) => parametersIn(rule.file)));
  const fileOf = (group: string) => `parameters/${group}.json`;
  for (const { group, parameters: declared, sets = [] } of parameters.files) {
    for (const name of Object.keys(declared)) {
      if (!used.has(`${group}.${name}`))
        tellOf(fileOf(group))(['parameters', name], '没有一条规则用到这个参数。请删去，或在规则中引用');
    }
    sets.forEach(({ effectiveFrom, effectiveTo, name }, index) => {
      if (effectiveTo !== undefined && effectiveTo < effectiveFrom)
        tellOf(fileOf(group))(
          ['sets', index, 'effectiveTo'],
          `"${name}" 永远不施行：失效日期早于生效日期。请核对日期`,
        );
    });
  }
  const named = new Set(
    [...texts.rules, ...texts.conditions].flatMap(({ text }) => {
      const json = parseRuleJson(text);
      if (
        'problem' in json ||
        typeof json.value !== 'object' ||
        json.value === null ||
        Array.isArray(json.value)
      )
        return [];
      return [...referencesIn(json.value['conditions']), ...referencesIn(json.value['resolveWhen'])];
    }),
  );
  for (const { file } of texts.conditions) {
    const id = file.slice(file.lastIndexOf('/') + 1).replace(/\.json$/, '');
    if (!named.has(id)) tellOf(file)(['id'], '没有一条规则引用这组共用条件。请删去，或在规则中引用');
  }
}

/** `group.name` of every parameter that a rule reads, in its limit, conditions and texts. */
function parametersIn(file: RuleFile): string[] {
  const { trigger, event } = file;
  const found = trigger.on === 'deadline' && 'parameter' in trigger.limit ? [trigger.limit.parameter] : [];
  const visit = (value: JsonValue | undefined): void => {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) return void value.forEach(visit);
    const { fact, params } = value;
    if (typeof fact === 'string' && typeof params === 'object' && params !== null && !Array.isArray(params))
      found.push(...parametersOfFact(fact, params));
    Object.values(value).forEach(visit);
  };
  visit(file.conditions as unknown as JsonValue);
  visit(file.resolveWhen as unknown as JsonValue);
  for (const place of [event.params.title, event.params.advice].flatMap(placesInTemplate))
    found.push(...(/^parameter\(name=([^,)]+)/.exec(place)?.slice(1, 2) ?? []));
  return found;
}

/** The parameters that a fact takes by name: those it stands for, and limits it measures by. */
function parametersOfFact(fact: string, params: JsonObject): string[] {
  return Object.entries(FACT_CATALOGUE.get(fact)?.params ?? {}).flatMap(([key, { names }]) => {
    const value = names === 'parameter' || names === 'limitParameter' ? params[key] : undefined;
    return typeof value === 'string' ? [value] : [];
  });
}

function makeLocate(texts: RuleTexts) {
  const parsed = new Map<string, ReturnType<typeof parseRuleJson>>();
  const textOf = new Map(
    [...texts.rules, ...texts.parameters, ...texts.conditions].map(({ file, text }) => [file, text]),
  );
  return (file: string, path: JsonPath) => {
    const json = parsed.get(file) ?? parseRuleJson(textOf.get(file) ?? '');
    parsed.set(file, json);
    return 'problem' in json ? json.problem.position : json.locate(path);
  };
}

function byPlace(a: RuleError, b: RuleError): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
