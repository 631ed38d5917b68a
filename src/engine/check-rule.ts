import type { JsonObject, JsonValue } from '../json.js';
import { FEED_SWEEP_JOB } from './assess-feed.js';
import { checkConditions } from './check-conditions.js';
import { checkEventType, checkParameterName, checkStageName } from './check-fact.js';
import type { FactCheck } from './check-fact.js';
import { checkTemplate } from './check-template.js';
import { checkTests } from './check-tests.js';
import { selectorsOf } from './compile-rule.js';
import { compileWindow } from './compile-window.js';
import { allowedFor, didYouMean } from './did-you-mean.js';
import { explainIssue } from './explain-issue.js';
import { isPattern, matchesPattern } from './match-name.js';
import type { OrgTree } from './parameter-table.js';
import type { JsonPath } from './parse-rule-json.js';
import type { CatalogueNames, RuleCheckContext, RuleSurroundings } from './rule-check-context.js';
import type { Report } from './rule-error.js';
import type { RuleFile, Trigger } from './rule-file.js';
import { RULE_SCHEMA } from './rule-schema.js';

/**
 * Checks everything about one rule file that can be checked without running it: shape, facts and their
 * parameters, operators and types, templates, tests, and the names of the catalogue. Reports every
 * problem, not only the first.
 * @returns the rule, if its shape is right (there may be other problems)
 */
export function checkRule(
  value: JsonValue,
  context: RuleCheckContext,
  around: RuleSurroundings & { readonly names?: CatalogueNames },
  report: Report,
  warn: Report,
): RuleFile | undefined {
  const shape = RULE_SCHEMA.safeParse(value);
  for (const issue of shape.error?.issues ?? []) explainIssue(issue, value, [], report);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const trigger = triggerOf(value);
  const noEvent = trigger !== undefined && trigger !== 'event' && trigger !== 'window';
  const windowEvents = windowEventsOf(value);
  const check: FactCheck = {
    report,
    warn,
    noEvent,
    ...(trigger && { trigger }),
    ...(windowEvents && { windowEvents }),
    ...around,
  };
  const { trigger: _any, ...resolving } = { ...check, noEvent: true };
  if (value['conditions'] !== undefined) checkConditions(value['conditions'], ['conditions'], check);
  if (value['resolveWhen'] !== undefined) checkConditions(value['resolveWhen'], ['resolveWhen'], resolving);
  if (!shape.success) return undefined;
  const rule = value as unknown as RuleFile;
  for (const field of ['title', 'advice'] as const) {
    checkTemplate(rule.event.params[field], ['event', 'params', field], check);
  }
  checkTrigger(rule, context, check);
  checkAppliesTo(rule, around.names, report);
  checkOrgUnits(rule, context.orgUnits, report);
  checkTests(rule, context.calendar, { report, warn, ...(windowEvents && { windowEvents }), ...around });
  return rule;
}

function triggerOf(value: JsonObject): Trigger['on'] | undefined {
  const trigger = value['trigger'];
  const on =
    typeof trigger === 'object' && trigger !== null && !Array.isArray(trigger) ? trigger['on'] : undefined;
  return on === 'event' || on === 'deadline' || on === 'sweep' || on === 'window' ? on : undefined;
}

/** The names that a window trigger gives; undefined for other triggers. */
function windowEventsOf({ trigger }: JsonObject): string[] | undefined {
  if (typeof trigger !== 'object' || trigger === null || Array.isArray(trigger)) return undefined;
  if (trigger['on'] !== 'window') return undefined;
  const named = trigger['named'];
  return typeof named === 'object' && named !== null ? Object.keys(named) : [];
}

const LONGEST_WINDOW_MS = 366 * 86_400_000;

function checkWindow(rule: RuleFile, { report }: FactCheck): void {
  const { trigger } = rule;
  if (trigger.on !== 'window') return;
  const { ms } = compileWindow(trigger);
  if (ms > LONGEST_WINDOW_MS) report(['trigger', 'window'], '窗口过长：最多 366 天');
  if (rule.resolveWhen) {
    report(['resolveWhen'], '窗口规则不写 resolveWhen：条件不再成立时自动解除；要保留请写 trigger.keepOpen', {
      onKey: true,
    });
  }
  if (trigger.among === trigger.groupBy)
    report(['trigger', 'among'], '与 groupBy 相同，每组没有同类；请写同类的共同字段或 *');
}

