import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { makeSample } from '../../examples/loan/make-sample.js';
import { boundaryCases } from '../../examples/loan/sample/boundary-cases.js';
import { LOAN_DIR, runLoanLog } from './alerted-cases.js';
import type { LoanRun } from './alerted-cases.js';
import { backtestLoanLog } from './backtest-alerts.js';
import { expectedCases, LOAN_RULES } from './oracle.js';

const SAMPLE = join(LOAN_DIR, 'sample.xes.gz');

/** Worked out by hand; the boundary cases that are not named here alert nobody. */
const BY_HAND: Readonly<Record<string, readonly (typeof LOAN_RULES)[number][]>> = {
  'call-after-closing': ['offer-not-followed-up'],
  'call-before-offer': ['offer-not-followed-up'],
  'call-only-scheduled': ['offer-not-followed-up'],
  'call-only-completed': ['offer-not-followed-up'],
  'other-call': ['offer-not-followed-up'],
  'sent-on-saturday': ['offer-not-followed-up'],
  'christmas-too-late': ['offer-not-followed-up'],
  'easter-too-late': ['offer-not-followed-up'],
  'new-year': ['offer-not-followed-up'],
  'summer-time': ['offer-not-followed-up'],
  'first-offer-counts': ['offer-not-followed-up', 'offer-sent-twice'],
  'second-offer-after-call': ['offer-not-followed-up', 'offer-sent-twice'],
  'second-offer-in-time': ['offer-sent-twice'],
  'offer-and-call-at-once-wrong-order': ['offer-not-followed-up'],
  'never-followed': ['activation-late', 'application-idle', 'offer-not-followed-up'],
  'event-after-midnight': ['application-idle'],
  'idle-over-summer-time': ['application-idle'],
  'idle-twice': ['application-idle'],
  'left-open': ['application-idle'],
  'same-person': ['activated-by-acceptor'],
  'same-person-at-once': ['activated-by-acceptor'],
  'same-person-between-others': ['activated-by-acceptor'],
  'cancelled-after-approval': ['cancelled-after-acceptance', 'cancelled-after-approval'],
  'offer-cancelled-after-approval': ['cancelled-after-approval'],
  'cancelled-after-acceptance': ['cancelled-after-acceptance'],
  'cancelled-after-signed-offer': ['cancelled-after-signed-offer'],
  'two-offers-at-once': ['offer-sent-twice'],
  'three-offers': ['offer-sent-twice'],
  'decided-after-closing': ['activation-late'],
  'decided-too-late-after-christmas': ['activation-late', 'cancelled-after-acceptance'],
  'accepted-again': ['activation-late'],
  'large-seven-days': ['large-loan-activated-fast'],
  'large-from-saturday': ['large-loan-activated-fast'],
  'large-over-christmas': ['large-loan-activated-fast'],
};

describe('the made-up loan log', () => {
  let run: LoanRun;
  let expected: ReturnType<typeof expectedCases>;
  beforeAll(async () => {
    run = await runLoanLog(SAMPLE, 60_000);
    expected = expectedCases(SAMPLE, Date.now());
  }, 120_000);

  it('is what its generator makes', () => {
    expect(gunzipSync(readFileSync(SAMPLE)).toString()).toBe(makeSample());
  });

  it('goes in wholly and is processed wholly', () => {
    expect(run.summary).toMatchObject({
      read: expected.events,
      accepted: expected.events,
      duplicates: 0,
      rejected: 0,
    });
    expect(run.events).toEqual({ received: 0, processed: expected.events, dead: 0 });
  });

  it('alerts at every edge exactly what was worked out by hand', () => {
    const names = boundaryCases().map(({ name }) => name);
    expect(Object.keys(BY_HAND).filter((name) => !names.includes(name))).toEqual([]);
    const found = names.map((name) => [name, LOAN_RULES.filter((rule) => run.alerted.get(rule)?.has(name))]);
    expect(found).toEqual(names.map((name) => [name, BY_HAND[name] ?? []]));
  });

  it.each(LOAN_RULES)('has the cases of %s that a plain loop over the log finds', (rule) => {
    const cases = expected.sets.get(rule) ?? new Set();
    expect([...(run.alerted.get(rule) ?? [])].sort()).toEqual([...cases].sort());
    // Neither nothing nor everything: otherwise agreeing would prove little.
    expect(cases.size).toBeGreaterThanOrEqual(2);
    expect(cases.size).toBeLessThan(expected.cases / 2);
  });

  it('is judged by a backtest as by the running service, alert by alert', async () => {
    const { live, candidate } = await backtestLoanLog(SAMPLE);
    expect(live).toEqual(run.texts);
    expect(candidate).toEqual(run.texts);
  });

  it('has no rule that the loop does not know', () => {
    expect([...run.alerted.keys()].sort()).toEqual([...LOAN_RULES]);
  });
});
