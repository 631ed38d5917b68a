import { ContentError, parseFile } from '../file-problems.js';
import type { FileProblem } from '../file-problems.js';
import { cannotList, isMissing, readJsonFiles } from '../read-json-files.js';
import type { JsonFile } from '../read-json-files.js';
import { findPlanProblems, inspectionPlanSchema } from './inspection-plan.js';
import type { InspectionPlan } from './inspection-plan.js';

const HEADLINE = 'The inspection plans cannot be loaded';

/**
 * The plans of a folder (`RULES_DIR/inspections`), by file name. Without the folder there are none. Files named
 * `*.schema.json` or beginning with `_` or `.` are left alone.
 * @throws ContentError listing every problem of every file
 */
export async function loadInspectionPlans(dir: string): Promise<InspectionPlan[]> {
  const problems: FileProblem[] = [];
  const plans: InspectionPlan[] = [];
  for (const { name, file, json } of await listFiles(dir)) {
    const parsed = json.ok ? parseFile(inspectionPlanSchema, json.value, file) : json;
    if (!parsed.ok) {
      problems.push(...parsed.problems);
      continue;
    }
    problems.push(...findPlanProblems(parsed.value, name.slice(0, -'.json'.length), file));
    plans.push(parsed.value);
  }
  if (problems.length > 0) throw new ContentError(HEADLINE, problems);
  return plans;
}

async function listFiles(dir: string): Promise<JsonFile[]> {
  try {
    return await readJsonFiles(dir);
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw new ContentError(HEADLINE, [cannotList(dir, cause)], { cause });
  }
}
