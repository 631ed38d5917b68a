import type { Alert } from '../../src/alerts/alert.js';
import type { BacktestResult } from '../../src/backtest/backtest-result.js';
import { runBacktest, type BacktestRequest } from '../../src/backtest/run-backtest.js';
import type { BusinessCalendar } from '../../src/calendar/business-calendar.js';
import { makeRuleSet } from '../../src/engine/make-rule-set.js';
import type { RuleFile } from '../../src/engine/rule-file.js';
import type { BusinessEvent } from '../../src/events/business-event.js';

/** A backtest of events at hand, with every alert that either set raised. */
export async function replay(
  events: readonly BusinessEvent[],
  options: {
    readonly live: readonly RuleFile[];
    readonly candidate: readonly RuleFile[];
    readonly calendar: BusinessCalendar;
    /** Default: the same one. */
    readonly candidateCalendar?: BusinessCalendar;
  } & Partial<Pick<BacktestRequest, 'from' | 'to' | 'knownBy' | 'examples' | 'maxEvents' | 'since'>>,
): Promise<{ result: BacktestResult; live: Alert[]; candidate: Alert[] }> {
  const { live, candidate, calendar, candidateCalendar = calendar, ...more } = options;
  const found = { live: [] as Alert[], candidate: [] as Alert[] };
  const result = await runBacktest({
    events: (async function* () {
      for (const event of events) yield await Promise.resolve([event]);
    })(),
    knownBy: 'received',
    live: { ruleSet: makeRuleSet(live), calendar },
    candidate: { ruleSet: makeRuleSet(candidate), calendar: candidateCalendar },
    feedSilentAfterMs: 15 * 60_000,
    examples: 5,
    maxEvents: 100_000,
    onAlerts(ofLive, ofCandidate) {
      found.live.push(...ofLive);
      found.candidate.push(...ofCandidate);
    },
    ...more,
  });
  return { result, ...found };
}
