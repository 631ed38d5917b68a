import type { JsonValue } from '../json.js';
import { parseFactKey } from './fact-key.js';
import { referTo } from './fact-reference.js';
import type { FactReference } from './fact-reference.js';
import { toReadable } from './moments.js';
import type { FactScope } from './rule-set.js';

/** A template cut into plain text and the facts to fill in. */
export type TemplateParts = readonly (string | FactReference)[];

const PLACE = /\{\{([^{}]*)\}\}/g;

/** The fact keys a template names, in order. */
export function placesOf(template: string): string[] {
  return [...template.matchAll(PLACE)].map((match) => (match[1] ?? '').trim());
}

/** Compiles a template. Throws for what is no fact (a loaded rule has none such). */
export function compileTemplate(template: string): TemplateParts {
  const parts: (string | FactReference)[] = [];
  let end = 0;
  for (const match of template.matchAll(PLACE)) {
    parts.push(template.slice(end, match.index));
    end = match.index + match[0].length;
    const key = parseFactKey((match[1] ?? '').trim());
    if ('reason' in key) throw new Error(`"${match[0]}": ${key.reason}`);
    parts.push(referTo(key.fact, key.params));
  }
  parts.push(template.slice(end));
  return parts;
}

/** Fills a template; what is unknown is shown as `—`. Reads facts by name and never evaluates anything. */
export function renderTemplate(parts: TemplateParts, scope: FactScope): string {
  return parts.map((part) => (typeof part === 'string' ? part : show(part, scope))).join('');
}

function show(reference: FactReference, scope: FactScope): string {
  try {
    const value = reference.read(scope);
    if (reference.definition.type === 'date' && typeof value === 'number') {
      return toReadable(value, scope.calendar);
    }
    return toText(value);
  } catch {
    return '—';
  }
}

function toText(value: JsonValue | undefined): string {
  if (value === undefined || value === null || value === '') return '—';
  if (typeof value === 'boolean') return value ? '是' : '否';
  if (typeof value === 'number') return String(Math.round(value * 100) / 100);
  if (Array.isArray(value)) return value.length === 0 ? '—' : value.map(toText).join('、');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
