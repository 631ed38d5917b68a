import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { loadAlertHandling } from '../alerts/load-alert-handling.js';
import { assembleRules, type RuleTexts } from '../engine/assemble-rules.js';
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

/** What is wrong with one of the two sets. */
export interface WrongSide {
  readonly wrong: 'live' | 'candidate';
  readonly errors: readonly RuleError[];
}

/** The texts of a rule set, and what they are checked against. */
export interface SideTexts {
  readonly texts: RuleTexts;
  readonly context: RuleCheckContext;
  /** What could not be read. */
  readonly problems?: RuleError[];
}

/**
 * Checks and compiles both sets. In-file tests are not asked for: whether a rule does what its author expects is for
 * `rules test` to say.
 */
export async function assembleSides(
  live: SideTexts,
  candidate: SideTexts,
): Promise<{ readonly live: RuleSide; readonly candidate: RuleSide } | WrongSide> {
  const sides: RuleSide[] = [];
  for (const [wrong, { texts, context, problems }] of [['live', live], ['candidate', candidate]] as const) {
    const loaded = await assembleRules(texts, { ...context, skipTests: true }, problems);
    if ('errors' in loaded) return { wrong, errors: loaded.errors };
    sides.push({ ruleSet: loaded.ruleSet, calendar: context.calendar });
  }
  return { live: sides[0] as RuleSide, candidate: sides[1] as RuleSide };
} // prettier-ignore

/**
 * Reads and checks the live set of a rules folder and a candidate.
 *
 * @throws OperatorError where a folder, or the calendar or catalogue beside the rules, cannot be read
 */
export async function loadSides(
  options: ContentOptions,
  source: CandidateSource,
): Promise<
  { readonly live: RuleSide; readonly candidate: RuleSide; readonly names: ReportNames } | WrongSide
> {
  const context = await openRuleContext(options);
  const problems: RuleError[] = [];
  const texts = await readRuleFolder(options.dir, problems);
  const candidate =
    'changes' in source
      ? { texts: overlayTexts(texts, source.changes), context }
      : await readCandidate(options, source.dir, context);
  const sides = await assembleSides({ texts, context, problems }, candidate);
  return 'errors' in sides ? sides : { ...sides, names: await loadNames(options.dir, sides) };
}

/** A folder of rules alone is judged by the calendar and catalogue of the live one. */
async function readCandidate(
  options: ContentOptions,
  dir: string,
  context: RuleCheckContext,
): Promise<SideTexts> {
  const isWhole = await access(join(dir, 'calendars')).then(
    () => true,
    () => false,
  );
  const problems: RuleError[] = [];
  const texts = await readRuleFolder(dir, problems);
  return { texts, context: isWhole ? await openRuleContext({ ...options, dir }) : context, problems };
}

async function loadNames(
  dir: string,
  { live, candidate }: { readonly live: RuleSide; readonly candidate: RuleSide },
): Promise<ReportNames> {
  const orgUnits = await loadOrgUnits(join(dir, 'org-units.json'));
  const { posts } = await loadAlertHandling(join(dir, 'alert-handling.json'));
  return {
    post: (id) => (Object.hasOwn(posts, id) ? posts[id]?.name : undefined),
    unit: (code) => orgUnits.get(code)?.name,
    rule: (id) => (candidate.ruleSet.byId(id) ?? live.ruleSet.byId(id))?.file.name,
  };
}
