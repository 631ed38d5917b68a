import { access, constants, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RuleTexts } from '../engine/assemble-rules.js';
import {
  isOtherContent,
  listJsonFiles,
  listRuleFiles,
  readRuleFolder,
  ruleIdOfFile,
} from '../engine/load-rules.js';
import { ruleError, type RuleError } from '../engine/rule-error.js';
import type { OpenAlerts } from './publication.js';
import { hashText } from './rule-content.js';

/** What lies in the rules folder, read but not checked. */
export interface FolderReading {
  readonly texts: RuleTexts;
  /** Rules in `_retired/` by id. */
  readonly retired: ReadonlyMap<string, OpenAlerts | undefined>;
  /** Files that cannot be read. */
  readonly errors: readonly RuleError[];
}

const RETIRED = '_retired';

/** Reads the rules folder. A folder that cannot be listed is one of the errors, so that nothing is published from it. */
export async function readFolder(dir: string): Promise<FolderReading> {
  const errors: RuleError[] = [];
  try {
    const texts = await readRuleFolder(dir, errors);
    return { texts, retired: await readRetired(dir), errors };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      texts: { rules: [], parameters: [], conditions: [] },
      retired: new Map(),
      errors: [...errors, ruleError('', { line: 1, column: 1 }, [], message)],
    };
  }
}

/**
 * Names the state of the rule files by name, size and times, without reading them. Times on a file share may be coarse: what
 * it misses is found by reading.
 */
export async function signatureOf(dir: string): Promise<string> {
  const files = [
    ...(await listRuleFiles(dir)),
    ...(await listJsonFiles(dir, 'parameters')),
    ...(await listJsonFiles(dir, 'conditions')),
    ...(await listJsonFiles(dir, RETIRED)),
  ];
  const lines = await Promise.all(
    files.map(async (file) => {
      const found = await stat(join(dir, file)).catch(() => undefined);
      return found ? `${file} ${found.size} ${found.mtimeMs} ${found.ctimeMs} ${found.ino}` : file;
    }),
  );
  return hashText(lines.join('\n'));
}

/** Hashes of the content beside the rules that a process reads when it starts, by name of file or folder. */
export async function hashOtherContent(dir: string): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(dir).catch(() => [])).filter(isOtherContent).sort();
  const hashes = await Promise.all(
    names.map(async (name) => [name, await hashAll(join(dir, name))] as const),
  );
  return new Map(hashes);
}

/** Whether files can be written there. */
export function isWritable(dir: string): Promise<boolean> {
  return access(dir, constants.W_OK).then(
    () => true,
    () => false,
  );
}

/** Retired files need not be valid rules; whoever retired one may have said what is to become of its alerts. */
async function readRetired(dir: string): Promise<Map<string, OpenAlerts | undefined>> {
  const retired = new Map<string, OpenAlerts | undefined>();
  for (const file of await listJsonFiles(dir, RETIRED)) {
    const text = await readFile(join(dir, file), 'utf8').catch(() => '');
    retired.set(ruleIdOfFile(file), openAlertsOf(text));
  }
  return retired;
}

function openAlertsOf(text: string): OpenAlerts | undefined {
  try {
    const { openAlerts } = JSON.parse(text) as { openAlerts?: unknown };
    return openAlerts === 'close' || openAlerts === 'keep' ? openAlerts : undefined;
  } catch {
    // It is out of use: nobody needs to be told that it is no JSON.
    return undefined;
  }
}

async function hashAll(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return '';
  if (found.isFile()) return hashText(await readFile(path, 'utf8').catch(() => ''));
  const names = (await readdir(path).catch(() => [])).filter((name) => name.endsWith('.json')).sort();
  const parts = await Promise.all(
    names.map(
      async (name) => `${name} ${hashText(await readFile(join(path, name), 'utf8').catch(() => ''))}`,
    ),
  );
  return hashText(parts.join('\n'));
}
