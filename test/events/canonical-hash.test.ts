import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalHash, canonicalJson } from '../../src/events/canonical-hash.js';
import type { JsonObject, JsonValue } from '../../src/json.js';
import { cloudEvent, parse, request } from './event-samples.js';

const hashOf = (event: Record<string, unknown>) => {
  const [item] = parse(request(event));
  if (!item || !('event' in item)) throw new Error(JSON.stringify(item));
  return canonicalHash(item.event);
};
const json: fc.Arbitrary<JsonValue> = fc
  .jsonValue()
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonValue);

describe('canonicalJson', () => {
  it('does not depend on the order of keys', () => {
    const shuffled = fc
      .dictionary(fc.string(), json)
      .chain((object) =>
        fc.tuple(
          fc.constant(object),
          fc.shuffledSubarray(Object.keys(object), { minLength: Object.keys(object).length }),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([object, keys]) => {
        const other: JsonObject = Object.fromEntries(keys.map((key) => [key, object[key]]));
        expect(canonicalJson(other)).toBe(canonicalJson(object));
      }),
    );
  });

  it('is JSON of the same value, so that two different values never look the same', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('canonicalHash', () => {
  it('is the same for a resend, however its keys are ordered and its times are written', () => {
    const sent = cloudEvent({ recordedtime: '2026-11-20T09:40:00+08:00', sequence: '1' });
    const resent = Object.fromEntries(Object.entries(sent).reverse());
    expect(hashOf({ ...resent, time: '2026-11-20T01:30:00.000Z' })).toBe(hashOf(sent));
  });

  it.each([
    ['id', 'e-2'],
    ['source', '/sales/zj/nb'],
    ['type', 'yxzy.stage.arrived'],
    ['subject', '330100000002'],
    ['time', '2026-11-20T09:30:00.001+08:00'],
    ['recordedtime', '2026-11-20T09:31:00+08:00'],
    ['sequence', '2'],
    ['data', { process: '高压新装', stage: '业务受理', operator: { id: 'u2' } }],
  ])('is another when %s is another', (field, value) => {
    expect(hashOf(cloudEvent({ [field]: value }))).not.toBe(hashOf(cloudEvent()));
  });

  it('does not mix up a text in recordedtime’s place with one in sequence’s place', () => {
    const base = { id: '1', source: '/s', type: 'a.b', subject: 'w', at: 1, data: {} };
    expect(canonicalHash({ ...base, recordedAt: 5 })).not.toBe(canonicalHash({ ...base, sequence: '5' }));
  });
});
