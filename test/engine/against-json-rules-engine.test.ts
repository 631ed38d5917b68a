import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileConditions } from '../../src/engine/compile-conditions.js';
import { FACT_CATALOGUE } from '../../src/engine/fact-catalogue.js';
import { OPERATORS } from '../../src/engine/operators.js';
import type { ConditionLeaf, Conditions } from '../../src/engine/rule-file.js';
import { anyConditions, anyScope } from './random-rules.js';
import { makeStockVerdict } from './stock-verdict.js';

/** Pairs of a rule and the facts it is looked at with: `SCREEN_PAIRS=100000` for the long run. */
const PAIRS = Number(process.env['SCREEN_PAIRS'] ?? 5_000);
const SCOPES_A_RULE = 8;

function leavesOf(node: Conditions | ConditionLeaf): ConditionLeaf[] {
  if ('all' in node) return node.all.flatMap(leavesOf);
  if ('any' in node) return node.any.flatMap(leavesOf);
  return 'not' in node ? leavesOf(node.not) : [node];
}

describe('screen and verdict against json-rules-engine as it comes', () => {
  it(`agree on ${PAIRS} random pairs of rule and facts wherever all is known, and nothing throws`, async () => {
    const screens = { no: 0, maybe: 0, unknown: 0 };
    const stock = { yes: 0, no: 0, threw: 0 };
    const facts = new Set<string>();
    const operators = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        anyConditions,
        fc.array(anyScope, { minLength: SCOPES_A_RULE, maxLength: SCOPES_A_RULE }),
        async (conditions, scopes) => {
          const compiled = compileConditions(conditions);
          const ask = makeStockVerdict(conditions);
          for (const { fact, operator } of leavesOf(conditions)) {
            facts.add(fact);
            operators.add(operator);
          }
          for (const scope of scopes) {
            const screen = compiled.screen(scope);
            const verdict = await ask(scope);
            screens[screen] += 1;
            stock[verdict] += 1;
            // Never lost, and never more than json-rules-engine itself would find.
            if (screen === 'no') expect(verdict).not.toBe('yes');
            if (screen === 'maybe') expect(verdict).not.toBe('no');
            const { outcome } = await compiled.evaluate(scope);
            expect(outcome).toBe({ no: 'no_hit', maybe: 'hit', unknown: 'not_evaluated' }[screen]);
          }
        },
      ),
      { numRuns: Math.ceil(PAIRS / SCOPES_A_RULE) },
    );
    // The generators reach everything there is.
    expect([...facts].sort()).toEqual([...FACT_CATALOGUE.keys()].sort());
    expect([...operators].sort()).toEqual([...OPERATORS.keys()].sort());
    expect(Math.min(screens.no, screens.maybe, screens.unknown)).toBeGreaterThan(PAIRS / 20);
    expect(Math.min(stock.yes, stock.no, stock.threw)).toBeGreaterThan(0);
  }, 300_000);
});
