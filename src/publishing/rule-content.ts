import { createHash } from 'node:crypto';
import type { NamedText, RuleTexts } from '../engine/assemble-rules.js';
import { parseRuleJson } from '../engine/parse-rule-json.js';
import type { RuleFile } from '../engine/rule-file.js';
import { canonicalJson } from '../events/canonical-hash.js';
import type { JsonValue } from '../json.js';

/**
 * Fields that do not belong to what a version says. Tests prove the rule and `$schema` serves the editor; `status` says
 * whether anybody is told, and is kept with every publication instead.
 */
const NOT_CONTENT = new Set(['$schema', 'tests', 'sequences', 'status']);

/**
 * What a published version says and may never say otherwise: the file as written, without the fields above, and with its
 * shared conditions put in. Whitespace and the order of keys do not count.
 */
function contentOf(text: string, { conditions, resolveWhen }: RuleFile): JsonValue {
  const json = parseRuleJson(text);
  const written = 'value' in json ? Object.entries(json.value as Record<string, JsonValue>) : [];
  return {
    ...Object.fromEntries(written.filter(([field]) => !NOT_CONTENT.has(field))),
    conditions: conditions as unknown as JsonValue,
    ...(resolveWhen && { resolveWhen: resolveWhen as unknown as JsonValue }),
  };
}

/** What a version says, as text: the same whatever the order of keys. */
export function contentText(text: string, rule: RuleFile): string {
  return canonicalJson(contentOf(text, rule));
}

export function hashText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Names a state of the rules folder: changes with any file of it, by name or by a single blank. */
export function digestOf({ rules, parameters, conditions }: RuleTexts): string {
  const hash = createHash('sha256');
  for (const group of [rules, parameters, conditions]) {
    for (const { file, text } of [...group].sort(byFile)) hash.update(`${file}\n${hashText(text)}\n`);
    hash.update('\n');
  }
  return hash.digest('hex');
}

/** The text that each loaded rule was made of. */
export function textsByFile({ rules }: RuleTexts): ReadonlyMap<string, string> {
  return new Map(rules.map(({ file, text }) => [file, text]));
}

function byFile(a: NamedText, b: NamedText): number {
  return a.file < b.file ? -1 : a.file > b.file ? 1 : 0;
}
