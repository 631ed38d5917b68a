import type { JsonObject, JsonValue } from '../json.js';
import { EVENT_TYPES } from '../events/event-types.js';
import { shortType } from '../events/business-event.js';
import { allowedFor, didYouMean } from './did-you-mean.js';
import { show } from './explain-issue.js';
import { FACT_CATALOGUE } from './fact-catalogue.js';
import { PARAMETER_FACT } from './facts/parameter-facts.js';
import type { FactDefinition, ParamDefinition } from './fact-definition.js';
import type { ParameterTable } from './parameter-table.js';
import type { JsonPath } from './parse-rule-json.js';
import type { CatalogueNames } from './rule-check-context.js';
import type { Report } from './rule-error.js';
import type { Trigger } from './rule-file.js';
import { EVENT_TYPE_PATTERN } from './rule-schema.js';

const FACT_NAMES = [...FACT_CATALOGUE.keys()];
export const KNOWN_EVENT_TYPES = [...EVENT_TYPES.keys()].map(shortType);

/** What names of facts are checked against. */
export interface FactCheck {
  readonly report: Report;
  /** Problems that do not keep a rule from loading. */
  readonly warn: Report;
  /** The rule's trigger, to refuse facts that it never has; absent where any may be had. */
  readonly trigger?: Trigger['on'];
  readonly names?: CatalogueNames;
  /** There is no triggering event that `same` could mean: deadline and sweep rules, and resolveWhen. */
  readonly noEvent?: boolean;
  /** Names that a window trigger gives to some of its events. */
  readonly windowEvents?: readonly string[];
  readonly parameters?: ParameterTable;
  /** Shared conditions there are; `trees` of those that are right, absent while they are themselves checked. */
  readonly shared?: {
    readonly ids: readonly string[];
    readonly trees?: ReadonlyMap<string, { readonly conditions: JsonObject }>;
  };
}

/**
 * Checks that a fact exists, may be had with this trigger, and takes these parameters. With `at.params`
 * absent the parameters stand in the text at `at.fact` (tests, templates).
 * @returns the fact, if it exists
 */
export function checkFact(
  name: JsonValue | undefined,
  params: JsonValue | undefined,
  at: { readonly fact: JsonPath; readonly params?: JsonPath },
  check: FactCheck,
): FactDefinition | undefined {
  if (typeof name !== 'string') {
    check.report(at.fact, name === undefined ? '缺少字段 "fact"' : `应为事实名称，现为 ${show(name)}`);
    return undefined;
  }
  const definition = FACT_CATALOGUE.get(name);
  if (!definition) {
    const problem = `没有名为 "${name}" 的事实${didYouMean(name, FACT_NAMES)}`;
    check.report(at.fact, problem, { allowed: allowedFor(name, FACT_NAMES) });
    return undefined;
  }
  if (definition.onlyOn && check.trigger && !isHad(definition.onlyOn, check.trigger)) {
    check.report(
      at.fact,
      `"${name}" 只在 ${definition.onlyOn} 触发的规则中才有，本规则由 ${check.trigger} 触发，永远不会知道它`,
    );
  }
  if (check.trigger === 'window' && !isOfWindow(name)) {
    const allowed = FACT_NAMES.filter(isOfWindow);
    check.report(at.fact, `窗口规则看的是许多工单的事件，没有 "${name}"`, { allowed });
  }
  checkParams(definition, params, at, check);
  return withParameterType(definition, params, check);
}

/** A window rule looks at an event, too. */
function isHad(onlyOn: NonNullable<FactDefinition['onlyOn']>, trigger: Trigger['on']): boolean {
  return onlyOn === trigger || (onlyOn === 'event' && trigger === 'window');
}

/** A window is about no work order: what one is like, its rules cannot know. */
function isOfWindow(name: string): boolean {
  return /^(window|event|elapsed)\./.test(name) || ['now', 'today', PARAMETER_FACT].includes(name);
}

/** A parameter (参数) has the type that its file declares. */
function withParameterType(
  definition: FactDefinition,
  params: JsonValue | undefined,
  { parameters }: FactCheck,
): FactDefinition {
  if (definition.name !== PARAMETER_FACT || typeof params !== 'object' || params === null) return definition;
  const name = (params as JsonObject)['name'];
  const type = typeof name === 'string' ? parameters?.typeOf(name) : undefined;
  return type === undefined || type === 'limit' ? definition : { ...definition, type };
}

function checkParams(
  definition: FactDefinition,
  params: JsonValue | undefined,
  at: { readonly fact: JsonPath; readonly params?: JsonPath },
  check: FactCheck,
): void {
  const path = at.params ?? at.fact;
  if (params !== undefined && (typeof params !== 'object' || params === null || Array.isArray(params))) {
    return check.report(path, `params 应为对象 {…}，现为 ${show(params)}`);
  }
  const allowed = Object.keys(definition.params);
  for (const name of Object.keys(params ?? {})) {
    if (allowed.includes(name)) continue;
    const problem =
      allowed.length === 0
        ? `事实 "${definition.name}" 不带参数`
        : `事实 "${definition.name}" 没有参数 "${name}"${didYouMean(name, allowed)}`;
    check.report(at.params ? [...path, name] : path, problem, { allowed, onKey: true });
  }
  for (const [name, schema] of Object.entries(definition.params)) {
    const value = params?.[name];
    const here = at.params ? [...path, name] : path;
    if (value !== undefined) checkParam(name, schema, value, here, at.params !== undefined, check);
    else if (schema.required) {
      check.report(
        at.params && params ? path : at.fact,
        `事实 "${definition.name}" 缺少参数 "${name}"（${schema.zh}）`,
      );
    }
  }
}

