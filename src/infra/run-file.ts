import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isProcessAlive, type ProcessIdentity } from './process-identity.js';

/**
 * `DATA_DIR/run.json`: who uses the folder now, which helper processes it runs, and where its stores are
 * reached. It is the lock of the folder and the way a second process (a command) finds the stores. Readable
 * by its owner only, for the Redis address holds a password.
 */
export interface RunFile {
  readonly owner: ProcessIdentity;
  /** Engine and Redis processes; they may outlive a killed owner by a moment. */
  readonly children: readonly ProcessIdentity[];
  /** Socket folders, for the next start to remove when nobody was left to do so. */
  readonly folders?: readonly string[];
  /** Set when both stores are ready. */
  readonly stores?: { readonly mongoUri: string; readonly redisUrl: string };
}

/** How long the helpers of a killed owner may take to end. */
export const CHILDREN_END_MS = 20_000;
/** How long a start may take before others stop waiting for it. */
const START_MS = 60_000;
/** How often a run file is looked at while waiting. */
export const POLL_MS = 50;

/** Where the run file of a data folder is. */
export function runFilePath(dataDir: string): string {
  return join(dataDir, 'run.json');
}

/** The run file, or undefined where there is none (or one that cannot be understood). */
export function readRunFile(dataDir: string): RunFile | undefined {
  return parseRunFile(runFilePath(dataDir));
}

/** The stores of the service that runs on this data folder now, for a command of a second process. */
export function findRunningStores(
  dataDir: string,
): { readonly pid: number; readonly mongoUri: string; readonly redisUrl: string } | undefined {
  const file = readRunFile(dataDir);
  if (file?.stores === undefined || !isProcessAlive(file.owner)) return undefined;
  return { pid: file.owner.pid, ...file.stores };
}

/** The same, after waiting for a service that is just starting. */
export async function waitForRunningStores(dataDir: string): Promise<ReturnType<typeof findRunningStores>> {
  const until = performance.now() + START_MS;
  for (;;) {
    const file = readRunFile(dataDir);
    const isStarting = file !== undefined && file.stores === undefined && isProcessAlive(file.owner);
    if (!isStarting || performance.now() > until) return findRunningStores(dataDir);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/**
 * Removes the run file of an owner that was killed; called by the helper that outlives it. The other helpers
 * are waited for, so that nobody takes the folder while one still writes to it.
 */
export async function removeOrphanedRunFile(dataDir: string): Promise<void> {
  const until = performance.now() + CHILDREN_END_MS;
  for (;;) {
    const file = readRunFile(dataDir);
    if (file === undefined || isProcessAlive(file.owner) || performance.now() > until) return;
    if (!file.children.some((child) => child.pid !== process.pid && isProcessAlive(child))) {
      removeStale(dataDir);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** False when there is one already. A link appears whole and fails on an existing name: nobody sees half of it. */
export function createRunFile(dataDir: string, file: RunFile): boolean {
  const scratch = scratchPath(dataDir);
  writeFileSync(scratch, JSON.stringify(file), { mode: 0o600 });
  try {
    linkSync(scratch, runFilePath(dataDir));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    // Some mounted file systems have no links.
    return createExclusively(runFilePath(dataDir), JSON.stringify(file));
  } finally {
    rmSync(scratch, { force: true });
  }
}

function createExclusively(path: string, content: string): boolean {
  try {
    writeFileSync(path, content, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves a dead owner's file aside. Where another start was faster and it is a live one's by now, it is put back. */
export function removeStale(dataDir: string): void {
  const path = runFilePath(dataDir);
  const aside = scratchPath(dataDir);
  try {
    renameSync(path, aside);
    const moved = parseRunFile(aside);
    if (moved !== undefined && isProcessAlive(moved.owner)) linkSync(aside, path);
  } catch {
    // Somebody else moved it, or has it by now: the caller looks again.
  }
  rmSync(aside, { force: true });
}

function parseRunFile(path: string): RunFile | undefined {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as Partial<RunFile>;
    if (typeof value.owner?.pid !== 'number' || !Array.isArray(value.children)) return undefined;
    return value as RunFile;
  } catch {
    return undefined;
  }
}

/** Writes the owner's next version; readers see the old or the new one. */
export function replaceRunFile(dataDir: string, file: RunFile): void {
  const scratch = scratchPath(dataDir);
  writeFileSync(scratch, JSON.stringify(file), { mode: 0o600 });
  renameSync(scratch, runFilePath(dataDir));
}

/** A file of this process's own beside the run file. */
export function scratchPath(dataDir: string): string {
  return join(dataDir, `run.${process.pid}.tmp`);
}
