import { readFile } from 'node:fs/promises';
import { parseRuleJson } from '../engine/parse-rule-json.js';
import {
  type PathProblem as Problem,
  placed,
  placeIssue,
  placeJsonProblem,
} from '../engine/place-problem.js';
import { ContentError } from '../file-problems.js';
import type { InspectionPlan } from '../inspections/inspection-plan.js';
import { isMissing } from '../read-json-files.js';
import { type AssessmentTable, assessmentTableSchema, NO_ASSESSMENT } from './assessment-table.js';

const HEADLINE = '考核标准不能使用';

export interface LoadAssessmentOptions {
  readonly file: string;
  /** Whether there is a rule of this id, alerts that no rule file raises included. */
  readonly isRule: (id: string) => boolean;
  /** Plans whose items may name a clause. */
  readonly inspectionPlans: readonly InspectionPlan[];
}

/**
 * `RULES_DIR/assessment.json`; without the file `NO_ASSESSMENT`.
 * @throws ContentError listing every problem as `file:line:column: path: what`
 */
export async function loadAssessmentTable(options: LoadAssessmentOptions): Promise<AssessmentTable> {
  const { file, inspectionPlans } = options;
  const table = await readTable(options);
  const known = new Set(table.clauses.map((clause) => clause.id));
  const unknown = inspectionPlans.flatMap((plan) =>
    plan.checklist.flatMap(({ assess, id }) =>
      assess === undefined || known.has(assess)
        ? []
        : [
            {
              file: `inspections/${plan.id}.json`,
              path: `checklist.${id}.assess`,
              message: `${file} 中没有条款 "${assess}"${known.size > 0 ? `；可用：${[...known].join('、')}` : ''}`,
            },
          ],
    ),
  );
  if (unknown.length > 0) throw new ContentError(HEADLINE, unknown);
  return table;
}

async function readTable({ file, isRule }: LoadAssessmentOptions): Promise<AssessmentTable> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    const message = `读不出来：${(error as Error).message}`;
    throw new ContentError(HEADLINE, [{ file, path: '', message }], { cause: error });
  });
  if (text === undefined) return NO_ASSESSMENT;
  const json = parseRuleJson(text);
  if ('problem' in json) throw new ContentError(HEADLINE, [placeJsonProblem(file, json.problem)]);
  const result = assessmentTableSchema.safeParse(json.value);
  const problems = result.success
    ? problemsOf(result.data, isRule).map(({ path, message }) => placed(file, json, path, message))
    : result.error.issues.flatMap((issue) => placeIssue(file, json, issue));
  if (problems.length > 0 || !result.success) throw new ContentError(HEADLINE, problems);
  return result.data;
}

/** What is wrong with a table beyond its form. */
function problemsOf({ clauses }: AssessmentTable, isRule: LoadAssessmentOptions['isRule']): Problem[] {
  const seen = new Set<string>();
  return clauses.flatMap(({ id, match, charge }, index) => {
    const problems: Problem[] = [];
    if (seen.has(id)) problems.push({ path: ['clauses', index, 'id'], message: `条款编号 "${id}" 重复` });
    seen.add(id);
    match?.rules?.forEach((rule, position) => {
      if (!isRule(rule))
        problems.push({
          path: ['clauses', index, 'match', 'rules', position],
          message: `没有规则 "${rule}"`,
        });
    });
    for (const to of ['person', 'team'] as const)
      if (charge.filter((one) => one.to === to).length > 1)
        problems.push({ path: ['clauses', index, 'charge'], message: `同一条款对 ${to} 只能写一次` });
    return problems;
  });
}
