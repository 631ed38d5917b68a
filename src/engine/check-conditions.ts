import type { JsonObject, JsonValue } from '../json.js';
import { allowedFor, didYouMean } from './did-you-mean.js';
import { checkFact, refuseOtherKeys } from './check-fact.js';
import type { FactCheck } from './check-fact.js';
import { show } from './explain-issue.js';
import { isScalar } from './fact-definition.js';
import type { FactDefinition, FactType } from './fact-definition.js';
import { isFactNaming } from './fact-reference.js';
import { FORMATS } from './formats.js';
import { isDay, isInstantText } from './moments.js';
import { OPERATORS } from './operators.js';
import type { OperatorDefinition } from './operators.js';
import type { JsonPath } from './parse-rule-json.js';

const BRANCHES = ['all', 'any', 'not'] as const;
const LEAF_KEYS = ['name', 'fact', 'params', 'operator', 'value'] as const;

/** What json-rules-engine would take and we refuse, with the reason. */
const REFUSED: Readonly<Record<string, string>> = {
  path: '不允许使用 path（它能执行脚本）；请用带参数的事实取字段，如 event.data 的 field',
  priority: '不需要 priority：所有条件一起判断',
};

/** Checks a condition tree: shape, facts, parameters, operators, and the types of all values. */
export function checkConditions(node: JsonValue | undefined, path: JsonPath, check: FactCheck): void {
  if (typeof node !== 'object' || node === null || Array.isArray(node)) {
    return check.report(path, `条件应为对象 {…}，现为 ${show(node)}`);
  }
  for (const key of Object.keys(node)) {
    if (Object.hasOwn(REFUSED, key)) check.report([...path, key], REFUSED[key] ?? '', { onKey: true });
  }
  if (Object.hasOwn(node, 'condition')) return checkReference(node, path, check);
  const branches = BRANCHES.filter((branch) => Object.hasOwn(node, branch));
  const [branch] = branches;
  if (branch === undefined) {
    if (path.at(-1) === 'not' || typeof path.at(-1) === 'number') return checkLeaf(node, path, check);
    return check.report(
      path,
      '最外层应为 all（全部成立）、any（任一成立）或 not（不成立）；只有一个条件也写成 {"all":[…]}',
      { allowed: BRANCHES },
    );
  }
  if (branches.length > 1) check.report(path, `${branches.join('、')} 只能有一个，请嵌套书写`);
  refuseOtherKeys(withoutRefused(node), [...BRANCHES, 'name'], path, check.report);
  checkName(node, path, check);
  const children = node[branch];
  if (branch === 'not') {
    if (Array.isArray(children)) return check.report([...path, 'not'], 'not 应为一个条件 {…}，不是列表');
    return checkConditions(children, [...path, 'not'], check);
  }
  if (!Array.isArray(children)) return check.report([...path, branch], `${branch} 应为条件的列表 […]`);
  if (children.length === 0) {
    return check.report([...path, branch], `${branch} 不能为空列表（空列表会永远命中）`);
  }
  children.forEach((child, index) => checkConditions(child, [...path, branch, index], check));
}

/** `{ "condition": "id" }` takes in shared conditions; what is wrong with them for this rule is said here. */
function checkReference(node: JsonObject, path: JsonPath, check: FactCheck): void {
  refuseOtherKeys(withoutRefused(node), ['condition', 'name'], path, check.report);
  checkName(node, path, check);
  const at = [...path, 'condition'];
  const id = node['condition'];
  const ids = check.shared?.ids ?? [];
  if (typeof id !== 'string') return check.report(at, `应为共用条件的编号，现为 ${show(id)}`);
  if (!ids.includes(id)) {
    return check.report(at, `conditions 文件夹中没有共用条件 "${id}"${didYouMean(id, ids)}`, {
      allowed: allowedFor(id, ids),
    });
  }
  const tree = check.shared?.trees?.get(id);
  if (!tree) return;
  const problems = new Set<string>();
  const report: FactCheck['report'] = (_path, message) => void problems.add(message);
  checkConditions(tree.conditions, path, { ...check, report, warn: () => undefined });
  for (const message of problems) check.report(at, `共用条件 "${id}"：${message}`);
}

function checkLeaf(leaf: JsonObject, path: JsonPath, check: FactCheck): void {
  refuseOtherKeys(withoutRefused(leaf), LEAF_KEYS, path, check.report);
  checkName(leaf, path, check);
  const definition = checkFact(
    leaf['fact'],
    leaf['params'],
    { fact: [...path, 'fact'], params: [...path, 'params'] },
    check,
  );
  const operator = checkOperator(leaf['operator'], definition, [...path, 'operator'], check);
  if (leaf['value'] === undefined) return check.report([...path, 'value'], '缺少字段 "value"');
  if (operator) checkValue(operator, definition, leaf['value'], [...path, 'value'], check);
}

