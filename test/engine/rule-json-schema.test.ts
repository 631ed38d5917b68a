import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFile } from 'node:fs/promises';
import {
  conditionsJsonSchema,
  parametersJsonSchema,
  ruleJsonSchema,
  schemaText,
} from '../../src/engine/rule-json-schema.js';
import { ruleWith } from './fixtures.js';

const ajv7 = new Ajv({ strict: false, validateFormats: false });
const ajv = new Ajv2020({ strict: false, validateFormats: false });
const validate = ajv.compile(ruleJsonSchema());
interface Described {
  readonly description?: string;
  readonly $ref?: string;
}
const leaf = { fact: 'workOrder.sameCity', operator: 'equal', value: true };

describe('the JSON Schema for editors', () => {
  it('is 2020-12 and explains itself in Chinese', () => {
    const schema = ruleJsonSchema() as { $schema: string; properties: Record<string, Described>; $defs: Record<string, Described> };
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    for (const { description, $ref = '' } of Object.values(schema.properties))
      expect(description ?? schema.$defs[$ref.replace('#/$defs/', '')]?.description).toMatch(/\p{Script=Han}/u);
  }); // prettier-ignore

  it('says the same in draft 7, which knows no $defs', () => {
    const old = ruleJsonSchema({}, 'draft-07');
    expect(old['$schema']).toBe('http://json-schema.org/draft-07/schema#');
    expect(schemaText(old)).not.toContain('$defs');
    const validate7 = ajv7.compile(old);
    expect(validate7(ruleWith())).toBe(true);
    expect(validate7({ ...ruleWith(), conditions: { all: [{ ...leaf, fact: 'x' }] } })).toBe(false);
    expect(validate7({ ...ruleWith(), conditions: { all: [{ ...leaf, operator: 'lessThan', value: 1 }] } })).toBe(false);
  }); // prettier-ignore

  it('names what a rules folder has, and refuses other names', () => {
    const names = { processes: ['过户'], stages: ['业务受理'], orgUnits: [{ name: 'HZ', zh: '杭州' }] };
    for (const check of [ajv.compile(ruleJsonSchema(names)), ajv7.compile(ruleJsonSchema(names, 'draft-07'))]) {
      expect(check({ ...ruleWith(), appliesTo: { processes: ['过户'], stages: ['业务*'], orgUnits: ['HZ'] } })).toBe(true);
      expect(check({ ...ruleWith(), appliesTo: { processes: ['过'] } })).toBe(false);
      expect(check({ ...ruleWith(), appliesTo: { orgUnits: ['NB'] } })).toBe(false);
    }
  }); // prettier-ignore

  it('has one for parameter files and one for shared conditions', () => {
    const parameters = ajv7.compile(parametersJsonSchema({}, 'draft-07'));
    const group = { group: 'hall', name: '营业厅', basis: [{ document: '规定' }], parameters: { many: { name: '多', type: 'number', default: 3 } } };
    expect(parameters(group)).toBe(true);
    expect(parameters({ ...group, sets: [{ name: '新' }] })).toBe(false);
    const shared = ajv7.compile(conditionsJsonSchema({}, 'draft-07'));
    expect(shared({ id: 'same-city', name: '同城', conditions: { all: [leaf] } })).toBe(true);
    expect(shared({ id: 'same-city', name: '同城', conditions: { all: [] } })).toBe(false);
  }); // prettier-ignore

  it('takes good rules', async () => {
    const good = [
      ruleWith(),
      ruleWith({ conditions: { not: { any: [leaf, { all: [leaf] }] } } }),
      ruleWith({
        conditions: {
          all: [
            { fact: 'elapsed.minutes', params: { from: 'now', to: { fact: 'milestone.at', params: { name: 'fee.paid' } } }, operator: 'greaterThan', value: 5 },
            { fact: 'now', operator: 'after', value: { fact: 'stage.arrivedAt' } },
            { fact: 'event.data', params: { field: 'phone' }, operator: 'hasFormat', value: 'phone' },
          ],
        },
      }),
      JSON.parse(await readFile(new URL('../../rules/_template.json', import.meta.url), 'utf8')) as object,
    ]; // prettier-ignore
    for (const rule of good) {
      validate(rule);
      expect(validate.errors).toBeNull();
    }
  });

  it.each([
    ['an unknown field', { tilte: 1 }],
    ['an unknown fact', { conditions: { all: [{ ...leaf, fact: 'x' }] } }],
    ['an unknown operator', { conditions: { all: [{ ...leaf, operator: 'x' }] } }],
    ['an operator on a wrong type', { conditions: { all: [{ ...leaf, operator: 'lessThan', value: 1 }] } }],
    ['a value of a wrong type', { conditions: { all: [{ fact: 'workOrder.returns', operator: 'lessThan', value: '1' }] } }],
    ['a missing parameter', { conditions: { all: [{ fact: 'document.received', operator: 'equal', value: true }] } }],
    ['an unknown parameter', { conditions: { all: [{ ...leaf, params: { x: 1 } }] } }],
    ['an unknown format', { conditions: { all: [{ fact: 'workOrder.process', operator: 'hasFormat', value: 'x' }] } }],
    ['path', { conditions: { all: [{ ...leaf, path: '$.x' }] } }],
    ['an empty all', { conditions: { all: [] } }],
    ['all beside any', { conditions: { all: [leaf], any: [leaf] } }],
    ['an unknown trigger', { trigger: { on: 'windows' } }],
  ])('marks %s', (_what, fields) => {
    expect(validate({ ...ruleWith(), ...fields })).toBe(false);
  });
}); // prettier-ignore
