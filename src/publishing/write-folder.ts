import { mkdir, open, rename, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';

interface Edit {
  readonly file: string;
  readonly before?: string;
  readonly after?: string;
}

/**
 * Writes files of a folder so that nobody ever sees half a file: beside it, then over it. All or nothing: when one cannot
 * be written, those before it are put back as they were.
 * @throws the error of the file system
 */
export async function writeFolder(dir: string, edits: readonly Edit[]): Promise<void> {
  const done: Edit[] = [];
  try {
    for (const edit of edits) {
      await put(dir, edit.file, edit.after);
      done.push(edit);
    }
  } catch (error) {
    await restoreFolder(dir, done);
    throw error;
  }
}

/** Takes edits back, the last first. */
export async function restoreFolder(dir: string, edits: readonly Edit[]): Promise<void> {
  for (const { file, before } of [...edits].reverse()) await put(dir, file, before);
}

async function put(dir: string, file: string, text: string | undefined): Promise<void> {
  const path = join(dir, file);
  if (text === undefined) return rm(path, { force: true });
  await mkdir(dirname(path), { recursive: true });
  // A name that begins with a dot is read by nobody.
  const beside = join(dirname(path), `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const handle = await open(beside, 'wx');
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
