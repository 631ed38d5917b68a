import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AppError } from '../../src/errors.js';
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

/** Code, status and message of what a request as a whole is refused with. */
function refusalOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return `${error.status} ${error.code}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

const parsed = {
  key: '/sales/zj/hz e-1',
  id: 'e-1',
  source: '/sales/zj/hz',
  type: 'yxzy.stage.completed',
  subject: '330100000001',
  at: Date.parse('2026-11-20T01:30:00Z'),
  receivedAt: NOW,
  data: { process: '高压新装', stage: '业务受理', operator: { id: 'u1' } },
};
const headers = {
  'ce-specversion': '1.0',
  'ce-id': 'e-1',
  'ce-source': '/sales/zj/hz',
  'ce-type': 'yxzy.stage.completed',
  'ce-subject': '330100000001',
  'ce-time': '2026-11-20T09:30:00+08:00',
};

describe('the four content types', () => {
  it('reads one structured event', () => {
    expect(parse(request(cloudEvent()))).toEqual([{ index: 0, id: 'e-1', event: parsed }]);
  });

  it('keeps the three times and the sequence apart', () => {
    const event = cloudEvent({ recordedtime: '2026-11-20T09:45:00+08:00', sequence: '0007' });
    expect(parse(request(event))).toEqual([
      {
        index: 0,
        id: 'e-1',
        event: { ...parsed, recordedAt: Date.parse('2026-11-20T01:45:00Z'), sequence: '0007' },
      },
    ]);
  });

  it('reads a batch, each event on its own', () => {
    const batch = [cloudEvent(), cloudEvent({ id: 'e-2', time: 'yesterday' }), cloudEvent({ id: 'e-3' })];
    const items = parse(request(batch, BATCH));
    expect(items.map((item) => [item.index, item.id, 'event' in item])).toEqual([
      [0, 'e-1', true],
      [1, 'e-2', false],
      [2, 'e-3', true],
    ]);
  });

  it('takes an empty batch for what it is', () => {
    expect(parse(request('[ ]', BATCH))).toEqual([]);
  });

  it('reads NDJSON and rejects only the line that is bad', () => {
    const body = `${JSON.stringify(cloudEvent())}\r\n\n{"id": \n${JSON.stringify(cloudEvent({ id: 'e-4' }))}\n[1]\n\n`;
    expect(parse(request(body, NDJSON))).toEqual([
      { index: 0, id: 'e-1', event: parsed },
      { index: 2, errors: [{ path: '', message: 'the line is not valid JSON' }] },
      { index: 3, id: 'e-4', event: { ...parsed, key: '/sales/zj/hz e-4', id: 'e-4' } },
      { index: 4, errors: [{ path: '', message: 'an event must be a JSON object' }] },
    ]);
  });

  it('rejects only the NDJSON line that is not UTF-8', () => {
    const gbk = Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xc4, 0xe3]), Buffer.from('"}\n')]);
    const body = Buffer.concat([gbk, Buffer.from(JSON.stringify(cloudEvent()))]);
    const [bad, good] = parse(request(body, NDJSON));
    expect(bad).toEqual({
      index: 0,
      errors: [{ path: '', message: 'is not valid UTF-8 (GBK perhaps?); send UTF-8' }],
    });
    expect(good).toEqual({ index: 1, id: 'e-1', event: parsed });
  });

  it('reads binary mode: attributes from ce- headers, data from the body', () => {
    expect(parse(binaryRequest(headers, parsed.data))).toEqual([{ index: 0, id: 'e-1', event: parsed }]);
  });

  it('undoes quotes, then percent-encoding, in ce- headers', () => {
    const encoded = {
      ...headers,
      'ce-id': '"e\\-%31"',
      'ce-subject': '%E5%B7%A5%E5%8D%95-7',
      'ce-time': '2026-11-20T09:30:00%2B08:00',
    };
    expect(parse(binaryRequest(encoded, parsed.data))).toEqual([
      { index: 0, id: 'e-1', event: { ...parsed, subject: '工单-7' } },
    ]);
  });

  it('reads a binary event without data, which needs no content type', () => {
    const heartbeat = { ...headers, 'ce-type': 'yxzy.workorder.closed' };
    expect(parse({ contentType: undefined, headers: heartbeat, body: Buffer.alloc(0) })).toEqual([
      { index: 0, id: 'e-1', event: { ...parsed, type: 'yxzy.workorder.closed', data: {} } },
    ]);
  });

  it('does not look at charset utf-8, letter case or a byte order mark', () => {
    const body = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(JSON.stringify(cloudEvent()))]);
    expect(parse(request(body, 'Application/CloudEvents+JSON; charset="UTF-8"'))).toHaveLength(1);
    expect(parse(request(body, `${NDJSON};charset=utf-8`))[0]).toHaveProperty('event');
  });

  it('treats an attribute that is null as absent, as CloudEvents says', () => {
    const event = cloudEvent({
      recordedtime: null,
      sequence: null,
      dataschema: null,
      data: null,
      type: 'x.y',
    });
    expect(parse(request(event))).toEqual([
      { index: 0, id: 'e-1', event: { ...parsed, type: 'x.y', data: {} } },
    ]);
  });

  it('lets extensions pass that it does not know', () => {
    expect(errorsOf(request(cloudEvent({ traceparent: '00-ab-cd-01', retries: 3, replay: true })))).toEqual(
      [],
    );
  });
});

describe('a request that is wrong as a whole', () => {
  const accepted = [
    'application/cloudevents+json',
    'application/cloudevents-batch+json',
    'application/x-ndjson',
    'application/json (binary mode, with ce- headers)',
  ];
  it.each([
    ['text/plain', 'The content type text/plain is not accepted.'],
    ['application/cloudevents+avro', 'The content type application/cloudevents+avro is not accepted.'],
    [undefined, 'The content type (none) is not accepted.'],
    [
      'application/json',
      'application/json is accepted in binary mode only, and there are no ce- headers. For an event in the body send application/cloudevents+json.',
    ],
  ])('says which content types there are, for %s', (contentType, message) => {
    const run = () => parse({ contentType, headers: {}, body: Buffer.from('{}') });
    expect(refusalOf(run)).toBe(`415 unsupported_media_type: ${message}`);
    expect(run).toThrow(expect.objectContaining({ details: { allowed: accepted } }));
  });

  it.each([
    [
      'another charset',
      request(cloudEvent(), `${STRUCTURED}; charset=gbk`),
      '415 unsupported_media_type: The charset gbk is not accepted; send UTF-8.',
    ],
    [
      'a body that is not UTF-8',
      request(Buffer.from([0x7b, 0xc4, 0xe3, 0x7d])),
      '400 invalid_request: The body is not valid UTF-8 (GBK perhaps?); send UTF-8.',
    ],
    ['an empty body', request(' \n'), '400 invalid_request: The body is empty.'],
    [
      'an empty NDJSON body',
      request('\n\n', NDJSON),
      '400 invalid_request: The body is empty: send one event a line.',
    ],
    [
      'JSON that ends too early',
      request('{"id":'),
      '400 invalid_request: The body is not a valid JSON text. Nothing was stored.',
    ],
    [
      'JSON with something after it',
      request(`${JSON.stringify(cloudEvent())} x`),
      '400 invalid_request: The body is not a valid JSON text. Nothing was stored.',
    ],
    [
      'NaN',
      request('{"a":NaN}'),
      '400 invalid_request: The body is not a valid JSON text. Nothing was stored.',
    ],
    [
      'a batch that is no list',
      request(cloudEvent(), BATCH),
      '400 invalid_request: The body is not a valid JSON list. Nothing was stored.',
    ],
    [
      'a batch that ends too early',
      request('[{},{}', BATCH),
      '400 invalid_request: The body is not a valid JSON list. Nothing was stored.',
    ],
    [
      'a batch closed by a brace',
      request('[{}}', BATCH),
      '400 invalid_request: The body is not a valid JSON list. Nothing was stored.',
    ],
    [
      'a batch with a broken element',
      request('[{},{"a" 1}]', BATCH),
      '400 invalid_request: The body is not valid JSON: element 1 of the list cannot be read. Nothing was stored.',
    ],
    [
      'a batch with a comma too many',
      request('[{},]', BATCH),
      '400 invalid_request: The body is not valid JSON: element 1 of the list cannot be read. Nothing was stored.',
    ],
    [
      'a binary body that is not JSON',
      binaryRequest(headers, 'no'),
      '400 invalid_request: The body is not a valid JSON text. Nothing was stored.',
    ],
    [
      'a binary body without a type',
      { contentType: '', headers, body: Buffer.from('{}') },
      '415 unsupported_media_type: The content type of the data is missing.',
    ],
    [
      'an event that is too large',
      request(cloudEvent({ data: { a: 'x'.repeat(65_536) } })),
      '413 too_large: The event has 65698 bytes; at most 65536 are accepted.',
    ],
  ])('refuses %s', (_, toParse, refusal) => {
    expect(refusalOf(() => parse(toParse))).toBe(refusal);
  });

  it('refuses a body beyond the limit, and more events than the limit', () => {
    expect(refusalOf(() => parse(request(cloudEvent()), { maxBodyBytes: 100 }))).toMatch(
      /^413 too_large: The body has \d+ bytes; at most 100 are accepted. Send fewer events at once.$/,
    );
    const batch = Array.from({ length: 4 }, (_, i) => cloudEvent({ id: `e-${i}` }));
    const many = '413 too_large: More than 3 events in one request. Send them in several requests.';
    expect(refusalOf(() => parse(request(batch, BATCH), { maxEvents: 3 }))).toBe(many);
    const lines = batch.map((event) => JSON.stringify(event)).join('\n');
    expect(refusalOf(() => parse(request(lines, NDJSON), { maxEvents: 3 }))).toBe(many);
    expect(parse(request(batch, BATCH), { maxEvents: 4 })).toHaveLength(4);
  });

  it('rejects only the event of a batch that is too large, without parsing it', () => {
    const big = `{"id":"big","data":"${'x'.repeat(300)}`;
    const body = `[${JSON.stringify(cloudEvent())},${big}"}]`;
    expect(parse(request(body, BATCH), { maxEventBytes: 300 })[1]).toEqual({
      index: 1,
      errors: [{ path: '', message: 'the event has 322 bytes; at most 300 are accepted' }],
    });
  });
});

describe('what is accepted', () => {
  it('is kept exactly as it was sent: any JSON in data that passes comes back the same', () => {
    let passed = 0;
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ stringUnit: 'grapheme' })),
        (data) => {
          const sent = JSON.parse(JSON.stringify(data)) as object;
          const [item] = parse(request(cloudEvent({ type: 'other.type', data: sent })));
          if (!item || !('event' in item)) return;
          passed++;
          expect(item.event.data).toEqual(sent);
          expect(JSON.stringify(item.event.data)).toBe(JSON.stringify(sent));
        },
      ),
      { numRuns: 500 },
    );
    expect(passed).toBeGreaterThan(80);
  });

  it('is the same whether sent alone, in a batch, as a line or in binary mode', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.jsonValue()), (data) => {
        const event = cloudEvent({ type: 'other.type', data });
        const [alone] = parse(request(event));
        expect(parse(request([event], BATCH))).toEqual([alone]);
        expect(parse(request(JSON.stringify(event), NDJSON))).toEqual([alone]);
        expect(parse(binaryRequest({ ...headers, 'ce-type': 'other.type' }, data))).toEqual([alone]);
      }),
    );
  });
});
