import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileProblem, Parsed } from './file-problems.js';

/** A JSON file of a folder. */
export interface JsonFile {
  /** Name within the folder. */
  readonly name: string;
  /** Path, for messages. */
  readonly file: string;
  readonly json: Parsed<unknown>;
}

/**
 * The `*.json` files of a folder by name, each read or with the reason why not. Sub-folders, and files named
 * `*.schema.json` or beginning with `_` or `.`, are left alone.
 * @throws the error of the file system when the folder cannot be listed
 */
export async function readJsonFiles(dir: string): Promise<JsonFile[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  const names = entries
    .filter((entry) => !entry.isDirectory() && isContentName(entry.name))
    .map((entry) => entry.name)
    .sort();
  return Promise.all(
    names.map(async (name) => ({ name, file: join(dir, name), json: await readJsonFile(join(dir, name)) })),
  );
}

/** The content of one JSON file. */
export async function readJsonFile(file: string): Promise<Parsed<unknown>> {
  try {
    return { ok: true, value: JSON.parse(await readFile(file, 'utf8')) as unknown };
  } catch (cause) {
    return {
      ok: false,
      problems: [{ file, path: '', message: `is not readable JSON (${(cause as Error).message})` }],
    };
  }
}

/** A folder that cannot be listed, as a problem. */
export function cannotList(dir: string, cause: unknown): FileProblem {
  return { file: dir, path: '', message: `cannot be listed (${(cause as Error).message})` };
}

/** Whether an error says that a file or folder is not there. */
export function isMissing(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'ENOENT';
}

function isContentName(name: string): boolean {
  return name.endsWith('.json') && !name.endsWith('.schema.json') && !/^[._]/.test(name);
}
