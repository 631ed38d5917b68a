import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { join } from 'node:path';
import { assembleRules, type RuleTexts } from '../../src/engine/assemble-rules.js';
import { readRuleFolder } from '../../src/engine/load-rules.js';
import type { RuleError } from '../../src/engine/rule-error.js';
import type { JsonValue } from '../../src/json.js';
import { loadCatalogue } from '../../src/work-orders/load-catalogue.js';
import { toProcessCatalogue } from '../../src/work-orders/catalogue.js';
import { chinaCalendar } from '../support/china-calendar.js';

/** The full size is 10,000: BROKEN_RULES=10000 npm test -- test/engine/broken-rules. */
const numRuns = Number(process.env['BROKEN_RULES'] ?? 300);
const DIR = join(import.meta.dirname, '../../rules');
const calendar = chinaCalendar();

type Path = (string | number)[];

/** Every value of a document with its path; what tests give as facts may be anything and is left out. */
function placesOf(value: JsonValue | undefined, path: Path = []): Path[] {
  if (path.includes('facts') || path.includes('where') || path.includes('sequences')) return [];
  const own = path.length === 0 ? [] : [path];
  if (typeof value !== 'object' || value === null) return own;
  return [...own, ...Object.entries(value).flatMap(([key, child]) => placesOf(child, [...path, Array.isArray(value) ? Number(key) : key]))]; // prettier-ignore
}

function parentOf(root: JsonValue, path: Path): Record<string | number, JsonValue> {
  let value: unknown = root;
  for (const step of path.slice(0, -1)) value = (value as Record<string | number, unknown>)[step];
  return value as Record<string | number, JsonValue>;
}

/**
 * Nothing a rule holds at any place may be of this type there. (What a fact is compared with may be a text or a number
 * where the fact is a field of an event, whose type only the event knows; an empty object never.)
 */
function wrong(value: JsonValue | undefined, key: string | number): JsonValue {
  if (key === 'value') return {};
  if (typeof value === 'object') return 7;
  return typeof value === 'boolean' ? 'yes' : {};
}

const MUTATIONS: Readonly<Record<string, (text: string, pick: number) => string | undefined>> = {
  'a field is mistyped': (text, pick) => {
    const root = JSON.parse(text) as JsonValue;
    const places = placesOf(root).filter((path) => typeof path.at(-1) === 'string');
    const path = places[pick % places.length] ?? [];
    const parent = parentOf(root, path);
    const key = String(path.at(-1));
    parent[`${key}x`] = parent[key] ?? null;
    Reflect.deleteProperty(parent, key);
    return JSON.stringify(root, null, 2);
  },
  'a value is of another type': (text, pick) => {
    const root = JSON.parse(text) as JsonValue;
    const places = placesOf(root);
    const path = places[pick % places.length] ?? [];
    const parent = parentOf(root, path);
    const key = path.at(-1) ?? '';
    parent[key] = wrong(parent[key], key);
    return JSON.stringify(root, null, 2);
  },
  'a list is empty': (text, pick) => {
    const root = JSON.parse(text) as JsonValue;
    const places = placesOf(root).filter((path) => {
      const value = parentOf(root, path)[path.at(-1) ?? ''];
      return Array.isArray(value) && path.at(-1) !== 'escalation';
    });
    const path = places[pick % places.length] ?? [];
    parentOf(root, path)[path.at(-1) ?? ''] = [];
    return JSON.stringify(root, null, 2);
  },
  'the file is cut off': (text, pick) => text.slice(0, pick % text.trimEnd().length),
  'a sign is lost': (text, pick) => {
    const signs = [...text.matchAll(/[{}[\]:]/g)].filter(({ index }) => !insideText(text, index));
    const at = signs[pick % signs.length]?.index ?? 0;
    return text.slice(0, at) + text.slice(at + 1);
  },
  'a sign is put in': (text, pick) => {
    const signs = [...text.matchAll(/[{}[\],]/g)].filter(({ index }) => !insideText(text, index));
    const at = signs[pick % signs.length]?.index ?? 0;
    return `${text.slice(0, at + 1)}，${text.slice(at + 1)}`;
  },
  'a prototype is reached for': (text) => text.replace('{', '{ "__proto__": { "status": "active" },'),
};

function insideText(text: string, at: number): boolean {
  return (text.slice(text.lastIndexOf('\n', at) + 1, at).match(/(?<!\\)"/g)?.length ?? 0) % 2 === 1;
}

describe('rule files that somebody broke', () => {
  let texts: RuleTexts;
  let check: (broken: string, at: number) => ReturnType<typeof assembleRules>;
  beforeAll(async () => {
    const errors: RuleError[] = [];
    texts = await readRuleFolder(DIR, errors);
    expect(errors).toEqual([]);
    const catalogue = toProcessCatalogue(await loadCatalogue(join(DIR, 'catalogue')));
    check = (broken, at) => {
      const other = texts.rules[(at + 1) % texts.rules.length];
      const rules = [{ file: texts.rules[at]?.file ?? '', text: broken }, ...(other ? [other] : [])];
      return assembleRules({ ...texts, rules }, { calendar, catalogue });
    };
  });

  it.each(Object.keys(MUTATIONS))(
    'are refused with file, place and reason, and nothing is loaded: %s',
    async (kind) => {
      await fc.assert(
        fc.asyncProperty(fc.nat(), fc.nat(), async (which, pick) => {
          const at = which % texts.rules.length;
          const text = texts.rules[at]?.text ?? '';
          const broken = MUTATIONS[kind]?.(text, pick) ?? '';
          const result = await check(broken, at);
          expect(result).not.toHaveProperty('ruleSet');
          if (!('errors' in result)) return;
          const lines = broken.split('\n').length;
          expect(result.errors.length).toBeGreaterThan(0);
          for (const { file, line, column, message } of result.errors) {
            expect(file).toBe(texts.rules[at]?.file);
            expect(line >= 1 && line <= lines && column >= 1).toBe(true);
            expect(message).toMatch(/\p{Script=Han}/u);
          }
        }),
        { numRuns: Math.ceil(numRuns / Object.keys(MUTATIONS).length) },
      );
    },
    Math.max(30_000, numRuns * 60),
  );

  it('were right before', async () => {
    for (const [at, { text }] of texts.rules.entries())
      expect(await check(text, at)).toHaveProperty('ruleSet');
  });
});
