import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_EVENT_LIMITS } from '../../src/events/event-limits.js';
import { AppError } from '../../src/errors.js';
import { parseEventRequest } from '../../src/events/parse-event-request.js';
import { parseRawEvents } from '../../src/events/parse-raw-events.js';
import {
  BATCH,
  binaryRequest,
  cloudEvent,
  errorsOf,
  NDJSON,
  NOW,
  parse,
  request,
  STRUCTURED,
} from './event-samples.js';

/** The good event as text, with raw JSON for its data. */
const withData = (data: string) =>
  JSON.stringify(cloudEvent({ type: 'a.b', data: 0 })).replace('"data":0', `"data":${data}`);
const raw = (object: unknown, limits = {}) =>
  parseRawEvents([object], NOW, { ...DEFAULT_EVENT_LIMITS, ...limits })[0];
const rawErrors = (object: unknown, limits = {}) => {
  const item = raw(object, limits);
  return item && 'errors' in item ? item.errors.map(({ path, message }) => `${path}: ${message}`) : [];
};

describe('hostile JSON', () => {
  const nul = 'must not contain the character NUL (\\u0000)';
  const surrogate = 'must not contain half of a surrogate pair (broken Unicode)';
  const digits = 'is a whole number beyond ±9007199254740991, which would lose digits; send it as a text';

  it.each([
    ['a number beyond all', '{"a":[1,1e400]}', ['data.a[1]: is a number too large to be kept (or not a number)']],
    ['a number below all', '{"a":-1e999}', ['data.a: is a number too large to be kept (or not a number)']],
    ['a number that loses digits', '{"no":9007199254740993}', [`data.no: ${digits}`]],
    ['__proto__', '{"__proto__":{"admin":true}}', ['data.__proto__: the key "__proto__" is not allowed']],
    ['__proto__ in disguise', '{"a":[{"\\u005f_proto__":1}]}', ['data.a[0].__proto__: the key "__proto__" is not allowed']],
    ['constructor', '{"constructor":{"prototype":{}}}', ['data.constructor: the key "constructor" is not allowed']],
    ['prototype', '{"a":{"prototype":1}}', ['data.a.prototype: the key "prototype" is not allowed']],
    ['a type of MongoDB’s driver', '{"_bsontype":"Long"}', ['data._bsontype: the key "_bsontype" is not allowed']],
    ['an operator of MongoDB', '{"a":{"$where":"1"}}', ['data.a["$where"]: a key must not begin with $']],
    ['NUL in a text', '{"a":"x\\u0000"}', [`data.a: ${nul}`]],
    ['NUL in a key', '{"a\\u0000":1}', ['data["a\\u0000"]: a key must not contain the character NUL (\\u0000)']],
    ['a lone high surrogate', '{"a":"\\ud83d"}', [`data.a: ${surrogate}`]],
    ['a lone low surrogate', '{"a":"x\\ude00y"}', [`data.a: ${surrogate}`]],
    ['surrogates the wrong way round', '{"a":"\\ude00\\ud83d"}', [`data.a: ${surrogate}`]],
    ['a lone surrogate in a key', '{"\\ud83d":1}', ['data["\\ud83d"]: a key must not contain half of a surrogate pair (broken Unicode)']],
    ['a key that stands twice', '{"a":1,"a":2}', ['data.a: this key stands twice']],
    ['a key that stands twice deep inside, in disguise', '{"l":[0,{"x":[],"\\u0078":{}}]}', ['data.l[1].x: this key stands twice']],
    ['a long key', `{"${'k'.repeat(129)}":1}`, [`data["${'k'.repeat(39)}…]: a key must have at most 128 characters`]],
    ['a long text', `{"a":"${'x'.repeat(8_193)}"}`, ['data.a: must have at most 8192 characters, has 8193']],
    ['too many keys', `{${Array.from({ length: 600 }, (_, i) => `"k${i}":0`).join()}}`, [': has more than 500 keys']],
    ['17 levels', `${'{"a":'.repeat(16)}1${'}'.repeat(16)}`, [': is nested 17 levels deep; at most 16 are accepted']],
    ['10,000 levels', `${'['.repeat(10_000)}${']'.repeat(10_000)}`, [': is nested 10001 levels deep; at most 16 are accepted']],
  ])('%s: is refused, and the place is named', (_, data, errors) => {
    expect(errorsOf(request(withData(data)))).toEqual(errors);
  }); // prettier-ignore

  it('names keys that stand twice among the attributes, and in the body of binary mode', () => {
    const twice = JSON.stringify(cloudEvent()).replace('{', '{"id":"other",');
    expect(errorsOf(request(twice))).toEqual(['id: this key stands twice']);
    const headers = Object.fromEntries(
      Object.entries(cloudEvent({ type: 'a.b' }))
        .filter(([key]) => key !== 'data')
        .map(([key, value]) => [`ce-${key}`, String(value)]),
    );
    expect(errorsOf(binaryRequest(headers, '{"a":{"b":1,"b":1}}'))).toEqual([
      'data.a.b: this key stands twice',
    ]);
    expect(errorsOf(binaryRequest(headers, `${'['.repeat(16)}${']'.repeat(16)}`))).toEqual([
      ': is nested 17 levels deep; at most 16 are accepted',
    ]);
  });

  it('takes what only looks hostile: 16 levels, 500 keys, repeated keys in texts and other objects, whole emoji', () => {
    // The event itself is the first level; its data the second.
    expect(errorsOf(request(withData(`${'{"a":'.repeat(15)}1${'}'.repeat(15)}`)))).toEqual([]);
    const keys = Array.from({ length: 493 }, (_, i) => `"k${i}":0`).join();
    expect(errorsOf(request(withData(`{${keys}}`)))).toEqual([]);
    expect(errorsOf(request(withData('{"a":"\\"a\\":1,\\"a\\":2","b":[{"a":1},{"a":1}],"c":"😀"}')))).toEqual(
      [],
    );
    expect(
      errorsOf(request(withData('{"hasOwnProperty":1,"toString":"x","length":3,"toJSON":"x"}'))),
    ).toEqual([]);
  });

  it('stops after twenty errors and says so', () => {
    const errors = errorsOf(
      request(withData(`{"l":[${Array.from({ length: 300 }, () => '1e400').join()}]}`)),
    );
    expect(errors).toHaveLength(20);
    const twice = `{${Array.from({ length: 100 }, () => '"a":1').join()}}`;
    expect(errorsOf(request(withData(twice)))).toHaveLength(20);
    const many = { ...Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`A${i}`, 1])), data: {} };
    expect(errorsOf(request(many)).at(-1)).toMatch(/^: and \d+ more errors$/);
  });
});

