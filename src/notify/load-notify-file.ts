import { ContentError, parseFile } from '../file-problems.js';
import { isMissing, readJsonFile } from '../read-json-files.js';
import { access } from 'node:fs/promises';
import { findNotifyProblems, notifyFileSchema, type NotifyFile } from './notify-file.js';

const HEADLINE = 'The notification settings cannot be loaded';

export interface LoadNotifyOptions {
  readonly file: string;
  /** The file was named by NOTIFY_FILE and must be there; otherwise without it nobody is notified. */
  readonly required: boolean;
  readonly orgUnits: (code: string) => boolean;
  /** NOTIFY_SECRET_… by name. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** Reads channels, contacts and routes. @throws ContentError listing every problem */
export async function loadNotifyFile(options: LoadNotifyOptions): Promise<NotifyFile> {
  const { file, required } = options;
  if (!required && (await isAbsent(file))) return notifyFileSchema.parse({});
  const json = await readJsonFile(file);
  const parsed = json.ok ? parseFile(notifyFileSchema, json.value, file) : json;
  if (!parsed.ok) throw new ContentError(HEADLINE, parsed.problems);
  const problems = findNotifyProblems(parsed.value, file, options);
  if (problems.length > 0) throw new ContentError(HEADLINE, problems);
  return parsed.value;
}

async function isAbsent(file: string): Promise<boolean> {
  try {
    await access(file);
    return false;
  } catch (error) {
    return isMissing(error);
  }
}
