import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { loadAlertHandling } from '../alerts/load-alert-handling.js';
import { assembleRules, type LoadRulesResult } from '../engine/assemble-rules.js';
import { readRuleFolder } from '../engine/load-rules.js';
import type { RuleCheckContext } from '../engine/rule-check-context.js';
import type { RuleError } from '../engine/rule-error.js';
import { loadOrgUnits } from '../inspections/load-org-units.js';
import { openRuleContext, type ContentOptions } from '../open-content.js';
import type { RuleSide } from './lane.js';
import { overlayTexts, type TextChange } from './overlay-texts.js';
import type { ReportNames } from './report-words.js';

/** The candidate: a whole folder, or changes laid over the live set. */
export type CandidateSource = { readonly dir: string } | { readonly changes: readonly TextChange[] };

/** Both rule sets, or what is wrong with one of them. */
export type LoadedSides =
  | { readonly live: RuleSide; readonly candidate: RuleSide; readonly names: ReportNames }
  | { readonly wrong: 'live' | 'candidate'; readonly errors: readonly RuleError[] };

/**
 * Reads and checks the live set of a rules folder and a candidate. In-file tests are not asked for: whether a rule does
 * what its author expects is for `rules test` to say.
 *
 * @throws OperatorError where a folder, or the calendar or catalogue beside the rules, cannot be read
 */
export async function loadSides(options: ContentOptions, source: CandidateSource): Promise<LoadedSides> {
  const context = await openRuleContext(options);
  const problems: RuleError[] = [];
  const texts = await readRuleFolder(options.dir, problems);
  const live = await assemble(texts, context, problems);
  if ('errors' in live) return { wrong: 'live', errors: live.errors };
  const candidate = await loadCandidate(options, source, { context, texts });
  if ('errors' in candidate.loaded) return { wrong: 'candidate', errors: candidate.loaded.errors };
  return {
    live: { ruleSet: live.ruleSet, calendar: context.calendar },
    candidate: { ruleSet: candidate.loaded.ruleSet, calendar: candidate.context.calendar },
    names: await loadNames(options.dir, live, candidate.loaded),
  };
}

type Texts = Awaited<ReturnType<typeof readRuleFolder>>;
type Loaded = Extract<LoadRulesResult, { files: unknown }>;

async function loadCandidate(
  options: ContentOptions,
  source: CandidateSource,
  live: { readonly context: RuleCheckContext; readonly texts: Texts },
): Promise<{ readonly loaded: LoadRulesResult; readonly context: RuleCheckContext }> {
  const problems: RuleError[] = [];
  if ('changes' in source) {
    const texts = overlayTexts(live.texts, source.changes);
    return { loaded: await assemble(texts, live.context, problems), context: live.context };
  }
  // A folder of rules alone is judged by the calendar and catalogue of the live one.
  const isWhole = await access(join(source.dir, 'calendars')).then(
    () => true,
    () => false,
  );
  const context = isWhole ? await openRuleContext({ ...options, dir: source.dir }) : live.context;
  const texts = await readRuleFolder(source.dir, problems);
  return { loaded: await assemble(texts, context, problems), context };
}

function assemble(texts: Texts, context: RuleCheckContext, problems: RuleError[]): Promise<LoadRulesResult> {
  return assembleRules(texts, { ...context, runTests: false }, problems);
}

async function loadNames(dir: string, live: Loaded, candidate: Loaded): Promise<ReportNames> {
  const orgUnits = await loadOrgUnits(join(dir, 'org-units.json'));
  const { posts } = await loadAlertHandling(join(dir, 'alert-handling.json'));
  return {
    post: (id) => (Object.hasOwn(posts, id) ? posts[id]?.name : undefined),
    unit: (code) => orgUnits.get(code)?.name,
    rule: (id) => (candidate.ruleSet.byId(id) ?? live.ruleSet.byId(id))?.file.name,
  };
}
