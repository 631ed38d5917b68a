import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFile } from 'node:fs/promises';
import { ruleJsonSchema, ruleJsonSchemaText } from '../../src/engine/rule-json-schema.js';
import { ruleWith } from './fixtures.js';

const ajv = new Ajv2020({ strict: false, validateFormats: false });
const validate = ajv.compile(ruleJsonSchema());
const leaf = { fact: 'workOrder.sameCity', operator: 'equal', value: true };

describe('the JSON Schema for editors', () => {
  it('is committed as the code makes it (npm run yxrisk -- rules schema --write)', async () => {
    const committed = await readFile(new URL('../../rules/rule.schema.json', import.meta.url), 'utf8');
    expect(committed).toBe(ruleJsonSchemaText());
  });

  it('is 2020-12 and explains itself in Chinese', () => {
    const schema = ruleJsonSchema() as { $schema: string; properties: Record<string, { description?: string }> };
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    for (const { description } of Object.values(schema.properties)) {
      expect(description).toMatch(/\p{Script=Han}/u);
    }
  });

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
