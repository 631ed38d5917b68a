import type { JsonObject, JsonValue } from '../json.js';
import { FACT_CATALOGUE } from './fact-catalogue.js';

/** A fact as it is written in tests and templates: `name` or `name(param=value,…)`. */
export interface ParsedFactKey {
  readonly fact: string;
  readonly params?: JsonObject;
}

/**
 * Reads a key: values are plain text, "quoted text", lists `[a,b]`, or for parameters that name a date
 * fact another key. Returns a reason when it is none. Names are not checked here.
 */
export function parseFactKey(text: string): ParsedFactKey | { readonly reason: string } {
  const reader = { text, at: 0 };
  try {
    const key = readKey(reader);
    if (reader.at < text.length)
      throw new SyntaxError(`第 ${reader.at + 1} 个字符 "${text[reader.at]}" 多余`);
    return key;
  } catch (error) {
    if (error instanceof SyntaxError) return { reason: error.message };
    throw error;
  }
}

interface Reader {
  readonly text: string;
  at: number;
}

function readKey(reader: Reader): ParsedFactKey {
  const fact = readPlain(reader).trim();
  if (fact === '') throw new SyntaxError('缺少事实名称');
  if (reader.text[reader.at] !== '(') return { fact };
  const types = FACT_CATALOGUE.get(fact)?.params ?? {};
  const params: JsonObject = {};
  do {
    reader.at++;
    const name = readPlain(reader).trim();
    if (reader.text[reader.at] !== '=') throw new SyntaxError(`参数 "${name}" 后应为 "="`);
    reader.at++;
    const type = Object.hasOwn(types, name) ? types[name]?.type : undefined;
    if (name === '' || name === '__proto__') throw new SyntaxError(`参数名 "${name}" 不可用`);
    params[name] = readValue(reader, type === 'dateFact');
  } while (reader.text[reader.at] === ',');
  expect(reader, ')');
  return { fact, params };
}

function readValue(reader: Reader, isFact: boolean): JsonValue {
  if (reader.text[reader.at] === '[') {
    const items: JsonValue[] = [];
    do {
      reader.at++;
      items.push(readText(reader));
    } while (reader.text[reader.at] === ',');
    expect(reader, ']');
    return items;
  }
  if (!isFact) return readText(reader);
  const key = readKey(reader);
  return key.params ? { fact: key.fact, params: key.params } : key.fact;
}

function readText(reader: Reader): string {
  if (reader.text[reader.at] !== '"') return readPlain(reader).trim();
  const quoted = /"(?:[^"\\]|\\.)*"/y;
  quoted.lastIndex = reader.at;
  const found = quoted.exec(reader.text)?.[0];
  if (found === undefined) throw new SyntaxError('引号没有配对');
  reader.at += found.length;
  try {
    return JSON.parse(found) as string;
  } catch {
    throw new SyntaxError(`引号内的文字 ${found} 有误`);
  }
}

function readPlain(reader: Reader): string {
  const start = reader.at;
  while (reader.at < reader.text.length && !',()[]="'.includes(reader.text[reader.at] ?? '')) reader.at++;
  return reader.text.slice(start, reader.at);
}

function expect(reader: Reader, sign: string): void {
  if (reader.text[reader.at] !== sign) throw new SyntaxError(`应有 "${sign}"`);
  reader.at++;
}
