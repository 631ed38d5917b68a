import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { OPERATORS } from '../../src/engine/operators.js';

type Texts = { readonly [key: string]: string | Texts };

const read = async (language: string) =>
  JSON.parse(
    await readFile(new URL(`../../web/src/texts/${language}.json`, import.meta.url), 'utf8'),
  ) as Texts;
/** `alerts.why` and the like, with what stands there. */
const flatten = (texts: Texts, path = ''): (readonly [string, string])[] =>
  Object.entries(texts).flatMap(([key, text]) =>
    typeof text === 'string' ? [[`${path}${key}`, text] as const] : flatten(text, `${path}${key}.`),
  );
const valuesIn = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

describe('the texts of the console', () => {
  it('are there in both languages, with the same values in them', async () => {
    const [zh, en] = [new Map(flatten(await read('zh'))), new Map(flatten(await read('en')))];
    // Languages count differently: `_one` is English alone.
    const keysOf = (texts: ReadonlyMap<string, string>) => [...texts.keys()].filter((key) => !key.endsWith('_one')).map((key) => key.replace(/_other$/, '')).sort(); // prettier-ignore
    expect(keysOf(en)).toEqual(keysOf(zh));
    const differing = [...zh].filter(([key, text]) => {
      const other = en.get(key) ?? en.get(`${key}_other`);
      return other === undefined || String(valuesIn(other)) !== String(valuesIn(text));
    });
    expect(differing).toEqual([]);
    expect([...zh, ...en].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('say in words what every operator asks for', async () => {
    const words = new Set(flatten(await read('zh')).map(([key]) => key));
    const missing = [...OPERATORS.values()]
      .filter(({ name, value }) => {
        const key = `condition.operator.${name}`;
        return value === 'boolean'
          ? !words.has(`${key}-true`) || !words.has(`${key}-false`)
          : !words.has(key);
      })
      .map(({ name }) => name);
    expect(missing).toEqual([]);
  });
});
