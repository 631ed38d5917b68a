import { z } from 'zod';
import type { JsonObject, JsonValue } from '../json.js';
import { checkConditions } from './check-conditions.js';
import type { FactCheck } from './check-fact.js';
import { explainIssue } from './explain-issue.js';
import { parseRuleJson } from './parse-rule-json.js';
import type { ParsedJson } from './parse-rule-json.js';
import { makeReport, ruleError } from './rule-error.js';
import type { RuleError } from './rule-error.js';
import { fields, words } from './rule-fields.js';

/**
 * Named conditions that several rules share (json-rules-engine's `{ "condition": name }`), one
 * `rules/conditions/<id>.json` each. They are put in place when rules are loaded: a loaded rule stands on its own,
 * so that its published version can be read years later.
 */
export interface SharedConditions {
  readonly id: string;
  readonly name: string;
  /** With the shared conditions that they name put in. */
  readonly conditions: JsonObject;
}

export const SHARED_CONDITIONS_SCHEMA = fields(
  {
    $schema: z.string().optional().describe('指向 conditions.schema.json，编辑器据此提示'),
    id: z
      .string()
      .max(80)
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, '应为小写字母、数字和连字符，如 high-voltage-customer')
      .describe('编号，与文件名相同；规则中写 {"condition":"编号"}'),
    name: words('名称：一句话说明这组条件'),
    conditions: z.any().meta({ id: 'conditions' }),
  },
  '共用条件',
);

/** Conditions that name each other in a row, at most. */
const MAX_CHAIN = 8;
/** Conditions in a tree with everything put in, at most: lists of lists of lists would grow without end. */
const MAX_LEAVES = 1_000;

interface Draft {
  readonly file: string;
  readonly json: ParsedJson;
  readonly value: { readonly id: string; readonly name: string; readonly conditions: JsonObject };
}

/** Checks the texts of all shared conditions and puts those they name into them. */
export function checkSharedConditions(
  texts: readonly { readonly file: string; readonly text: string }[],
  check: Omit<FactCheck, 'report' | 'warn' | 'shared'>,
  errors: RuleError[],
  warnings: RuleError[],
): Map<string, SharedConditions> {
  const drafts = new Map<string, Draft>();
  for (const { file, text } of texts) {
    const draft = readDraft(file, text, errors);
    if (draft) drafts.set(draft.value.id, draft);
  }
  const ids = [...drafts.keys()];
  for (const { file, json, value } of drafts.values()) {
    const both = { report: makeReport(file, json, errors), warn: makeReport(file, json, warnings) };
    // `same` and facts of one trigger are judged where a rule takes the conditions in.
    checkConditions(value.conditions, ['conditions'], { ...check, ...both, shared: { ids } });
  }
  return putIn(drafts, errors);
}

function readDraft(file: string, text: string, errors: RuleError[]): Draft | undefined {
  const json = parseRuleJson(text);
  if ('problem' in json) {
    errors.push(ruleError(file, json.problem.position, json.problem.path, json.problem.message));
    return undefined;
  }
  const report = makeReport(file, json, errors);
  const shape = SHARED_CONDITIONS_SCHEMA.safeParse(json.value);
  for (const issue of shape.error?.issues ?? []) explainIssue(issue, json.value, [], report);
  if (!shape.success) return undefined;
  const value = json.value as unknown as Draft['value'];
  const name = file.slice(file.lastIndexOf('/') + 1).replace(/\.json$/, '');
  if (value.id !== name) report(['id'], `编号应与文件名相同："${name}"，现为 "${value.id}"`);
  if (value.conditions === undefined) {
    report(['conditions'], '缺少字段 "conditions"');
    return undefined;
  }
  return { file, json, value };
}

function putIn(drafts: ReadonlyMap<string, Draft>, errors: RuleError[]): Map<string, SharedConditions> {
  const done = new Map<string, SharedConditions>();
  const refused = new Set<string>();
  const visit = (id: string, chain: readonly string[]): void => {
    const draft = drafts.get(id);
    if (!draft || done.has(id) || refused.has(id)) return;
    const refuse = (message: string): void => {
      refused.add(id);
      errors.push(ruleError(draft.file, draft.json.locate(['conditions']), ['conditions'], message));
    };
    if (chain.length > MAX_CHAIN) return refuse(`共用条件引用过深：最多 ${MAX_CHAIN} 层`);
    for (const other of referencesIn(draft.value.conditions)) {
      if (other === id || chain.includes(other))
        return refuse(`共用条件循环引用：${[...chain, id, other].join(' → ')}`);
      visit(other, [...chain, id]);
      if (refused.has(other)) return refuse(`所引用的共用条件 "${other}" 有误`);
    }
    const expanded = expandConditions(draft.value.conditions, done);
    if (expanded === undefined) return refuse(`展开后条件过多：最多 ${MAX_LEAVES} 个`);
    done.set(id, { id, name: draft.value.name, conditions: expanded as JsonObject });
  };
  for (const id of drafts.keys()) visit(id, []);
  return done;
}

/** The shared conditions that a tree names. */
export function referencesIn(node: JsonValue | undefined): string[] {
  if (typeof node !== 'object' || node === null) return [];
  if (Array.isArray(node)) return node.flatMap(referencesIn);
  if (typeof node['condition'] === 'string') return [node['condition']];
  return ['all', 'any', 'not'].flatMap((branch) => referencesIn(node[branch]));
}

/**
 * A tree with every named condition put in place, under its name.
 * @returns undefined where that would be too large
 */
export function expandConditions(
  node: JsonValue | undefined,
  shared: ReadonlyMap<string, SharedConditions>,
): JsonValue | undefined {
  const counted = { leaves: 0 };
  const expanded = expand(node, shared, counted);
  return counted.leaves > MAX_LEAVES ? undefined : expanded;
}

function expand(
  node: JsonValue | undefined,
  shared: ReadonlyMap<string, SharedConditions>,
  counted: { leaves: number },
): JsonValue | undefined {
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return node;
  if (counted.leaves > MAX_LEAVES) return node;
  if (typeof node['condition'] === 'string') {
    const found = shared.get(node['condition']);
    if (!found) return node;
    counted.leaves += leavesOf(found.conditions);
    return { ...found.conditions, name: node['name'] ?? found.name };
  }
  for (const branch of ['all', 'any'] as const) {
    const children = node[branch];
    if (Array.isArray(children))
      return { ...node, [branch]: children.map((child) => expand(child, shared, counted) ?? null) };
  }
  if (node['not'] !== undefined) return { ...node, not: expand(node['not'], shared, counted) };
  counted.leaves += 1;
  return node;
}

function leavesOf(node: JsonValue | undefined): number {
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return 0;
  for (const branch of ['all', 'any'] as const) {
    const children = node[branch];
    if (Array.isArray(children)) return children.reduce((sum: number, child) => sum + leavesOf(child), 0);
  }
  return node['not'] === undefined ? 1 : leavesOf(node['not']);
}