function checkTrigger(rule: RuleFile, { calendar }: RuleCheckContext, check: FactCheck): void {
  const { trigger, appliesTo } = rule;
  const { report } = check;
  for (const { path, selector } of selectorsOf(rule)) {
    const at: JsonPath = typeof selector === 'string' ? path : [...path, 'type'];
    checkEventType(typeof selector === 'string' ? selector : selector.type, at, check);
    const stage = typeof selector === 'string' ? undefined : selector.stage;
    if (stage === 'same' && path[1] !== 'stop') {
      report([...path, 'stage'], 'same 只用于 stop（时限所在环节）；此处请写环节名称、any 或不写');
    } else if (stage !== undefined && stage !== 'same' && stage !== 'any') {
      checkStageName(stage, [...path, 'stage'], check);
    }
  }
  if (trigger.on === 'deadline' && 'parameter' in trigger.limit)
    checkParameterName(trigger.limit.parameter, ['trigger', 'limit', 'parameter'], check, 'limit');
  checkWindow(rule, check);
  const moments = Object.keys(calendar.moments);
  if (trigger.on === 'sweep' && trigger.subject === 'feed') moments.push(FEED_SWEEP_JOB);
  if (trigger.on === 'sweep' && !moments.includes(trigger.job)) {
    report(['trigger', 'job'], `日历中没有时刻 "${trigger.job}"${didYouMean(trigger.job, moments)}`, {
      allowed: moments,
    });
  }
  if (
    trigger.on === 'deadline' &&
    trigger.restart &&
    (appliesTo?.stages ?? appliesTo?.stageKinds ?? appliesTo?.workItems)
  ) {
    report(
      ['trigger', 'restart'],
      'restart 的时限看整张工单，不属于某个环节，不能与 appliesTo.stages、stageKinds、workItems 同用；请用 start 的 stage 限定',
    );
  }
}

/** Names of the catalogue: they exist, and a stage belongs to a process that the rule names. */
function checkAppliesTo({ appliesTo }: RuleFile, names: CatalogueNames | undefined, report: Report): void {
  if (!appliesTo || !names) return;
  const { processes, except } = appliesTo;
  const known = processes?.filter((process) => names.stagesOf.has(process));
  const stages = known?.length
    ? [...new Set(known.flatMap((process) => names.stagesOf.get(process) ?? []))]
    : names.stages;
  const lists: [JsonPath, readonly string[] | undefined, readonly string[], string][] = [
    [['appliesTo', 'processes'], processes, names.processes, '业务类型'],
    [['appliesTo', 'stages'], appliesTo.stages, stages, '环节'],
    [['appliesTo', 'stageKinds'], appliesTo.stageKinds, names.stageKinds, '环节类别'],
    [['appliesTo', 'workItems'], appliesTo.workItems, names.workItems, '作业项'],
    [['appliesTo', 'except', 'processes'], except?.processes, names.processes, '业务类型'],
    [['appliesTo', 'except', 'stages'], except?.stages, stages, '环节'],
    [['appliesTo', 'except', 'stageKinds'], except?.stageKinds, names.stageKinds, '环节类别'],
    [['appliesTo', 'except', 'workItems'], except?.workItems, names.workItems, '作业项'],
  ];
  for (const [path, given, allowed, word] of lists) {
    given?.forEach((name, index) => {
      if (allowed.includes(name)) return;
      if (word === '环节' && isPattern(name)) {
        if (!allowed.some((stage) => matchesPattern(name, stage)))
          report([...path, index], `目录中没有环节符合 "${name}"`, { allowed: allowedFor(name, allowed) });
        return;
      }
      const elsewhere = word === '环节' && names.stages.includes(name);
      const problem = elsewhere
        ? `环节 "${name}" 不属于 appliesTo.processes 所列的业务类型`
        : `目录中没有${word} "${name}"${didYouMean(name, allowed)}`;
      report([...path, index], problem, { allowed: allowedFor(name, allowed) });
    });
  }
}

/** Codes of org units, if there is a tree of them. */
function checkOrgUnits({ appliesTo }: RuleFile, orgTree: OrgTree | undefined, report: Report): void {
  const codes = orgTree?.list.map(({ code }) => code) ?? [];
  if (codes.length === 0) return;
  const lists: [JsonPath, readonly string[] | undefined][] = [
    [['appliesTo', 'orgUnits'], appliesTo?.orgUnits],
    [['appliesTo', 'except', 'orgUnits'], appliesTo?.except?.orgUnits],
  ];
  for (const [path, given] of lists) {
    given?.forEach((code, index) => {
      if (codes.includes(code)) return;
      report([...path, index], `org-units.json 中没有单位 "${code}"${didYouMean(code, codes)}`, {
        allowed: allowedFor(code, codes),
      });
    });
  }
}
