import { describe, expect, it } from '@jest/globals';
import { makeProcessesReader, processesOfRules } from '../../src/coverage/processes-of-rules.js';
import { makeCatalogueLookup } from '../../src/engine/catalogue-lookup.js';
import { compileRule } from '../../src/engine/compile-rule.js';
import type { AppliesTo, Trigger } from '../../src/engine/rule-file.js';
import { CUSTOMER_CLASSES } from '../../src/events/event-types.js';
import { makeCatalogue, toProcessCatalogue } from '../../src/work-orders/catalogue.js';
import { ruleFile } from '../support/rule-file.js';

const catalogue = makeCatalogue([
  {
    process: '高压新装',
    source: 'test',
    stages: [{ stage: '业务受理' }, { stage: '装表', kinds: ['装表'] }],
  },
  { process: '销户', source: 'test', stages: [{ stage: '业务受理' }, { stage: '拆表' }] },
]);

describe('the processes of a rule', () => {
  const compile = (changes: { appliesTo?: AppliesTo; trigger?: Trigger }) =>
    compileRule(ruleFile({ id: 'a', ...changes }), makeCatalogueLookup(toProcessCatalogue(catalogue)));
  const of = (appliesTo?: AppliesTo) =>
    processesOfRules([compile(appliesTo ? { appliesTo } : {})], catalogue).get('a');

  it('are all where it names none', () => {
    expect(of()).toBe('all');
    expect(of({ stages: ['业务受理'] })).toBe('all');
    expect(of({ customerClasses: CUSTOMER_CLASSES.slice(0, 1) })).toBe('all');
  });

  it('are those that it names, and those that have a stage it names', () => {
    expect(of({ processes: ['高压*'] })).toEqual(['高压新装']);
    expect(of({ except: { processes: ['销户'] } })).toEqual(['高压新装']);
    expect(of({ stages: ['拆表'] })).toEqual(['销户']);
    expect(of({ stageKinds: ['装表'] })).toEqual(['高压新装']);
    expect(of({ processes: ['高压新装'], stages: ['拆表'] })).toEqual([]);
  });

  it('do not depend on the org units that it is for', () => {
    expect(of({ processes: ['销户'], orgUnits: ['33401'] })).toEqual(['销户']);
  });

  it('are none where it looks at halls or feeds', () => {
    const trigger: Trigger = { on: 'sweep', job: 'end-of-day', subject: 'hall' };
    expect(processesOfRules([compile({ trigger })], catalogue).get('a')).toEqual([]);
  });

  it('are found anew when another rule set comes into force', () => {
    let files = [{ rule: compile({ appliesTo: { processes: ['销户'] } }) }];
    const processesOf = makeProcessesReader({ catalogue, loaded: () => ({ files }) });
    expect(processesOf('a')).toEqual(['销户']);
    files = [{ rule: compile({}) }];
    expect(processesOf('a')).toBe('all');
    expect(processesOf('b')).toEqual([]);
  });
});
