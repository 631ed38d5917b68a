import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RuleCounts } from '../../src/rule-health/count-looks.js';
import { makeRecordRuleHealth } from '../../src/rule-health/record-rule-health.js';
import { makeRuleHealthStore, type RuleHealthStore } from '../../src/rule-health/rule-health-store.js';
import { openTestMongo } from '../support/services.js';

const NONE = { hit: 0, no_hit: 0, not_evaluated: 0, error: 0, timed: 0, timedMs: 0, maxMs: 0, slow: 0 };
const counts = (more: Partial<RuleCounts>): RuleCounts => ({
  rule: 'r1', version: 1, ...NONE, missing: new Map(), ...more,
}); // prettier-ignore

describe('the counts of rules', () => {
  let store: RuleHealthStore;
  let close: () => Promise<void>;
  beforeAll(async () => {
    const mongo = await openTestMongo();
    close = mongo.close;
    store = makeRuleHealthStore(mongo.connection);
    await store.init();
  });
  afterAll(() => close());

  it('of all processes and days are summed by rule and version', async () => {
    const missing = new Map([['signature.missing(document=受理单,roles=[a])', 2]]);
    await store.add('2026-11-20', [counts({ hit: 2, missing, maxMs: 3, lastHitAt: 10 })]);
    await store.add('2026-11-20', [counts({ hit: 1, missing, maxMs: 2, lastHitAt: 9 })]);
    await store.add('2026-11-21', [
      counts({ no_hit: 5, error: 1, lastError: 'broken', lastErrorAt: 20 }),
      counts({ version: 2, hit: 7 }),
    ]);
    await store.add('2026-11-23', [counts({ hit: 100 })]);
    expect(await store.sum({ from: '2026-11-20', to: '2026-11-22' })).toEqual([
      counts({
        hit: 3,
        no_hit: 5,
        error: 1,
        maxMs: 3,
        missing: new Map([['signature.missing(document=受理单,roles=[a])', 4]]),
        lastHitAt: 10,
        lastError: 'broken',
        lastErrorAt: 20,
      }),
      counts({ version: 2, hit: 7 }),
    ]);
  });

  it('that a store which is away did not take are stored with the next flush, once', async () => {
    let isAway = true;
    let taken = [counts({ rule: 'kept', hit: 3 })];
    const health = makeRecordRuleHealth({
      counter: { take: () => taken.splice(0) },
      store: { add: (date, items) => (isAway ? Promise.reject(new Error('away')) : store.add(date, items)) },
      dateOf: () => '2026-11-24',
      now: () => 0,
    });
    await expect(health.flush()).rejects.toThrow('away');
    isAway = false;
    taken = [counts({ rule: 'kept', hit: 4 })];
    await health.flush();
    await health.flush();
    expect(await store.sum({ from: '2026-11-24', to: '2026-11-24' })).toEqual([
      counts({ rule: 'kept', hit: 7 }),
    ]);
  });
});
