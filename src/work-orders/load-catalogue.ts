import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import {
  findCatalogueProblems,
  makeCatalogue,
  processFileSchema,
  STAGE_KINDS_FILE,
  stageKindsFileSchema,
  type Catalogue,
  type ProcessFile,
  type StageKind,
} from './catalogue.js';

/** A catalogue that cannot be used. `problems` names every offender as `file: what`. */
export class CatalogueError extends Error {
  override readonly name = 'CatalogueError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(`The process catalogue has ${problems.length} problem(s):\n  ${problems.join('\n  ')}`, options);
    this.problems = problems;
  }
}

/**
 * Reads every `*.json` of a folder (or of several) as one process each; names that start with `_` are left
 * out, but for `_stage-kinds.json`, the kinds of stages there are. The processes are in the order of their file names.
 *
 * @throws CatalogueError with every file that cannot be read, is no JSON, has unknown or wrong fields, or
 * declares a process, stage or work item a second time
 */
export async function loadCatalogue(dir: string | readonly string[]): Promise<Catalogue> {
  const problems: string[] = [];
  const files: { name: string; content: ProcessFile }[] = [];
  const stageKinds: StageKind[] = [];
  for (const folder of [dir].flat()) {
    const names = await listFiles(folder, problems);
    if (names.includes(STAGE_KINDS_FILE)) {
      const path = join(folder, STAGE_KINDS_FILE);
      const declared = await readFileAs(stageKindsFileSchema, path, STAGE_KINDS_FILE, problems);
      stageKinds.push(...(declared?.kinds ?? []));
    }
    for (const name of names.filter((name) => !name.startsWith('_'))) {
      const content = await readFileAs(processFileSchema, join(folder, name), name, problems);
      if (content !== undefined) files.push({ name, content });
    }
  }
  problems.push(...findCatalogueProblems(files, stageKinds));
  if (problems.length > 0) throw new CatalogueError(problems);
  return makeCatalogue(
    files.map((file) => file.content),
    stageKinds,
  );
}

async function listFiles(folder: string, problems: string[]): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names.filter((name) => name.endsWith('.json')).sort();
  } catch (cause) {
    problems.push(`${folder}: cannot be listed (${reasonOf(cause)})`);
    return [];
  }
}

async function readFileAs<T>(
  schema: z.ZodType<T>,
  path: string,
  name: string,
  problems: string[],
): Promise<T | undefined> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    problems.push(
      `${name}: ${cause instanceof SyntaxError ? 'not JSON' : 'cannot be read'} (${reasonOf(cause)})`,
    );
    return undefined;
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const where = issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
    problems.push(`${name}: ${where}${issue.message}`);
  }
  return undefined;
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
