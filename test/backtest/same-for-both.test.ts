import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makeSameForBoth } from '../../src/backtest/same-for-both.js';
import { makeRuleSet } from '../../src/engine/make-rule-set.js';
import type { RuleFile } from '../../src/engine/rule-file.js';
import type { BusinessEvent } from '../../src/events/business-event.js';
import { calendar } from '../engine/fixtures.js';
import { backtestRules, changedRules } from './backtest-rules.js';
import { END, streams } from './random-stream.js';
import { replay } from './replay.js';

/** Only the rule that watches documents has another limit. */
function shorterLimit(): RuleFile[] {
  return backtestRules().map((rule) =>
    rule.id === 'not-entered' && rule.trigger.on === 'deadline'
      ? { ...rule, version: 2, trigger: { ...rule.trigger, limit: { value: 20, unit: 'minute' } } }
      : rule,
  );
}

function side(rules: readonly RuleFile[]) {
  return { ruleSet: makeRuleSet(rules), calendar };
}

describe('what both rule sets judge alike', () => {
  it('comes out of one replay as it would out of two', async () => {
    const same = makeSameForBoth(side(backtestRules()), side(shorterLimit()));
    let shared = 0;
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(streams(4, 3), async (events) => {
        const sets = { live: backtestRules(), candidate: shorterLimit(), calendar, to: END };
        const once = await replay(events, sets);
        // Another calendar, if of the same days: nothing is taken to be the same.
        const twice = await replay(events, { ...sets, candidateCalendar: { ...calendar } });
        expect({ ...once, result: { ...once.result, seconds: 0 } }).toEqual({
          ...twice,
          result: { ...twice.result, seconds: 0 },
        });
        for (const subject of new Set(events.map((event) => event.subject))) {
          const ofRecord = events.filter((event) => event.subject === subject);
          if (same.record(ofRecord.map((event) => ({ event, knownAt: 0 })))) shared += 1;
        }
        compared += once.candidate.length;
      }),
      { numRuns: 15 },
    );
    expect(shared).toBeGreaterThan(0);
    expect(compared).toBeGreaterThan(0);
  }, 120_000);

  it('is a record that no rule that differs is triggered by, starts a clock for or sweeps over', () => {
    const of = (type: string) => [
      { event: { type: `yxzy.${type}`, data: {}, at: 0, subject: 'W1' } as BusinessEvent, knownAt: 0 },
    ];
    const same = makeSameForBoth(side(backtestRules()), side(shorterLimit()));
    expect(same.record(of('document.received'))).toBe(false);
    // It could only stop a clock, and there is none.
    expect(same.record(of('record.entered'))).toBe(true);
    expect(same.record(of('stage.completed'))).toBe(true);
    const removed = makeSameForBoth(
      side(backtestRules()),
      side(backtestRules().filter(({ id }) => id !== 'not-sent-by-evening')),
    );
    expect(removed.record(of('record.entered'))).toBe(false);
  });

  it('is a rule that is the same in both', () => {
    const same = makeSameForBoth(side(backtestRules()), side(changedRules()));
    expect(['feed-silent', 'many-closed', 'returned', 'not-entered'].map((id) => same.rule(id))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
