import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { BadRecord } from './import-summary.js';
import { MisuseError } from './misuse-error.js';
import type { ImportFile } from './open-import-file.js';

/** Where all bad records go, one JSON object a line. */
export interface ErrorsFile {
  /** Empties it, unless the import goes on from an earlier run: then its bad records stay. */
  start(resumes: boolean): void;
  write(bad: BadRecord): void;
  close(): void;
}

/** @throws {MisuseError} where the file cannot be written, or is the one that is imported */
export async function openErrorsFile(path: string, imported: ImportFile): Promise<ErrorsFile> {
  if (await imported.isSameFile(path))
    throw new MisuseError(`--errors ${path} is the file to be imported; name another one.`);
  let file: number;
  try {
    file = openSync(path, 'a');
  } catch (error) {
    throw new MisuseError(`--errors ${path} cannot be written: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return {
    start(resumes) {
      if (!resumes) ftruncateSync(file);
    },
    write(bad) {
      writeSync(file, `${JSON.stringify(bad)}\n`);
    },
    close() {
      closeSync(file);
    },
  };
}
