import { LIMIT_UNITS } from '../calendar/business-calendar.js';
import { allowedFor, didYouMean } from './did-you-mean.js';
import { explainIssue, show } from './explain-issue.js';
import { PARAMETER_SCHEMA } from './parameter-file.js';
import type { ParameterDeclaration, ParameterFile, ParameterType, ParameterValue } from './parameter-file.js';
import type { OrgTree } from './parameter-table.js';
import { parseRuleJson } from './parse-rule-json.js';
import type { JsonPath } from './parse-rule-json.js';
import { makeReport, ruleError } from './rule-error.js';
import type { Report, RuleError } from './rule-error.js';

/** Checks the text of one parameter file: shape, types and bounds of every value, and the units it names. */
export function checkParameterText(
  text: string,
  file: string,
  orgTree: OrgTree | undefined,
  errors: RuleError[],
): ParameterFile | undefined {
  const json = parseRuleJson(text);
  if ('problem' in json) {
    const { position, path, message } = json.problem;
    errors.push(ruleError(file, position, path, message));
    return undefined;
  }
  const before = errors.length;
  const report = makeReport(file, json, errors);
  const shape = PARAMETER_SCHEMA.safeParse(json.value);
  for (const issue of shape.error?.issues ?? []) explainIssue(issue, json.value, [], report);
  if (!shape.success) return undefined;
  const parameters = json.value as unknown as ParameterFile;
  const name = file.slice(file.lastIndexOf('/') + 1).replace(/\.json$/, '');
  if (parameters.group !== name)
    report(['group'], `参数组编号应与文件名相同："${name}"，现为 "${parameters.group}"`);
  checkDeclarations(parameters, report);
  checkUnits(parameters.orgUnits, ['orgUnits'], parameters, orgTree, report);
  parameters.sets?.forEach((set, index) => {
    const path = ['sets', index];
    if (set.effectiveTo !== undefined && set.effectiveTo < set.effectiveFrom)
      report([...path, 'effectiveTo'], `早于施行日期 ${set.effectiveFrom}`);
    if (!set.values && !set.orgUnits) report(path, '这一组没有任何值：应有 values 或 orgUnits');
    checkValues(set.values, [...path, 'values'], parameters, report);
    checkUnits(set.orgUnits, [...path, 'orgUnits'], parameters, orgTree, report);
  });
  return errors.length === before ? parameters : undefined;
}

function checkDeclarations({ parameters }: ParameterFile, report: Report): void {
  if (Object.keys(parameters).length === 0) report(['parameters'], '至少要有一个参数');
  for (const [name, declaration] of Object.entries(parameters)) {
    const path = ['parameters', name];
    const { type, min, max } = declaration;
    if (type !== 'number' && (min !== undefined || max !== undefined))
      report([...path, min === undefined ? 'max' : 'min'], `只用于 number，本参数是 ${type}`);
    if (min !== undefined && max !== undefined && min > max)
      report([...path, 'max'], `小于最小值 ${min}，没有值可以通过`);
    checkValue(declaration.default, declaration, [...path, 'default'], report);
  }
}

function checkUnits(
  byUnit: ParameterFile['orgUnits'],
  path: JsonPath,
  file: ParameterFile,
  orgTree: OrgTree | undefined,
  report: Report,
): void {
  const codes = orgTree?.list.map(({ code }) => code) ?? [];
  for (const [unit, values] of Object.entries(byUnit ?? {})) {
    // Without a tree of units (a folder that has none) codes are not checked.
    if (codes.length > 0 && !codes.includes(unit)) {
      report([...path, unit], `没有单位 "${unit}"${didYouMean(unit, codes)}`, {
        allowed: allowedFor(unit, codes),
        onKey: true,
      });
    }
    checkValues(values, [...path, unit], file, report);
  }
}

function checkValues(
  values: Readonly<Record<string, ParameterValue>> | undefined,
  path: JsonPath,
  { parameters }: ParameterFile,
  report: Report,
): void {
  const names = Object.keys(parameters);
  for (const [name, value] of Object.entries(values ?? {})) {
    const declaration = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (declaration) checkValue(value, declaration, [...path, name], report);
    else {
      report([...path, name], `本组没有参数 "${name}"${didYouMean(name, names)}`, {
        allowed: names,
        onKey: true,
      });
    }
  }
}

const TYPE_TEXTS: Readonly<Record<ParameterType, string>> = {
  number: '数字（不加引号）',
  string: '文字',
  boolean: 'true 或 false（不加引号）',
  list: '列表 […]',
  limit: `时限 {"value":…,"unit":…}，unit 为 ${LIMIT_UNITS.join('、')}`,
};

function checkValue(
  value: ParameterValue,
  { type, min, max }: ParameterDeclaration,
  path: JsonPath,
  report: Report,
): void {
  const actual = Array.isArray(value) ? 'list' : typeof value === 'object' ? 'limit' : typeof value;
  if (actual !== type) return report(path, `应为${TYPE_TEXTS[type]}，现为 ${show(value)}`);
  if (typeof value !== 'number') return;
  if (min !== undefined && value < min) report(path, `应不小于 ${min}，现为 ${value}`);
  if (max !== undefined && value > max) report(path, `应不大于 ${max}，现为 ${value}`);
}