describe('hostile bodies', () => {
  const inTime = (run: () => unknown): void => {
    // Processor time, not the clock: the machine may be busy with something else.
    const start = process.cpuUsage();
    try {
      run();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
    const { user, system } = process.cpuUsage(start);
    // A tenth of a second where nothing else runs; work that grows with the square of the length would take hours.
    expect((user + system) / 1_000).toBeLessThan(15_000);
  };
  const MiB = 1024 * 1024;
  it.each([
    ['8 MiB of opening brackets', '['.repeat(8 * MiB)],
    ['8 MiB of opening braces with keys', '{"a":'.repeat((8 * MiB) / 5)],
    ['8 MiB of quotes', '"'.repeat(8 * MiB)],
    ['8 MiB of backslashes', `"${'\\'.repeat(8 * MiB - 1)}`],
    ['8 MiB of commas', `[${','.repeat(8 * MiB - 2)}]`],
    ['8 MiB of line feeds', '\n'.repeat(8 * MiB)],
    ['8 MiB of short lines', '1\n'.repeat(4 * MiB)],
    ['a text of 2 MB', withData(`{"a":"${'x'.repeat(2_000_000)}"}`)],
    ['a key of 2 MB', withData(`{"${'x'.repeat(2_000_000)}":1}`)],
    ['a number of 2 MB', withData(`{"a":${'9'.repeat(2_000_000)}}`)],
    ['100,000 keys', withData(`{${Array.from({ length: 100_000 }, (_, i) => `"k${i}":0`).join()}}`)],
    ['1,000 events of repeated keys', `[${Array.from({ length: 1_000 }, () => `{${'"a":{"a":1},'.repeat(300)}"b":1}`).join()}]`],
  ])('%s: is answered fast in every content type', (_, body) => {
    for (const contentType of [STRUCTURED, BATCH, NDJSON]) inTime(() => parse(request(body, contentType)));
  }); // prettier-ignore

  it('any bytes and any JSON are answered by events, errors or a refusal, never by a crash', () => {
    const contentType = fc.constantFrom(STRUCTURED, BATCH, NDJSON, 'application/json');
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc.json().map((text) => Buffer.from(text)),
      fc.string().map((text) => Buffer.from(JSON.stringify(cloudEvent()).replace('高压新装', text))),
      fc
        .tuple(fc.nat(300), fc.constantFrom('"', '{', '}', '[', ']', ',', ':', '\\', '\n', '\0'))
        .map(([at, char]) => {
          const text = JSON.stringify([cloudEvent()]);
          return Buffer.from(text.slice(0, at) + char + text.slice(at));
        }),
    );
    const headers = fc.dictionary(
      fc.constantFrom('ce-id', 'ce-type', 'ce-__proto__', 'ce-time'),
      fc.string(),
    );
    fc.assert(
      fc.property(contentType, body, headers, (type, bytes, ce) => {
        try {
          const items = parseEventRequest(
            { contentType: type, headers: ce, body: bytes },
            NOW,
            DEFAULT_EVENT_LIMITS,
          );
          for (const item of items) expect('event' in item || item.errors.length > 0).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
      { numRuns: 1_000 },
    );
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
  });
});

describe('objects that never were JSON text', () => {
  it('are refused where they are no JSON', () => {
    const data = {
      a: new Date(0),
      b: undefined,
      c: Number.NaN,
      d: 1n,
      e: () => 1,
      f: new Map(),
      g: Symbol('x'),
    };
    expect(rawErrors(cloudEvent({ type: 'a.b', data }))).toEqual([
      'data.a: is not JSON',
      'data.b: is not JSON',
      'data.c: is a number too large to be kept (or not a number)',
      'data.d: is not JSON',
      'data.e: is not JSON',
      'data.f: is not JSON',
      'data.g: is not JSON',
    ]);
  });

  it.each([[null], [undefined], ['text'], [7], [[cloudEvent()]], [new Date(0)]])(
    '%p is no event',
    (object) => {
      expect(rawErrors(object).length).toBeGreaterThan(0);
    },
  );

  it('are refused when they go round in circles, without end', () => {
    const data: Record<string, unknown> = {};
    data['self'] = { again: data };
    expect(rawErrors(cloudEvent({ type: 'a.b', data }))[0]).toMatch(/is nested deeper than 16 levels$/);
  });

  it('are refused when they are too large', () => {
    const list = Array.from({ length: 1_000_000 }, () => 0);
    expect(rawErrors(cloudEvent({ type: 'a.b', data: { list } }))).toEqual([': is larger than 65536 bytes']);
    const texts = Array.from({ length: 10 }, () => '电'.repeat(8_000));
    expect(rawErrors(cloudEvent({ type: 'a.b', data: { texts } }))).toEqual([
      ': the event has 240178 bytes; at most 65536 are accepted',
    ]);
  });

  it('are refused when a key reaches into the prototype, as JSON.parse leaves it', () => {
    expect(rawErrors(JSON.parse(withData('{"__proto__":{"x":1}}')))).toEqual([
      'data.__proto__: the key "__proto__" is not allowed',
    ]);
  });

  it('pass when they are good, exactly as a request does', () => {
    expect(raw(cloudEvent())).toEqual(parse(request(cloudEvent()))[0]);
  });
});
