import { access } from 'node:fs/promises';
import { ContentError, parseFile } from '../file-problems.js';
import { isMissing, readJsonFile } from '../read-json-files.js';
import { type AlertHandling, alertHandlingSchema, DEFAULT_HANDLING } from './alert-handling.js';

const HEADLINE = 'How alerts are handled cannot be loaded';

/**
 * `RULES_DIR/alert-handling.json`; without the file `DEFAULT_HANDLING`.
 * @throws ContentError listing every problem
 */
export async function loadAlertHandling(file: string): Promise<AlertHandling> {
  try {
    await access(file);
  } catch (error) {
    if (isMissing(error)) return DEFAULT_HANDLING;
  }
  const json = await readJsonFile(file);
  const parsed = json.ok ? parseFile(alertHandlingSchema, json.value, file) : json;
  if (!parsed.ok) throw new ContentError(HEADLINE, parsed.problems);
  const { ladder, posts } = parsed.value;
  const unknown = ladder.flatMap(({ to }, index) =>
    to in posts ? [] : [{ file, path: `ladder.${index}.to`, message: `there is no post "${to}" in posts` }],
  );
  if (unknown.length > 0) throw new ContentError(HEADLINE, unknown);
  return parsed.value;
}
