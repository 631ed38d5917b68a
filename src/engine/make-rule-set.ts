import { createHash } from 'node:crypto';
import { canonicalJson } from '../events/canonical-hash.js';
import type { SubjectType } from '../events/business-event.js';
import type { JsonValue } from '../json.js';
import { compileRule } from './compile-rule.js';
import { makeCatalogueLookup } from './catalogue-lookup.js';
import type { ProcessCatalogue } from './catalogue-lookup.js';
import { NO_CHECKLISTS } from './checklists.js';
import type { Checklists } from './checklists.js';
import { isPattern, matchesAny } from './match-name.js';
import { NO_PARAMETERS } from './parameter-table.js';
import type { OrgTree, ParameterTable } from './parameter-table.js';
import { makeRuleIndex, OTHER } from './rule-index.js';
import type { IndexedRule, Place } from './rule-index.js';
import type { AppliesTo, RuleFile } from './rule-file.js';
import type { CompiledRule, RuleSet } from './rule-set.js';
import { makeScreenTogether } from './screen-together.js';
import { plainStageOf, selectsStage, selectsType, stopStageOf, toSelectors } from './select-event.js';

/** An immutable set of checked rule files, compiled and indexed. Disabled rules are left out. */
export function makeRuleSet(
  files: readonly RuleFile[],
  catalogue?: ProcessCatalogue,
  parameters?: ParameterTable,
  orgTree?: OrgTree,
  checklists?: Checklists,
): RuleSet {
  const lookup = makeCatalogueLookup(catalogue);
  const rules = files
    .filter((file) => file.status !== 'disabled')
    .map((file) => compileRule(file, lookup, orgTree));
  return indexRules(rules, parameters, checklists);
}

/** Indexes rules that are compiled already. */
export function indexRules(
  rules: readonly CompiledRule[],
  parameters: ParameterTable = NO_PARAMETERS,
  checklists: Checklists = NO_CHECKLISTS,
): RuleSet {
  refuseUnknownLimits(rules, parameters);
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const together = makeScreenTogether();
  const events = makeRuleIndex(rules.flatMap(asEventEntry), (found, place) =>
    together.layOut(found.map(({ rule }) => ({ rule, ready: rule.atPlace?.(place) }))),
  );
  const clocks = makeRuleIndex(rules.flatMap(asClockEntry), (found, place) => ({
    rules: rulesOf(found),
    mayStart: found.map(({ mayStart }) => mayStart(place)),
  }));
  const sweeps = makeRuleIndex(rules.flatMap(asSweepEntry), rulesOf);
  const sweeping = (subjectType: SubjectType, process: string | undefined) =>
    sweeps.find(subjectType, process, undefined);
  const windows = makeRuleIndex(rules.flatMap(asWindowEntry), rulesOf);
  return {
    hash: hashOf(rules, parameters, checklists),
    rules: Object.freeze([...rules]),
    parameters,
    checklists,
    byId: (id) => byId.get(id),
    onEvent: (event, process) => events.find(event.type, process, event.data.stage).rules,
    screenEvent: (scope, observer) => {
      const { event, workOrder } = scope;
      return together.screen(events.find(event.type, workOrder.process, event.data.stage), scope, observer);
    },
    clocksOn: (event, process) => clocks.find(event.type, process, event.data.stage).rules,
    clocksAt: (event, process) => clocks.find(event.type, process, event.data.stage),
    windowsOn: (event) => windows.find(event.type, undefined, undefined),
    sweeping,
    sweepJobs: makeSweepJobs(sweeping),
  };
}

function rulesOf(found: readonly IndexedRule[]): readonly CompiledRule[] {
  return found.map(({ rule }) => rule);
}

/** Asked before every event: worked out once for each list of rules. */
function makeSweepJobs(sweeping: RuleSet['sweeping']): RuleSet['sweepJobs'] {
  const jobsOf = new Map<readonly CompiledRule[], readonly string[]>();
  return (subjectType, process) => {
    const rules = sweeping(subjectType, process);
    let jobs = jobsOf.get(rules);
    if (!jobs) {
      const all = rules.flatMap(({ file: { trigger } }) => (trigger.on === 'sweep' ? [trigger.job] : []));
      jobs = [...new Set(all)];
      jobsOf.set(rules, jobs);
    }
    return jobs;
  };
}

/** A clock that cannot be computed would show only once an event comes; a checked rule has none such. */
function refuseUnknownLimits(rules: readonly CompiledRule[], parameters: ParameterTable): void {
  for (const { id, file } of rules) {
    if (file.trigger.on !== 'deadline' || !('parameter' in file.trigger.limit)) continue;
    const { parameter } = file.trigger.limit;
    if (parameters.typeOf(parameter) !== 'limit')
      throw new Error(`rule "${id}": no limit parameter "${parameter}"`);
  }
}

function asEventEntry(rule: CompiledRule): IndexedRule[] {
  const { trigger } = rule.file;
  if (trigger.on !== 'event') return [];
  const selectors = toSelectors(trigger.types);
  return [
    {
      ...namesOf(rule, selectors),
      mayMatch: (place) =>
        admitsStage(rule, place) &&
        selectors.some(
          (selector) =>
            selectsType(selector, place.type) && selectsStage(plainStageOf(selector), place.stage, undefined),
        ),
    },
  ];
}

