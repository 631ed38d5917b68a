import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { OperatorError } from './operator-error.js';
import { identifyProcess, isProcessAlive, type ProcessIdentity } from './process-identity.js';
import {
  CHILDREN_END_MS,
  createRunFile,
  POLL_MS,
  readRunFile,
  removeStale,
  replaceRunFile,
  runFilePath,
  scratchPath,
  type RunFile,
} from './run-file.js';

/** The lock of a data folder, held by this process. */
export interface RunLock {
  /** Names a helper process, or the one that replaced it. */
  readonly setChild: (name: string, pid: number) => void;
  /** Names a folder that is to go when the service does. */
  readonly addFolder: (path: string) => void;
  readonly setStores: (stores: NonNullable<RunFile['stores']>) => void;
  readonly release: () => void;
}

/**
 * Takes the data folder for this process. A run file whose owner is dead is recovered, after the owner's
 * helpers are gone.
 *
 * @throws OperatorError naming the process that has the folder.
 */
export async function lockDataDir(dataDir: string): Promise<RunLock> {
  makeDataDir(dataDir);
  const owner = identifyProcess(process.pid);
  const until = performance.now() + CHILDREN_END_MS;
  let file: RunFile = { owner, children: [] };
  while (!createRunFile(dataDir, file)) {
    const other = readRunFile(dataDir);
    if (other !== undefined && isProcessAlive(other.owner)) throw inUse(dataDir, other.owner.pid);
    const left = other?.children.find(isProcessAlive);
    if (left === undefined) {
      for (const folder of other?.folders ?? []) rmSync(folder, { recursive: true, force: true });
      removeStale(dataDir);
    } else if (performance.now() > until) {
      throw inUse(dataDir, left.pid);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }

  const children = new Map<string, ProcessIdentity>();
  const write = (changes: Partial<RunFile>) => {
    file = { ...file, ...changes };
    replaceRunFile(dataDir, file);
  };
  return {
    setChild: (name, pid) => {
      children.set(name, identifyProcess(pid));
      write({ children: [...children.values()] });
    },
    addFolder: (path) => write({ folders: [...(file.folders ?? []), path] }),
    setStores: (stores) => write({ stores }),
    release: () => rmSync(runFilePath(dataDir), { force: true }),
  };
}

function inUse(dataDir: string, pid: number): OperatorError {
  return new OperatorError(
    `The data folder ${dataDir} is in use by process ${pid}. Stop that one first, or set DATA_DIR to another folder.`,
  );
}

function makeDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    writeFileSync(scratchPath(dataDir), '');
    rmSync(scratchPath(dataDir));
  } catch (error) {
    throw new OperatorError(
      `The data folder ${dataDir} cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}). ` +
        'Set DATA_DIR to a folder that this user may write.',
      { cause: error },
    );
  }
}
