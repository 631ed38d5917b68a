import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import type { Limit } from '../../src/calendar/business-calendar.js';
import type { KnownLimit } from '../../src/coverage/known-limits.js';
import { loadKnownLimits } from '../../src/coverage/load-coverage.js';
import { coverLimits, findLimitProblems } from '../../src/coverage/measure-limits.js';
import type { RuleFile } from '../../src/engine/rule-file.js';
import { ruleFile } from '../support/rule-file.js';
import { loadProjectRules } from './load-project-rules.js';
import { LIMIT_LAYERS, makeLimitLayers } from './update-limit-layers.js';

const limit = (changes: Partial<KnownLimit> = {}): KnownLimit => ({
  id: 'a',
  item: '答复',
  clock: '受理→答复',
  customers: '全部',
  kind: 'max',
  value: 3,
  unit: 'workingDay',
  layer: 'regulation',
  source: '某规则',
  year: 2020,
  certainty: 'seen',
  ...changes,
});
const naming = (changes: Partial<RuleFile['basis'][number]> = {}) =>
  ruleFile({
    id: 'late',
    basis: [{ document: '某规则', layer: 'regulation', certainty: 'seen', limits: ['a'], ...changes }],
  });

describe('the collected time limits', () => {
  it('are all there: each entry of the collection, once, in its order', async () => {
    // The list of what was collected, kept apart from the file that the service reads.
    const collected = JSON.parse(
      await readFile('test/rules/fixtures/time-limit-ids.json', 'utf8'),
    ) as string[];
    expect(collected).toHaveLength(137);
    expect((await loadKnownLimits('rules')).map(({ id }) => id)).toEqual(collected);
  });

  it('each have a rule, or the reason why none stands for them; layer and certainty are those of the rule', async () => {
    const { files } = await loadProjectRules();
    const rules = files.map(({ rule }) => rule.file);
    expect(findLimitProblems(await loadKnownLimits('rules'), rules)).toEqual([]);
  });

  it('have the very value in the clock of the rule that stands for them', async () => {
    const { files, parameters } = await loadProjectRules();
    const rules = new Map(files.map(({ rule }) => [rule.id, rule.file]));
    const wrong: string[] = [];
    let compared = 0;
    for (const { limit: known, rules: ids } of coverLimits(await loadKnownLimits('rules'), [
      ...rules.values(),
    ]))
      for (const id of ids) {
        const trigger = rules.get(id)?.trigger;
        if (trigger?.on !== 'deadline') continue;
        compared += 1;
        const own: Limit =
          'parameter' in trigger.limit ? parameters.limitOf(trigger.limit.parameter, {}) : trigger.limit;
        if (own.value !== known.value || own.unit !== known.unit)
          wrong.push(`${id}: ${own.value} ${own.unit}, collected as ${known.value} ${known.unit}`);
      }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(60);
  });

  it('are found wanting: without a rule, with a needless reason, unknown, of another layer, surer than they are', () => {
    expect(findLimitProblems([limit()], [])).toEqual(['时限 a（答复，某规则）：没有规则，也没有写明理由']);
    expect(findLimitProblems([limit({ withoutRule: '不归本系统' })], [])).toEqual([]);
    expect(findLimitProblems([limit({ withoutRule: '不归本系统' })], [naming()])).toHaveLength(1);
    expect(findLimitProblems([limit()], [naming()])).toEqual([]);
    expect(findLimitProblems([limit()], [naming({ limits: ['a', 'b'] })])).toEqual([
      '规则 late：known-limits.json 中没有时限 b',
    ]);
    expect(findLimitProblems([limit()], [naming({ layer: 'promise' })])).toHaveLength(1);
    expect(findLimitProblems([limit({ certainty: 'generalKnowledge' })], [naming()])).toHaveLength(1);
    expect(findLimitProblems([limit(), limit()], [naming()])).toHaveLength(1);
    expect(findLimitProblems([limit()], [{ ...naming(), status: 'disabled' }])).toHaveLength(1);
  });
});

describe('docs/limit-layers.md', () => {
  it('is as limits and rules are (else run: node --import tsx test/rules/update-limit-layers.ts)', async () => {
    expect(await readFile(LIMIT_LAYERS, 'utf8')).toBe(await makeLimitLayers());
  });
});
