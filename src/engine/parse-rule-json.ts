import type { JsonObject, JsonValue } from '../json.js';

/** A place in a text, both counted from 1; columns count characters, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export type JsonPath = readonly (string | number)[];

/** A JSON text read strictly, with the place of every value. */
export interface ParsedJson {
  readonly value: JsonValue;
  /** Where the value at a path begins; of what is not there, where the nearest thing around it begins. */
  readonly locate: (path: JsonPath) => Position;
  /** Where the key of a path's last step begins. */
  readonly locateKey: (path: JsonPath) => Position;
}

/** Why a text was refused. */
export interface JsonProblem {
  readonly position: Position;
  readonly path: JsonPath;
  readonly message: string;
}

/** More than any rule needs, and little enough that no file can hold up the service. */
export const RULE_JSON_LIMITS = { bytes: 262_144, depth: 24, values: 10_000 } as const;

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Reads strict JSON: no comments, no trailing commas, no repeated keys, none of the keys that could reach
 * a prototype, finite numbers, and no more depth or values than the limits. Stops at the first problem.
 */
export function parseRuleJson(text: string): ParsedJson | { readonly problem: JsonProblem } {
  const reader = new RuleJsonReader(text.startsWith('\uFEFF') ? text.slice(1) : text);
  try {
    const value = reader.readDocument();
    return { value, locate: reader.locate, locateKey: reader.locateKey };
  } catch (error) {
    if (error instanceof JsonSyntaxError) {
      return { problem: { position: reader.positionOf(error.at), path: error.path, message: error.message } };
    }
    throw error;
  }
}

class JsonSyntaxError extends Error {
  readonly at: number;
  readonly path: JsonPath;
  constructor(message: string, at: number, path: JsonPath) {
    super(message);
    this.at = at;
    this.path = path;
  }
}

class RuleJsonReader {
  readonly #text: string;
  #at = 0;
  #values = 0;
  readonly #path: (string | number)[] = [];
  readonly #starts = new Map<string, number>();
  readonly #keys = new Map<string, number>();

  constructor(text: string) {
    this.#text = text;
  }

