import { access } from 'node:fs/promises';
import { ContentError, parseFile } from '../file-problems.js';
import { isMissing, readJsonFile } from '../read-json-files.js';
import { findOrgUnitProblems, makeOrgUnits, orgUnitsFileSchema } from './org-units.js';
import type { OrgUnits } from './org-units.js';

const HEADLINE = 'The org units cannot be loaded';

/**
 * The org tree of `RULES_DIR/org-units.json`. Without the file there are no units: rule folders that plan no
 * inspections need none.
 * @throws ContentError listing every problem
 */
export async function loadOrgUnits(file: string): Promise<OrgUnits> {
  if (await isAbsent(file)) return makeOrgUnits({ units: [] });
  const json = await readJsonFile(file);
  const parsed = json.ok ? parseFile(orgUnitsFileSchema, json.value, file) : json;
  if (!parsed.ok) throw new ContentError(HEADLINE, parsed.problems);
  const problems = findOrgUnitProblems(parsed.value, file);
  if (problems.length > 0) throw new ContentError(HEADLINE, problems);
  return makeOrgUnits(parsed.value);
}

async function isAbsent(file: string): Promise<boolean> {
  try {
    await access(file);
    return false;
  } catch (error) {
    return isMissing(error);
  }
}
