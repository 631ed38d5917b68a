import type { NamedText, RuleTexts } from '../engine/assemble-rules.js';

/** A rule, parameter or condition file that a candidate changes; without `text` it is removed. */
export interface TextChange {
  /** Relative to the rules folder, with `/`. */
  readonly file: string;
  readonly text?: string;
}

const FOLDERS = ['parameters', 'conditions'] as const;

/**
 * Lays changed files over the texts of a rule set. A rule takes the place of the file of its name, else of the file that
 * holds a rule of its id, wherever that lies; else it is added.
 */
export function overlayTexts(texts: RuleTexts, changes: readonly TextChange[]): RuleTexts {
  const lists: Record<keyof RuleTexts, NamedText[]> = {
    rules: [...texts.rules],
    parameters: [...texts.parameters],
    conditions: [...texts.conditions],
  };
  for (const change of changes) {
    const folder = FOLDERS.find((name) => change.file.startsWith(`${name}/`));
    const list = lists[folder ?? 'rules'];
    const index = placeOf(list, change, folder === undefined);
    if (change.text === undefined) {
      if (index >= 0) list.splice(index, 1);
      continue;
    }
    const { file } = list[index] ?? change;
    if (index >= 0) list[index] = { file, text: change.text };
    else list.push({ file, text: change.text });
  }
  return lists;
}

function placeOf(list: readonly NamedText[], { file, text }: TextChange, isRule: boolean): number {
  const byName = list.findIndex((one) => one.file === file);
  if (byName >= 0 || !isRule) return byName;
  const id = text === undefined ? nameOf(file) : idOf(text);
  return id === undefined ? -1 : list.findIndex((one) => idOf(one.text) === id);
}

/** The id a rule text tells; undefined for what is no rule: then its own checks say so. */
function idOf(text: string): string | undefined {
  try {
    const value = JSON.parse(text) as { id?: unknown } | null;
    return typeof value?.id === 'string' ? value.id : undefined;
  } catch {
    return undefined;
  }
}

function nameOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1).replace(/\.json$/, '');
}