function checkOperator(
  name: JsonValue | undefined,
  definition: FactDefinition | undefined,
  path: JsonPath,
  check: FactCheck,
): OperatorDefinition | undefined {
  const fitting = [...OPERATORS.values()].filter(
    (operator) => !definition || accepts(operator, definition.type),
  );
  const allowed = fitting.map((operator) => operator.name);
  if (typeof name !== 'string') {
    check.report(path, name === undefined ? '缺少字段 "operator"' : `应为操作符名称，现为 ${show(name)}`, {
      allowed,
    });
    return undefined;
  }
  const operator = OPERATORS.get(name);
  if (!operator) {
    check.report(path, `没有操作符 "${name}"${didYouMean(name, OPERATORS.keys())}`, { allowed });
  } else if (definition && !accepts(operator, definition.type)) {
    check.report(path, `操作符 "${name}" 不能用于 ${definition.type} 类的 "${definition.name}"`, { allowed });
    return undefined;
  } else if (name === 'isPresent' && definition?.alwaysKnown) {
    check.report(path, `"${definition.name}" 总是已知的，isPresent 没有意义；请判断它的值`, {
      allowed: allowed.filter((other) => other !== 'isPresent'),
    });
  }
  return operator;
}

/** Whether an operator may be put on a fact of a type. Facts of type `any` are checked when they are read. */
export function accepts(operator: OperatorDefinition, type: FactType): boolean {
  return type === 'any' || operator.factTypes.includes(type);
}

function checkValue(
  operator: OperatorDefinition,
  definition: FactDefinition | undefined,
  value: JsonValue,
  path: JsonPath,
  check: FactCheck,
): void {
  if (isFactNaming(value)) return checkValueFact(operator, definition, value, path, check);
  const problem = literalProblem(operator, definition?.type ?? 'any', value);
  if (problem) {
    const allowed = operator.value === 'format' ? [...FORMATS.keys()] : undefined;
    const near = allowed && typeof value === 'string' ? didYouMean(value, allowed) : '';
    check.report(path, `"${operator.name}" 的 value ${problem}，现为 ${show(value)}${near}`, {
      ...(allowed ? { allowed: allowed } : {}),
    });
  }
}

/** What is wrong with a literal; undefined if nothing is. */
function literalProblem(operator: OperatorDefinition, type: FactType, value: JsonValue): string | undefined {
  const own = operator.factTypes.includes(type) && type !== 'list' ? type : undefined;
  const fits = (item: JsonValue) => isScalar(item) && (own === undefined || typeof item === own);
  const typeText =
    own === 'string'
      ? '文字'
      : own === 'number'
        ? '数字'
        : own === 'boolean'
          ? 'true 或 false'
          : '文字、数字或 true/false';
  switch (operator.value) {
    case 'same':
      return fits(value) ? undefined : `应为${typeText}`;
    case 'sameList':
      return isListOf(value, fits) ? undefined : `应为不空的列表 […]，各项为${typeText}`;
    case 'scalar':
      return isScalar(value) ? undefined : '应为文字、数字或 true/false';
    case 'scalarList':
      return isListOf(value, isScalar) ? undefined : '应为不空的列表 […]，各项为文字、数字或 true/false';
    case 'number':
      return typeof value === 'number' ? undefined : '应为数字（不加引号）';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : '应为 true 或 false（不加引号）';
    case 'string':
      return typeof value === 'string' && value !== '' ? undefined : '应为不空的文字';
    case 'length':
      return Number.isInteger(value) && Number(value) >= 1 ? undefined : '应为不小于 1 的整数';
    case 'date':
      return typeof value === 'string' && (isDay(value) || isInstantText(value))
        ? undefined
        : '应为 "YYYY-MM-DD"、"YYYY-MM-DD HH:mm"、带时区的时刻，或另一个日期事实 {"fact":…}';
    case 'format':
      return typeof value === 'string' && FORMATS.has(value) ? undefined : '应为格式名称';
  }
}

function isListOf(value: JsonValue, fits: (item: JsonValue) => boolean): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(fits);
}

function checkValueFact(
  operator: OperatorDefinition,
  definition: FactDefinition | undefined,
  value: JsonObject,
  path: JsonPath,
  check: FactCheck,
): void {
  const { report } = check;
  for (const key of Object.keys(value)) {
    if (key === 'path') report([...path, key], REFUSED['path'] ?? '', { onKey: true });
  }
  refuseOtherKeys(withoutRefused(value), ['fact', 'params'], path, report);
  const at = { fact: [...path, 'fact'], params: [...path, 'params'] };
  const other = checkFact(value['fact'], value['params'], at, check);
  if (!operator.valueFact) return report(path, `"${operator.name}" 的 value 不能是另一个事实`);
  const wanted = valueFactTypes(operator, definition?.type ?? 'any');
  if (other && other.type !== 'any' && !wanted.includes(other.type)) {
    report(at.fact, `不能与 ${other.type} 类的 "${other.name}" 比较`, {
      allowed: wanted.map((type) => `${type} 类的事实`),
    });
  }
}

function valueFactTypes(operator: OperatorDefinition, type: FactType): readonly FactType[] {
  const scalars: readonly FactType[] = ['string', 'number', 'boolean'];
  switch (operator.value) {
    case 'same':
      return type === 'any' ? scalars : [type];
    case 'sameList':
    case 'scalarList':
      return ['list'];
    case 'scalar':
      return scalars;
    case 'number':
    case 'date':
    case 'string':
      return [operator.value];
    case 'boolean':
    case 'length':
    case 'format':
      return [];
  }
}

function withoutRefused(node: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(node).filter(([key]) => !Object.hasOwn(REFUSED, key)));
}

function checkName(node: JsonObject, path: JsonPath, { report }: FactCheck): void {
  const name = node['name'];
  if (name !== undefined && (typeof name !== 'string' || name === '')) {
    report([...path, 'name'], `应为条件的说明文字，现为 ${show(name)}`);
  }
}
