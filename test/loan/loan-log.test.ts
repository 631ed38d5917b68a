import { beforeAll, describe, expect, it } from '@jest/globals';
import { runLoanLog } from './alerted-cases.js';
import type { LoanRun } from './alerted-cases.js';
import { backtestLoanLog } from './backtest-alerts.js';
import { expectedCases, LOAN_RULES } from './oracle.js';

/** The real log, DOI 10.4121/uuid:3926db30-f712-4394-aebc-75976070e91f; its terms keep it out of the repository. */
const LOG = process.env['LOAN_LOG'];
const TWENTY_MINUTES = 1_200_000;

if (LOG === undefined || LOG === '') {
  describe('the real loan log (BPI Challenge 2012)', () => {
    it.skip('is skipped: name the file to run it, LOAN_LOG=/path/to/bpic2012.xes.gz npm test -- test/loan', () =>
      undefined);
  });
} else {
  describe('the real loan log (BPI Challenge 2012)', () => {
    let run: LoanRun;
    let expected: ReturnType<typeof expectedCases>;
    beforeAll(async () => {
      expected = expectedCases(LOG, Date.now());
      run = await runLoanLog(LOG, TWENTY_MINUTES);
      const { summary, seconds, alerts, retracted } = run;
      process.stderr.write(
        `loan log: ${summary.read} events stored at ${Math.round(summary.perSecond)}/s, processed after ${seconds.processed.toFixed(0)} s ` +
          `(${Math.round(summary.read / seconds.processed)}/s), limits passed in ${seconds.limits.toFixed(0)} s, ` +
          `${alerts} alerts, ${retracted} of them taken back\n`,
      );
    }, TWENTY_MINUTES);

    it('goes in wholly and is processed wholly', () => {
      expect(expected).toMatchObject({ cases: 13_087, events: 262_200 });
      expect(run.summary).toMatchObject({ read: 262_200, accepted: 262_200, duplicates: 0, rejected: 0 });
      expect(run.events).toEqual({ received: 0, processed: 262_200, dead: 0 });
    });

    it(
      'is judged by a backtest as by the running service, alert by alert',
      async () => {
        const { live, candidate, seconds } = await backtestLoanLog(LOG);
        process.stderr.write(`backtest of 9 rules against 9: ${seconds.toFixed(0)} s\n`);
        expect(live.length).toBeGreaterThan(5_000);
        expect(live).toEqual(run.texts);
        expect(candidate).toEqual(run.texts);
      },
      TWENTY_MINUTES,
    );

    it.each(LOAN_RULES)('has the cases of %s that a plain loop over the log finds', (rule) => {
      const cases = expected.sets.get(rule) ?? new Set();
      expect([...(run.alerted.get(rule) ?? [])].sort()).toEqual([...cases].sort());
      expect(cases.size).toBeLessThan(expected.cases / 5);
      // The real office never cancelled anything after approval; every other rule has something to find.
      if (rule === 'cancelled-after-approval') expect(cases.size).toBe(0);
      else expect(cases.size).toBeGreaterThan(40);
    });
  });
}