function checkParam(
  name: string,
  schema: ParamDefinition,
  value: JsonValue,
  path: JsonPath,
  placed: boolean,
  check: FactCheck,
): void {
  if (schema.type === 'dateFact') return checkDateFact(name, value, path, placed, check);
  const items = schema.type === 'textList' ? value : [value];
  if (
    !Array.isArray(items) ||
    items.length === 0 ||
    !items.every((item) => typeof item === 'string' && item !== '')
  ) {
    const expected = schema.type === 'textList' ? '不空的文字列表，如 ["甲","乙"]' : '不空的文字';
    return check.report(path, `参数 "${name}" 应为${expected}，现为 ${show(value)}`);
  }
  (items as string[]).forEach((item, index) => {
    const here = placed && schema.type === 'textList' ? [...path, index] : path;
    if (schema.values && !schema.values.includes(item)) {
      check.report(here, `参数 "${name}" 不可为 "${item}"${didYouMean(item, schema.values)}`, {
        allowed: schema.values,
      });
    }
    if (schema.sameAsEvent && item === 'same' && check.noEvent) {
      check.report(here, `参数 "${name}" 的 same 指触发事件的，只用于 event 规则的 conditions 和标题、建议`);
    }
    if (schema.names === 'stage' && item !== 'same') checkStageName(item, here, check);
    if (schema.names === 'eventType') checkEventType(item, here, check);
    if (schema.names === 'windowEvents') checkWindowEvents(item, here, check);
    if (schema.names === 'parameter') checkParameterName(item, here, check, 'value');
    if (schema.names === 'limitParameter') checkParameterName(item, here, check, 'limit');
  });
}

function checkDateFact(
  name: string,
  value: JsonValue,
  path: JsonPath,
  placed: boolean,
  check: FactCheck,
): void {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject && typeof value !== 'string') {
    return check.report(
      path,
      `参数 "${name}" 应为日期类事实的名称或 {"fact":…,"params":…}，现为 ${show(value)}`,
    );
  }
  const naming: JsonObject = isObject ? value : { fact: value };
  const at = isObject && placed ? { fact: [...path, 'fact'], params: [...path, 'params'] } : { fact: path };
  if (isObject) refuseOtherKeys(naming, ['fact', 'params'], path, check.report);
  const definition = checkFact(naming['fact'], naming['params'], at, check);
  if (definition && definition.type !== 'date' && definition.type !== 'any') {
    check.report(at.fact, `参数 "${name}" 应为日期类事实，"${definition.name}" 是 ${definition.type}`);
  }
}

/** Reports every key of an object that is not expected. */
export function refuseOtherKeys(
  object: JsonObject,
  allowed: readonly string[],
  path: JsonPath,
  report: Report,
): void {
  for (const key of Object.keys(object)) {
    if (allowed.includes(key)) continue;
    report([...path, key], `没有 "${key}" 这个字段${didYouMean(key, allowed)}`, { allowed, onKey: true });
  }
}

/** Some of the events of a window go by a name that its trigger gives them. */
function checkWindowEvents(name: string, path: JsonPath, { windowEvents, report }: FactCheck): void {
  // Shared conditions are checked once more where a rule takes them in.
  if (!windowEvents || windowEvents.includes(name)) return;
  report(path, `trigger.named 中没有 "${name}"${didYouMean(name, windowEvents)}`, { allowed: windowEvents });
}

/** A parameter must be declared, and fit where it is used: a `limit` in `trigger.limit`, anything else in conditions. */
export function checkParameterName(
  name: string,
  path: JsonPath,
  { parameters, report }: FactCheck,
  use: 'limit' | 'value',
): void {
  const known = parameters?.names ?? [];
  const fitting = known.filter((other) => (parameters?.typeOf(other) === 'limit') === (use === 'limit'));
  const type = parameters?.typeOf(name);
  if (type === undefined) {
    report(
      path,
      `没有参数 "${name}"${didYouMean(name, known)}（参数写在 parameters 文件夹，引用时写 组.参数）`,
      {
        allowed: allowedFor(name, fitting),
      },
    );
  } else if (!fitting.includes(name)) {
    const place =
      use === 'limit' ? '此处应为时限类（limit）参数' : '时限类参数只用于 trigger.limit 和窗口事实的 limit';
    report(path, `${place}，"${name}" 是 ${type}`, { allowed: allowedFor(name, fitting) });
  }
}

/** A stage must be one of the catalogue's, if there is a catalogue. */
export function checkStageName(stage: string, path: JsonPath, { names, report }: FactCheck): void {
  if (!names || names.stages.includes(stage)) return;
  report(path, `目录中没有环节 "${stage}"${didYouMean(stage, names.stages)}`, {
    allowed: allowedFor(stage, names.stages),
  });
}

/** An unknown event type is allowed, since other systems may send it, but is pointed out. */
export function checkEventType(type: string, path: JsonPath, { report, warn }: FactCheck): void {
  if (type.startsWith('yxzy.')) report(path, `不要写 yxzy. 前缀，应为 "${shortType(type)}"`);
  else if (!EVENT_TYPE_PATTERN.test(type)) report(path, `应为事件类型，如 stage.completed，现为 "${type}"`);
  else if (type !== '*' && !KNOWN_EVENT_TYPES.includes(type)) {
    warn(
      path,
      `"${type}" 不是已知的事件类型${didYouMean(type, KNOWN_EVENT_TYPES)}；只有来源系统会发送它时才能这样写`,
    );
  }
}