/** A deadline rule; `mayStart`: whether an event of the place may start its clock, not only stop it. */
interface IndexedClockRule extends IndexedRule {
  readonly mayStart: (place: Place) => boolean;
}

function asClockEntry(rule: CompiledRule): IndexedClockRule[] {
  const { trigger, appliesTo } = rule.file;
  if (trigger.on !== 'deadline') return [];
  const starts = toSelectors(trigger.start);
  const stops = toSelectors(trigger.stop);
  const mayStart = (place: Place) =>
    mayStartAt(rule, place.stage) &&
    starts.some(
      (selector) =>
        selectsType(selector, place.type) && selectsStage(plainStageOf(selector), place.stage, undefined),
    );
  // A clock stands at a stage that the rule applies to, if it names stages; else at any or at none.
  const mayStop = (place: Place) =>
    stops.some((selector) => {
      if (!selectsType(selector, place.type)) return false;
      const wanted = stopStageOf(selector);
      const clockStages = appliesTo?.stages?.some(isPattern)
        ? [undefined]
        : (appliesTo?.stages ?? rule.kinds.wanted?.names ?? [undefined]);
      return clockStages.some((clockStage) => selectsStage(wanted, place.stage, clockStage));
    });
  return [
    {
      ...namesOf(rule, [...starts, ...stops]),
      mayStart,
      mayMatch: (place) => mayStart(place) || mayStop(place),
    },
  ];
}

function asSweepEntry(rule: CompiledRule): IndexedRule[] {
  const { trigger } = rule.file;
  if (trigger.on !== 'sweep') return [];
  return [
    {
      ...namesOf(rule, [{ type: trigger.subject }]),
      mayMatch: (place) => place.type === trigger.subject,
    },
  ];
}

function asWindowEntry(rule: CompiledRule): IndexedRule[] {
  const { trigger } = rule.file;
  if (trigger.on !== 'window') return [];
  const selectors = toSelectors(trigger.types);
  const mayMatch = (place: Place) => selectors.some((selector) => selectsType(selector, place.type));
  return [{ ...namesOf(rule, selectors), mayMatch }];
}

function namesOf(
  rule: CompiledRule,
  selectors: readonly { readonly type: string; readonly stage?: string }[],
): Omit<IndexedRule, 'mayMatch'> {
  const { appliesTo } = rule.file;
  const { wanted, excluded } = rule.kinds;
  return {
    rule,
    types: selectors.map((selector) => selector.type),
    admitsProcess: (process) => admitsProcess(appliesTo, process),
    processes: [
      ...(appliesTo?.processes ?? []),
      ...(appliesTo?.except?.processes ?? []),
      ...(wanted?.processes ?? []),
      ...(excluded?.processes ?? []),
    ],
    stages: [
      ...(appliesTo?.stages ?? []),
      ...(appliesTo?.except?.stages ?? []),
      ...(wanted?.names ?? []),
      ...(excluded?.names ?? []),
      ...selectors.flatMap((selector) => selector.stage ?? []),
    ],
  };
}

/** A clock starts only at a stage that the rule applies to, if it names stages. */
function mayStartAt({ file, kinds: { wanted } }: CompiledRule, stage: string | undefined): boolean {
  const stages = file.appliesTo?.stages;
  if (wanted && (stage === undefined || !wanted.names.includes(stage))) return false;
  return !stages || (stage !== undefined && admits(stages, undefined, stage));
}

/** Where the place is not known the rule stays in: `applies` then answers `unknown`, never a silent no. */
function admitsProcess(appliesTo: AppliesTo | undefined, process: string | undefined): boolean {
  return admits(appliesTo?.processes, appliesTo?.except?.processes, process);
}
function admitsStage({ file: { appliesTo }, kinds }: CompiledRule, { process, stage }: Place): boolean {
  return (
    admits(appliesTo?.stages, appliesTo?.except?.stages, stage) &&
    kinds.wanted?.has(process, stage) !== false &&
    kinds.excluded?.has(process, stage) !== true
  );
}
function admits(
  wanted: readonly string[] | undefined,
  excluded: readonly string[] | undefined,
  value: string | undefined,
): boolean {
  if (value === undefined) return true;
  // Names that no rule mentions share a place: whether a pattern fits one of them is for the rule to say.
  if (value === OTHER) return wanted === undefined || wanted.some(isPattern);
  return (!wanted || matchesAny(wanted, value)) && !(excluded && matchesAny(excluded, value));
}

/** SHA-256 over the canonical text of every rule, in the order of ids, of the parameters and the checklists. */
function hashOf(rules: readonly CompiledRule[], { files }: ParameterTable, checklists: Checklists): string {
  const hash = createHash('sha256');
  const sorted = [...rules].sort((a, b) => (a.key < b.key ? -1 : 1));
  for (const rule of sorted) hash.update(canonicalJson(rule.file as unknown as JsonValue)).update('\n');
  for (const file of [...files].sort((a, b) => (a.group < b.group ? -1 : 1)))
    hash.update(canonicalJson(file as unknown as JsonValue)).update('\n');
  for (const file of checklists.files) hash.update(canonicalJson(file)).update('\n');
  return hash.digest('hex');
}
