import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readNdjson } from '../../src/import/read-ndjson.js';
import { collect, inChunks, outline, thenBreak } from './collect.js';

const read = (text: string | Uint8Array, size?: number, maxLength?: number) =>
  collect(readNdjson(inChunks(text, size), maxLength === undefined ? {} : { maxLength }));

describe('reading CloudEvents NDJSON', () => {
  it('hands out one event a line, whatever the line ends, blank lines and chunk borders', async () => {
    const text = '\uFEFF{"id":"a"}\r\n\n  \n{"id":"新装"}\n{"id":"c"}';
    for (const size of [1, 2, 3, 5, 1000]) {
      expect(outline(await read(text, size))).toEqual(['1:1 a', '2:4 新装', '3:5 c']);
    }
  });

  it('reports each bad line with its number and reason and goes on after it', async () => {
    const lines = [
      '{"id":"a"}',
      '{"id":',
      '[1,2]',
      '"text"',
      'null',
      `{"id":"${'x'.repeat(300)}"}`,
      '{"id":"z"}',
    ];
    const items = await read(lines.join('\n'), 11, 100);
    expect(outline(items)).toEqual([
      '1:1 a',
      expect.stringMatching(/^2:2 The line is not JSON: /),
      '3:3 The line holds a list; one CloudEvent object a line is expected.',
      '4:4 The line holds "text"; one CloudEvent object a line is expected.',
      '5:5 The line holds null; one CloudEvent object a line is expected.',
      '6:6 The line is longer than 100 bytes.',
      '7:7 z',
    ]);
  });

  it('takes a line of exactly the limit and refuses one byte more', async () => {
    const line = (length: number) => `{"id":"${'x'.repeat(length - 9)}"}`;
    expect(await read(line(50), 7, 50)).toEqual([
      { record: 1, line: 1, event: { id: 'x'.repeat(41) }, size: 50 },
    ]);
    expect(outline(await read(line(51), 7, 50))).toEqual(['1:1 The line is longer than 50 bytes.']);
  });

  it('refuses a line that is not UTF-8 and keeps its neighbours', async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"id":"a"}\n{"id":"'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('"}\n{"id":"c"}\n'),
    ]);
    expect(outline(await read(bytes))).toEqual(['1:1 a', '2:2 The line is not valid UTF-8.', '3:3 c']);
  });

  it('keeps a key named __proto__ as a key, for the intake to refuse', async () => {
    const [item] = await read('{"__proto__":{"admin":true}}');
    expect(item && 'event' in item && Object.keys(item.event)).toEqual(['__proto__']);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it('keeps what came before a break of the input and names the break', async () => {
    const items = await collect(readNdjson(thenBreak(inChunks('{"id":"a"}\n{"id":"b'), 'the disk failed')));
    expect(outline(items)).toEqual([
      '1:1 a',
      '2:2 The file cannot be read further: the disk failed. Everything before is kept.',
    ]);
  });

  it('reads any list of JSON objects back, however it is cut into chunks', async () => {
    const objects = fc.array(
      fc.dictionary(
        fc.string().filter((key) => key !== '__proto__'),
        fc.jsonValue(),
      ),
    );
    await fc.assert(
      fc.asyncProperty(objects, fc.integer({ min: 1, max: 40 }), async (list, size) => {
        const text = list.map((object) => JSON.stringify(object)).join('\n');
        const items = await read(text, size);
        expect(items.map((item) => 'event' in item && item.event)).toEqual(
          list.map((object) => JSON.parse(JSON.stringify(object)) as unknown),
        );
        expect(items.map(({ record, line }) => [record, line])).toEqual(list.map((_, i) => [i + 1, i + 1]));
      }),
    );
  });
});
