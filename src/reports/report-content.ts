import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { limitSchema } from '../alerts/alert-handling.js';
import { SEVERITIES } from '../engine/rule-file.js';
import { parseRuleJson } from '../engine/parse-rule-json.js';
import { type PathProblem, placed, placeIssue, placeJsonProblem } from '../engine/place-problem.js';
import { ContentError } from '../file-problems.js';
import { isMissing } from '../read-json-files.js';
import { DIFFERENCE_CODES } from '../reconciliation/reconcile-record.js';

const text = z.string().trim().min(1, 'must not be empty').max(200);
const id = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected lower-case words joined by hyphens');
/** A rule id, or the beginning of some, followed by `*`. */
const rulePattern = z.string().regex(/^[a-z0-9][a-z0-9-]*\*?$/, 'expected a rule id, or a beginning and *');

/** By when both sides sign a statement, and who is told when they do not. */
const signingSchema = z.strictObject({
  /** Counted from when the statement was first made. */
  due: limitSchema,
  /** At least so long after a later version. */
  grace: limitSchema,
  severity: z.enum(SEVERITIES),
  assignTo: text,
  clauses: z.array(text).default([]),
});
export type SigningContent = z.output<typeof signingSchema>;

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
    /** Absent: nobody has to sign. */
    signing: signingSchema.optional(),
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

const HEADLINE = '报表与对账的口径不能使用';

/**
 * `RULES_DIR/reports.json`; without the file `NO_REPORTS`.
 * @throws ContentError listing every problem as `file:line:column: path: what`, rules that are not there included
 */
export async function loadReportContent(file: string, ruleIds: ReadonlySet<string>): Promise<ReportContent> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    const message = `读不出来：${(error as Error).message}`;
    throw new ContentError(HEADLINE, [{ file, path: '', message }], { cause: error });
  });
  if (text === undefined) return NO_REPORTS;
  const json = parseRuleJson(text);
  if ('problem' in json) throw new ContentError(HEADLINE, [placeJsonProblem(file, json.problem)]);
  const result = reportContentSchema.safeParse(json.value);
  const problems = result.success
    ? problemsOf(result.data, ruleIds).map(({ path, message }) => placed(file, json, path, message))
    : result.error.issues.flatMap((issue) => placeIssue(file, json, issue));
  if (problems.length > 0 || !result.success) throw new ContentError(HEADLINE, problems);
  return result.data;
}

/** What is wrong beyond the form. */
function problemsOf({ stages, reconciliation }: ReportContent, ruleIds: ReadonlySet<string>): PathProblem[] {
  const unknown = (patterns: readonly string[], path: readonly (string | number)[]) =>
    patterns.flatMap((pattern, index) =>
      [...ruleIds].some((rule) => matchesRule(pattern, rule))
        ? []
        : [{ path: [...path, index], message: `没有规则 "${pattern}"` }],
    );
  const seen = new Set<string>();
  return [
    ...stages.flatMap(({ id, rules }, index) => {
      const isTwice = seen.has(id);
      seen.add(id);
      return [
        ...(isTwice ? [{ path: ['stages', index, 'id'], message: `编号 "${id}" 重复` }] : []),
        ...unknown(rules, ['stages', index, 'rules']),
      ];
    }),
    ...Object.entries(reconciliation.foundByRules).flatMap(([code, rules]) =>
      unknown(rules, ['reconciliation', 'foundByRules', code]),
    ),
  ];
}

/** Whether a rule id is meant by a pattern of the file. */
export function matchesRule(pattern: string, rule: string): boolean {
  return pattern.endsWith('*') ? rule.startsWith(pattern.slice(0, -1)) : rule === pattern;
}
