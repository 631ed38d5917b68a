import { ContentError, parseFile, type FileProblem } from '../file-problems.js';
import { cannotList, isMissing, readJsonFiles, type JsonFile } from '../read-json-files.js';
import { makeCatalogueLookup, type ProcessCatalogue } from './catalogue-lookup.js';
import {
  checklistFileSchema,
  findChecklistProblems,
  makeChecklists,
  type ChecklistFile,
  type Checklists,
} from './checklists.js';
import { namesOfCatalogue } from './rule-check-context.js';

const HEADLINE = 'The checklists cannot be loaded';

/**
 * The document and signature templates of a folder (`RULES_DIR/checklists`). Without the folder there are none.
 * @throws ContentError listing every problem of every file
 */
export async function loadChecklists(dir: string, catalogue: ProcessCatalogue): Promise<Checklists> {
  const problems: FileProblem[] = [];
  const files: ChecklistFile[] = [];
  const { stageKinds, processes } = namesOfCatalogue(catalogue);
  for (const { file, json } of await listFiles(dir)) {
    const parsed = json.ok ? parseFile(checklistFileSchema, json.value, file) : json;
    if (!parsed.ok) {
      problems.push(...parsed.problems);
      continue;
    }
    for (const problem of findChecklistProblems(parsed.value, stageKinds, processes))
      problems.push({ file, ...problem });
    files.push(parsed.value);
  }
  if (problems.length > 0) throw new ContentError(HEADLINE, problems);
  return makeChecklists(files, makeCatalogueLookup(catalogue));
}

async function listFiles(dir: string): Promise<JsonFile[]> {
  try {
    return await readJsonFiles(dir);
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw new ContentError(HEADLINE, [cannotList(dir, cause)], { cause });
  }
}
