import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { loadProjectRules } from './load-project-rules.js';
import { boundaryCases } from './boundary-cases.js';
import { limitRules } from './limit-story.js';

/**
 * Writes into the file of every rule with a time limit its two cases at the boundary: stopped exactly at the limit, and a minute later.
 * Other cases of the file stay. node --import tsx test/rules/update-boundary-cases.ts
 */
const { files, catalogue, parameters } = await loadProjectRules();
for (const one of limitRules(files, parameters)) {
  const { file } = files.find(({ rule }) => rule.id === one.rule.id) ?? {};
  if (file === undefined) continue;
  const cases = await boundaryCases(one, catalogue);
  const names = cases.map(({ name }) => name);
  const others = (one.rule.sequences ?? []).filter(({ name }) => !names.includes(name));
  const path = join('rules', file);
  const text = await readFile(path, 'utf8');
  const without = text.replace(/,\n {2}"sequences": \[\n[\s\S]*?\n {2}\](?=[,\n])/, '');
  const changed = without.replace(
    /\n\}\s*$/,
    `,\n  "sequences": ${JSON.stringify([...cases, ...others])}\n}\n`,
  );
  const options = (await resolveConfig(path)) ?? {};
  const formatted = await format(changed, { ...options, parser: 'json' });
  if (formatted !== text) await writeFile(path, formatted);
}
