import { access } from 'node:fs/promises';
import { ContentError, parseFile } from '../file-problems.js';
import type { OrgUnits } from '../inspections/org-units.js';
import { isMissing, readJsonFile } from '../read-json-files.js';
import { type DutyFile, dutyFileSchema, NO_DUTY } from './duty-file.js';

const HEADLINE = 'The duty roster cannot be loaded';

/**
 * `RULES_DIR/duty.json`; without the file `NO_DUTY`.
 * @throws ContentError listing every problem
 */
export async function loadDutyFile(file: string, orgUnits: Pick<OrgUnits, 'get'>): Promise<DutyFile> {
  try {
    await access(file);
  } catch (error) {
    if (isMissing(error)) return NO_DUTY;
  }
  const json = await readJsonFile(file);
  const parsed = json.ok ? parseFile(dutyFileSchema, json.value, file) : json;
  if (!parsed.ok) throw new ContentError(HEADLINE, parsed.problems);
  const unknown = parsed.value.roster.flatMap(({ orgUnit }, index) =>
    orgUnits.get(orgUnit)
      ? []
      : [{ file, path: `roster.${index}.orgUnit`, message: `there is no org unit "${orgUnit}"` }],
  );
  if (unknown.length > 0) throw new ContentError(HEADLINE, unknown);
  return parsed.value;
}
