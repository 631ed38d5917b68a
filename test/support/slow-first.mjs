import Sequencer from '@jest/test-sequencer';

/** Suites that take a minute and more, the longest first: begun last, each would keep one worker busy while the other is idle. */
const SLOW = [
  'test/loan/loan-log',
  'test/console/console-in-browser',
  'test/console/closing-in-browser',
  'test/access/access-table',
  'test/console/rules-in-browser',
  'test/access/hostile-queries',
  'test/console/system-in-browser',
  'test/bench/benches-run',
  'test/console/many-alerts-in-browser',
  'test/console/work-in-browser',
  'test/backtest/no-future-data',
  'test/e2e/start',
  'test/infra/start-stores',
];

/** Jest knows how long suites took only where they ran before; a fresh clone has nothing to go by. */
export default class SlowFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const at = SLOW.findIndex((name) => path.endsWith(`${name}.test.ts`));
      return at < 0 ? SLOW.length : at;
    };
    return super.sort(tests).toSorted((a, b) => rank(a) - rank(b));
  }
}
