import { describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { gunzip } from '../../src/import/gunzip.js';
import { readXes } from '../../src/import/read-xes.js';
import { makeXesMapping } from '../../src/import/xes-mapping.js';
import { collect, collectGarbage, inChunks, outline } from './collect.js';

const read = (xml: string | Uint8Array, mapping: object = {}, maxLength?: number, size = 97) =>
  collect(
    readXes(inChunks(xml, size), makeXesMapping(mapping), maxLength === undefined ? {} : { maxLength }),
  );

const event = (name: string, time = '2011-10-01T10:00:00+02:00', more = '') =>
  `<event><string key="concept:name" value="${name}"/><date key="time:timestamp" value="${time}"/>${more}</event>`;
const trace = (name: string, ...events: string[]) =>
  `<trace>\n<string key="concept:name" value="${name}"/>\n${events.join('\n')}\n</trace>`;
const log = (...traces: string[]) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<log>\n${traces.join('\n')}\n</log>\n`;

describe('reading a XES log', () => {
  it('makes a CloudEvent of each event, by the standard extensions', async () => {
    const xml = log(`<trace>
      <date key="REG_DATE" value="2011-10-01T00:38:44.546+02:00"/>
      <string key="concept:name" value="173688"/>
      <int key="AMOUNT_REQ" value="20000"><string key="unit" value="EUR"/></int>
      <event>
        <string key="org:resource" value="112"/>
        <string key="lifecycle:transition" value="SCHEDULE"/>
        <string key="concept:name" value="W_Nabellen &amp; offertes"/>
        <date key="time:timestamp" value="2011-10-01T00:38:44.546+02:00"/>
        <float key="cost" value="1.5"/>
        <boolean key="urgent" value="true"/>
        <list key="parts"><string key="part" value="x"/></list>
      </event>
      ${event('A_SUBMITTED')}
    </trace>`);
    const attributes = { REG_DATE: '2011-10-01T00:38:44.546+02:00', AMOUNT_REQ: 20000 };
    const base = { specversion: '1.0', source: '/bank', subject: '173688' };
    for (const size of [1, 13, 100_000]) {
      const items = await read(xml, { process: 'loan', source: '/bank' }, undefined, size);
      expect(items).toMatchObject([
        { record: 1, line: 7 },
        { record: 2, line: 16 },
      ]);
      expect(items.map((item) => 'event' in item && item.event)).toEqual([
        {
          ...base,
          id: '173688/000001',
          type: 'yxzy.stage.arrived',
          time: '2011-10-01T00:38:44.546+02:00',
          sequence: '000001',
          data: {
            process: 'loan',
            stage: 'W_Nabellen & offertes',
            operator: { id: '112' },
            cost: 1.5,
            urgent: true,
            attributes,
          },
        },
        {
          ...base,
          id: '173688/000002',
          type: 'yxzy.stage.completed',
          time: '2011-10-01T10:00:00+02:00',
          sequence: '000002',
          data: { process: 'loan', stage: 'A_SUBMITTED', attributes },
        },
      ]);
    }
  });

  it('takes the type from the transition, and from the mapping before that', async () => {
    const step = (transition: string, name = 'S') =>
      event(name, undefined, `<string key="lifecycle:transition" value="${transition}"/>`);
    const xml = log(
      trace(
        '1',
        step('start'),
        step('COMPLETE'),
        step('Suspend'),
        step('manual skip'),
        step('COMPLETE', 'END'),
        step('ATE_ABORT'),
      ),
    );
    const items = await read(xml, {
      types: { ate_abort: 'yxzy.flow.returned' },
      stageTypes: { END: 'yxzy.workorder.closed' },
    });
    expect(items.map((item) => 'event' in item && item.event['type'])).toEqual([
      'yxzy.stage.started',
      'yxzy.stage.completed',
      'yxzy.stage.suspend',
      'yxzy.stage.manual-skip',
      'yxzy.workorder.closed',
      'yxzy.flow.returned',
    ]);
  });

  it('lets the mapping choose, rename and convert attributes', async () => {
    const xml = log(
      `<trace><string key="case" value="k"/><string key="AMOUNT" value="5000"/><string key="x" value="1"/>
      ${event('S', '2012-02-29T10:00:00', '<string key="org:group" value="g"/><string key="y" value="1"/>')}</trace>`,
    );
    const [item] = await read(xml, {
      subject: 'case',
      attributes: { AMOUNT: { name: 'amountRequested', type: 'number' } },
      fields: { 'org:group': 'orgUnit' },
      offset: '+01:00',
    });
    expect(item).toMatchObject({ event: { subject: 'k', time: '2012-02-29T10:00:00+01:00' } });
    expect(item && 'event' in item && item.event['data']).toEqual({
      stage: 'S',
      orgUnit: 'g',
      attributes: { amountRequested: 5000 },
    });
  });

  it('reports each bad event with its line and reason; the others keep their place', async () => {
    const xml = log(
      trace(
        'a',
        event('S'),
        '<event><string key="concept:name" value="S"/></event>',
        event('S', '2011-02-30T10:00:00Z'),
        event('S', '2011-02-03 10:00'),
        event('S', '2011-02-03T10:00:00'),
        '<event><date key="time:timestamp" value="2011-10-01T10:00:00Z"/></event>',
        event('  '),
        event('S', undefined, '<int key="n" value="many"/>'),
        event('S', undefined, '<string key="__proto__" value="x"/>'),
        event('S', undefined, '<string value="x"/>'),
        event('S', undefined, '<string key="k"/>'),
        event('T'),
      ),
      `<trace>${event('S')}<string key="concept:name" value="late"/></trace>`,
      event('S'),
      trace('b', event('S')),
    );
    expect(outline(await read(xml))).toEqual([
      '1:5 a/000001',
      '2:6 The event has no time:timestamp.',
      '3:7 time:timestamp "2011-02-30T10:00:00Z" names a day that does not exist.',
      expect.stringMatching(/^4:8 time:timestamp "2011-02-03 10:00" is not an RFC 3339 time/),
      expect.stringMatching(/^5:9 time:timestamp "2011-02-03T10:00:00" has no offset .* mapping/),
      '6:10 The event has no concept:name.',
      '7:11 The event has no concept:name.',
      '8:12 n "many" is not a number.',
      '9:13 The attribute name __proto__ is not allowed.',
      '10:14 A <string> has no key.',
      '11:15 The attribute k has no value.',
      '12:16 a/000012',
      '13:18 The trace has no concept:name before its first event.',
      '14:19 The event stands outside a trace.',
      '15:22 b/000001',
    ]);
  });

  it('refuses only the event that holds bytes of another encoding', async () => {
    const xml = Buffer.from(log(trace('a', event('S'), event('@'), event('新装'))));
    xml[xml.indexOf('@')] = 0xe9;
    expect(outline(await read(xml, {}, undefined, 1))).toEqual([
      '1:5 a/000001',
      "2:6 The attribute concept:name holds bytes that are not valid in the file's encoding.",
      '3:7 a/000003',
    ]);
  });

  it('reads the encodings that XML declares or marks', async () => {
    const stageOf = async (bytes: Uint8Array) => {
      const [item] = await read(bytes);
      return item && 'event' in item ? (item.event['data'] as { stage: string }).stage : item?.error;
    };
    const xml = log(trace('a', event('é')));
    expect(await stageOf(Buffer.from(xml.replace('UTF-8', 'ISO-8859-1'), 'latin1'))).toBe('é');
    expect(await stageOf(Buffer.from(`\uFEFF${xml}`, 'utf16le'))).toBe('é');
    expect(await stageOf(Buffer.from(`\uFEFF${xml}`))).toBe('é');
    expect(await stageOf(Buffer.from(xml.replace('UTF-8', 'EBCDIC-9')))).toMatch(
      /encoding EBCDIC-9, which is not known/,
    );
  });

  it('keeps everything before XML that is not well formed, and names the line', async () => {
    const good = log(trace('a', event('S'), event('S')));
    const cut = good.slice(0, good.lastIndexOf('<event>') + 30);
    expect(outline(await read(cut))).toEqual([
      '1:5 a/000001',
      expect.stringMatching(/^2:6 The XML is not well formed: /),
    ]);
    const crossed = log(trace('a', event('S'), '<event></trace>', event('S')));
    expect(outline(await read(crossed))).toEqual([
      '1:5 a/000001',
      '2:6 The event has no concept:name.',
      '3:6 The XML is not well formed: unexpected close tag.',
    ]);
    expect(outline(await read('{"not":"xml"}'))).toEqual([
      expect.stringMatching(/^1:1 The XML is not well formed: /),
    ]);
    expect(outline(await read(''))).toEqual([expect.stringMatching(/^1:1 The XML is not well formed: /)]);
    expect(outline(await read('<html><body/></html>'))).toEqual([
      '1:1 The root element is <html>, not <log>.',
    ]);
  });

  it('keeps everything before a cut-off gzip file', async () => {
    const zipped = gzipSync(
      log(trace('a', ...Array.from({ length: 3000 }, (_, i) => event(`S${i * 7919}`)))),
    );
    const items = await collect(
      readXes(gunzip(inChunks(zipped.subarray(0, zipped.length / 2), 1000)), makeXesMapping()),
    );
    expect(items.length).toBeGreaterThan(1000);
    expect(outline(items).at(-1)).toMatch(/The file cannot be read further: the gzip data end too early/);
    expect(outline(items).at(-2)).toMatch(/a\/00\d+$/);
  });
});

describe('a hostile XES file', () => {
  it('cannot make entities expand: a DOCTYPE ends the reading', async () => {
    const bomb = `<!DOCTYPE log [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>${log(trace('1', event('&b;'))).slice(39)}`;
    expect(outline(await read(bomb))).toEqual(['1:1 A DOCTYPE is not allowed.']);
    expect(outline(await read(log(trace('1', event('S'), event('&b;')))))).toEqual([
      '1:5 1/000001',
      expect.stringMatching(/^2:6 The XML is not well formed: undefined entity/),
    ]);
  });

  it.each([
    ['attribute value', (filler: string) => `<string key="k" value="${filler}"/>`],
    ['attribute name', (filler: string) => `<string ${filler}="v"/>`],
    ['tag name', (filler: string) => `<${filler}/>`],
    ['text', (filler: string) => filler],
    ['comment', (filler: string) => `<!--${filler}-->`],
    ['cdata', (filler: string) => `<![CDATA[${filler}]]>`],
    ['processing instruction', (filler: string) => `<?p ${filler}?>`],
  ])('ends the reading at an endless %s', async (_what, wrap) => {
    const xml = log(trace('1', event('S'), wrap('x'.repeat(400_000)), event('S')));
    expect(outline(await read(xml, {}, 100_000, 50_000))).toEqual([
      '1:5 1/000001',
      '2:6 A tag, comment or text is longer than 100000 characters.',
    ]);
  });

  it('refuses an event with too much in it, and goes on', async () => {
    const many = Array.from({ length: 1001 }, (_, i) => `<int key="k${i}" value="1"/>`).join('');
    const long = Array.from(
      { length: 20 },
      (_, i) => `<string key="k${i}" value="${'x'.repeat(9_000)}"/>`,
    ).join('');
    const xml = log(trace('1', event('S', undefined, many), event('S', undefined, long), event('S')));
    expect(outline(await read(xml, {}, 100_000, 5_000))).toEqual([
      '1:5 There are more than 1000 attributes.',
      '2:6 The attributes are longer than 100000 characters.',
      '3:7 1/000003',
    ]);
  });

  it('ends the reading at tags nested without end', async () => {
    const xml = log(trace('1', event('S'), '<list key="l">'.repeat(100_000)));
    expect(outline(await read(xml, {}, undefined, 5_000))).toEqual([
      '1:5 1/000001',
      '2:6 The tags are nested deeper than 64.',
    ]);
  });

  it('needs no more memory for a long log than for a short one', async () => {
    const block = Buffer.from(trace('1', ...Array.from({ length: 500 }, () => event('S'))));
    const blocks = 200;
    async function* long() {
      yield Buffer.from('<log>');
      for (let i = 0; i < blocks; i++) yield await Promise.resolve(block);
      yield Buffer.from('</log>');
    }
    let held = 0;
    let count = 0;
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for await (const item of readXes(long(), makeXesMapping())) {
      count += 'event' in item ? 1 : 0;
      if (count % 25_000 !== 0) continue;
      collectGarbage();
      held = Math.max(held, process.memoryUsage().heapUsed - before);
    }
    expect(count).toBe(blocks * 500);
    expect(held).toBeLessThan(8 * 1024 * 1024);
  });
});