  readDocument(): JsonValue {
    this.#skipBlanks();
    const value = this.#readValue();
    this.#skipBlanks();
    if (this.#at < this.#text.length) this.#fail('文件末尾有多余的内容');
    return value;
  }

  readonly locate = (path: JsonPath): Position => {
    for (let length = path.length; length >= 0; length--) {
      const at = this.#starts.get(pointer(path.slice(0, length)));
      if (at !== undefined) return this.positionOf(at);
    }
    return { line: 1, column: 1 };
  };

  readonly locateKey = (path: JsonPath): Position => {
    const at = this.#keys.get(pointer(path));
    return at === undefined ? this.locate(path) : this.positionOf(at);
  };

  positionOf(at: number): Position {
    const before = this.#text.slice(0, at);
    const lineStart = before.lastIndexOf('\n') + 1;
    return { line: before.split('\n').length, column: [...before.slice(lineStart)].length + 1 };
  }

  #readValue(): JsonValue {
    if (++this.#values > RULE_JSON_LIMITS.values)
      this.#fail(`内容过多：最多 ${RULE_JSON_LIMITS.values} 个值`);
    this.#starts.set(pointer(this.#path), this.#at);
    const sign = this.#text[this.#at];
    if (sign === '{') return this.#nested(() => this.#readObject());
    if (sign === '[') return this.#nested(() => this.#readArray());
    if (sign === '"') return this.#readString();
    return this.#readLiteral();
  }

  #nested<T>(read: () => T): T {
    if (this.#path.length >= RULE_JSON_LIMITS.depth)
      this.#fail(`嵌套过深：最多 ${RULE_JSON_LIMITS.depth} 层`);
    return read();
  }

  #readObject(): JsonObject {
    const object: JsonObject = {};
    this.#at++;
    this.#skipBlanks();
    if (this.#take('}')) return object;
    do {
      this.#skipBlanks();
      if (this.#text[this.#at] !== '"')
        this.#fail(this.#misplaced('此处应为带双引号的字段名（注意去掉多余的逗号）'));
      const keyAt = this.#at;
      const key = this.#readString();
      if (FORBIDDEN_KEYS.has(key)) this.#fail(`字段名 "${key}" 不允许使用`, keyAt);
      if (Object.hasOwn(object, key)) this.#fail(`字段 "${key}" 重复`, keyAt);
      this.#skipBlanks();
      if (!this.#take(':')) this.#fail(this.#misplaced(`字段名 "${key}" 后应为冒号 ":"`));
      this.#skipBlanks();
      this.#path.push(key);
      this.#keys.set(pointer(this.#path), keyAt);
      object[key] = this.#readValue();
      this.#path.pop();
      this.#skipBlanks();
    } while (this.#take(','));
    if (!this.#take('}')) this.#fail(this.#misplaced('此处应为逗号 "," 或 "}"'));
    return object;
  }

  #readArray(): JsonValue[] {
    const items: JsonValue[] = [];
    this.#at++;
    this.#skipBlanks();
    if (this.#take(']')) return items;
    do {
      this.#skipBlanks();
      this.#path.push(items.length);
      items.push(this.#readValue());
      this.#path.pop();
      this.#skipBlanks();
    } while (this.#take(','));
    if (!this.#take(']')) this.#fail(this.#misplaced('此处应为逗号 "," 或 "]"'));
    return items;
  }

  #readString(): string {
    const start = this.#at;
    let end = start + 1;
    for (; end < this.#text.length && this.#text[end] !== '"'; end++) {
      if (this.#text[end] === '\\') end++;
      else if (this.#text[end] === '\n') break;
    }
    if (this.#text[end] !== '"') this.#fail('文字缺少结尾的双引号（文字内不能换行）', start);
    try {
      const text = JSON.parse(this.#text.slice(start, end + 1)) as string;
      this.#at = end + 1;
      return text;
    } catch {
      return this.#fail('文字中有不允许的字符或转义', start);
    }
  }

  #readLiteral(): JsonValue {
    const pattern = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    const next = found && this.#text[this.#at + found.length];
    if (!found || (next !== undefined && /[\w.+-]/.test(next))) return this.#fail(this.#unexpected());
    const value = JSON.parse(found) as JsonValue;
    if (typeof value === 'number' && !Number.isFinite(value)) return this.#fail(`数字 ${found} 过大`);
    this.#at += found.length;
    return value;
  }

  /** What is expected, and where a Chinese sign stands in its place, which is hard to see, that it does. */
  #misplaced(expected: string): string {
    const sign = this.#text[this.#at] ?? '';
    return '，：；、“”‘’｛｝［］'.includes(sign) && sign !== ''
      ? `${expected}，现为中文标点 ${sign}；请换成英文半角`
      : expected;
  }

  #unexpected(): string {
    const sign = this.#text[this.#at];
    if (sign === undefined) return '文件不完整：内容到此中断';
    if (sign === '/') return 'JSON 文件中不能写注释';
    if (sign === "'" || sign === '“' || sign === '”') return `文字须用英文双引号 "，不能用 ${sign}`;
    if (sign === '，' || sign === '：') return `标点须用英文半角，不能用 ${sign}`;
    if (sign === ']' || sign === '}') return `此处缺少值（${sign} 之前有多余的逗号？）`;
    return `此处的 "${sign}" 不是 JSON 的值（文字须加双引号）`;
  }

  #skipBlanks(): void {
    for (;;) {
      const sign = this.#text[this.#at];
      if (sign !== ' ' && sign !== '\n' && sign !== '\r' && sign !== '\t') return;
      this.#at++;
    }
  }

  #take(sign: string): boolean {
    if (this.#text[this.#at] !== sign) return false;
    this.#at++;
    return true;
  }

  #fail(message: string, at = this.#at): never {
    throw new JsonSyntaxError(message, at, [...this.#path]);
  }
}

/** A path as a map key (RFC 6901). */
function pointer(path: JsonPath): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
