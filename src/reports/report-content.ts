import { access } from 'node:fs/promises';
import { z } from 'zod';
import { SEVERITIES } from '../engine/rule-file.js';
import { ContentError, parseFile } from '../file-problems.js';
import { isMissing, readJsonFile } from '../read-json-files.js';
import { DIFFERENCE_CODES } from '../reconciliation/reconcile-record.js';

const text = z.string().trim().min(1, 'must not be empty').max(200);
const id = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected lower-case words joined by hyphens');
/** A rule id, or the beginning of some, followed by `*`. */
const rulePattern = z.string().regex(/^[a-z0-9][a-z0-9-]*\*?$/, 'expected a rule id, or a beginning and *');

/** `rules/reports.json`: what reports count, and what the daily reconciliation looks at. */
export const reportContentSchema = z.strictObject({
  $schema: z.string().optional(),
  note: z.string().optional(),
  basis: z
    .array(
      z.strictObject({
        document: text,
        article: text.optional(),
        certainty: z.enum(['seen', 'seenUnattributed', 'generalKnowledge', 'assumption']),
        note: z.string().optional(),
      }),
    )
    .optional(),
  /** What on-time rates are told of: a work order is late in one when a clock of any of its rules ran out. */
  stages: z.array(z.strictObject({ id, name: text, rules: z.array(rulePattern).min(1) })).max(20),
  reconciliation: z.strictObject({
    /** Stages whose papers are handed over the same day. */
    stages: z.array(text),
    /** The alert of a difference that no rule finds. */
    severity: z.enum(SEVERITIES),
    assignTo: text,
    clauses: z.array(text).default([]),
    /** Rules that raise an alert for this kind of difference: where one has, the reconciliation raises none. */
    foundByRules: z.partialRecord(z.enum(DIFFERENCE_CODES), z.array(id)),
  }),
});
export type ReportContent = z.output<typeof reportContentSchema>;

/** Without a file: no stages, nothing to reconcile. */
export const NO_REPORTS: ReportContent = {
  stages: [],
  reconciliation: {
    stages: [],
    severity: 'medium',
    assignTo: 'shift-supervisor',
    clauses: [],
    foundByRules: {},
  },
};

/**
 * `RULES_DIR/reports.json`; without the file `NO_REPORTS`.
 * @throws ContentError listing every problem, rules that are not there included
 */
export async function loadReportContent(file: string, ruleIds: ReadonlySet<string>): Promise<ReportContent> {
  try {
    await access(file);
  } catch (error) {
    if (isMissing(error)) return NO_REPORTS;
  }
  const json = await readJsonFile(file);
  const parsed = json.ok ? parseFile(reportContentSchema, json.value, file) : json;
  const headline = 'What reports count cannot be loaded';
  if (!parsed.ok) throw new ContentError(headline, parsed.problems);
  const { stages, reconciliation } = parsed.value;
  const isKnown = (pattern: string) => [...ruleIds].some((rule) => matchesRule(pattern, rule));
  const seen = new Set<string>();
  const problems = stages.flatMap((stage, index) => {
    const path = `stages.${index}`;
    const twice = seen.has(stage.id)
      ? [{ file, path: `${path}.id`, message: `"${stage.id}" is given twice` }]
      : [];
    seen.add(stage.id);
    return [...twice, ...unknown(stage.rules, `${path}.rules`)];
  });
  function unknown(patterns: readonly string[], path: string) {
    return patterns.flatMap((pattern, index) =>
      isKnown(pattern) ? [] : [{ file, path: `${path}.${index}`, message: `there is no rule "${pattern}"` }],
    );
  }
  for (const [code, rules] of Object.entries(reconciliation.foundByRules))
    problems.push(...unknown(rules, `reconciliation.foundByRules.${code}`));
  if (problems.length > 0) throw new ContentError(headline, problems);
  return parsed.value;
}

/** Whether a rule id is meant by a pattern of the file. */
export function matchesRule(pattern: string, rule: string): boolean {
  return pattern.endsWith('*') ? rule.startsWith(pattern.slice(0, -1)) : rule === pattern;
}
