import { compileConditions } from './compile-conditions.js';
import { makeCatalogueLookup } from './catalogue-lookup.js';
import type { CatalogueLookup } from './catalogue-lookup.js';
import { kindSetsOf, matchAppliesTo } from './match-applies-to.js';
import type { KindSets } from './match-applies-to.js';
import { compileWindow } from './compile-window.js';
import { compileTemplate, renderTemplate } from './render-template.js';
import { makeInForce } from './in-force.js';
import { matchesAny } from './match-name.js';
import type { OrgTree } from './parameter-table.js';
import type { TemplateParts } from './render-template.js';
import type { DeadlineTrigger, EventSelector, RuleFile } from './rule-file.js';
import { readyAtPlace } from './ready-at-place.js';
import type { Place } from './rule-index.js';
import type { CompiledRule } from './rule-set.js';
import { makeReady, plainStageOf, selectsEvent, stopStageOf, toSelectors } from './select-event.js';

/**
 * Makes a rule ready to run.
 * @param file a checked rule file (load-rules.ts checks; a wrong one throws here with the name it does not know)
 * @param catalogue finds the work item of a stage where no event tells it, and the stages of a kind
 * @param orgTree finds the units above one, for rules that apply to a unit and those below it
 */
export function compileRule(
  file: RuleFile,
  catalogue: CatalogueLookup = makeCatalogueLookup(undefined),
  orgTree?: OrgTree,
): CompiledRule {
  const { trigger, appliesTo } = file;
  const kinds = kindSetsOf(appliesTo, catalogue);
  const triggers = makeReady(trigger.on === 'event' ? toSelectors(trigger.types) : [], plainStageOf);
  const starts = makeReady(trigger.on === 'deadline' ? toSelectors(trigger.start) : [], plainStageOf);
  const stops = makeReady(trigger.on === 'deadline' ? stopSelectorsOf(trigger) : [], stopStageOf);
  const conditions = compileConditions(file.conditions);
  const inForce = makeInForce(file.basis);
  const unplaced = { tree: conditions.tree, appliesTo, kinds, triggers, inForce, catalogue, orgTree };
  const templates = new Map<string, TemplateParts>();
  for (const template of [file.event.params.title, file.event.params.advice]) {
    templates.set(template, compileTemplate(template));
  }
  return {
    ...conditions,
    ...(file.resolveWhen ? { resolve: compileConditions(file.resolveWhen) } : {}),
    ...(trigger.on === 'window' ? { window: compileWindow(trigger) } : {}),
    id: file.id,
    version: file.version,
    key: `${file.id}@${file.version}`,
    file,
    kinds,
    applies: (workOrder, stage) => matchAppliesTo(appliesTo, kinds, workOrder, stage, catalogue, orgTree),
    inForce,
    matchesEvent: (event) => selectsEvent(triggers, event),
    ...(trigger.on === 'event' && { atPlace: (place: Place) => readyAtPlace(unplaced, place) }),
    startsClock: (event) => mayStartAt(file, kinds, event.data.stage) && selectsEvent(starts, event),
    stopsClock: (event, clockStage) => selectsEvent(stops, event, clockStage),
    render: (template, scope) => renderTemplate(templates.get(template) ?? compileTemplate(template), scope),
  };
}

/** A clock starts only at a stage that the rule applies to, if it names stages. */
function mayStartAt(file: RuleFile, { wanted }: KindSets, stage: string | undefined): boolean {
  const stages = file.appliesTo?.stages;
  if (wanted && (stage === undefined || !wanted.names.includes(stage))) return false;
  return !stages || (stage !== undefined && matchesAny(stages, stage));
}

/** Every selector of a trigger, with where it stands in the file. */
export function selectorsOf(file: RuleFile): { path: (string | number)[]; selector: EventSelector }[] {
  const { trigger } = file;
  switch (trigger.on) {
    case 'sweep':
      return [];
    case 'event':
      return listed(trigger.types, ['trigger', 'types']);
    case 'deadline':
      return [...listed(trigger.start, ['trigger', 'start']), ...listed(trigger.stop, ['trigger', 'stop'])];
    case 'window': {
      const named = Object.entries(trigger.named ?? {});
      return [
        ...listed(trigger.types, ['trigger', 'types']),
        ...named.flatMap(([name, selectors]) => listed(selectors, ['trigger', 'named', name])),
      ];
    }
  }
}

function listed(
  given: EventSelector | readonly EventSelector[],
  path: (string | number)[],
): { path: (string | number)[]; selector: EventSelector }[] {
  if (!Array.isArray(given)) return [{ path, selector: given as EventSelector }];
  return (given as readonly EventSelector[]).map((selector, index) => ({ path: [...path, index], selector }));
}

/** What stops a clock. A restarting clock whose start and stop are the same event runs from each to the next: it only starts. */
function stopSelectorsOf({ start, stop, restart }: DeadlineTrigger): ReturnType<typeof toSelectors> {
  if (!restart) return toSelectors(stop);
  const starts = new Set(toSelectors(start).map((selector) => JSON.stringify(selector)));
  return toSelectors(stop).filter((selector) => !starts.has(JSON.stringify(selector)));
}
