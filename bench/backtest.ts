import { join } from 'node:path';
import { readEventFile } from '../src/backtest/read-event-file.js';
import { runBacktest } from '../src/backtest/run-backtest.js';
import { readConfig } from '../src/config.js';
import { makeRuleSet } from '../src/engine/make-rule-set.js';
import type { RuleFile } from '../src/engine/rule-file.js';
import { DEFAULT_EVENT_LIMITS } from '../src/events/event-limits.js';
import { openImportFile } from '../src/import/open-import-file.js';
import { makeXesMapping, readMappingFile } from '../src/import/xes-mapping.js';
import { openContent } from '../src/open-content.js';
import { toProcessCatalogue } from '../src/work-orders/catalogue.js';
import type { BenchArguments } from './support/arguments.js';
import { changedLoanRules, moreLoanRules } from './support/loan-rules.js';
import { usageOf } from './support/process-usage.js';
import { printTable, say, writeResult } from './support/report.js';

const LOAN_DIR = 'examples/loan';

/**
 * A backtest of twenty rules against twenty others over a log: the real one where LOAN_LOG names it, else the made-up one. First
 * rules as people write them, then with a sweep that raises an alert for nearly everything. Time of each, and memory of this
 * process so far; reading and parsing included.
 */
export async function runBacktestBench(_args: BenchArguments): Promise<void> {
  writeResult('backtest', { ordinary: await measure(false), everyStage: await measure(true) });
}

async function measure(everyStage: boolean) {
  const { loanLog = join(LOAN_DIR, 'sample.xes.gz') } = readConfig();
  const { calendar, catalogue, rules } = await openContent({ dir: LOAN_DIR, timeZone: 'Europe/Amsterdam' });
  const files = [...rules.map(({ rule }) => rule.file), ...(await moreLoanRules(everyStage))];
  const sideOf = (ofSide: readonly RuleFile[]) => ({
    ruleSet: makeRuleSet(ofSide, toProcessCatalogue(catalogue)),
    calendar,
  });
  const sides = { live: sideOf(files), candidate: sideOf(await changedLoanRules(files)) };
  const mapping = makeXesMapping(await readMappingFile(join(LOAN_DIR, '_xes-mapping.json')));
  const file = readEventFile(await openImportFile(loanLog), mapping, DEFAULT_EVENT_LIMITS, Date.now());
  let readAt = 0;
  const startedAt = performance.now();
  const before = usageOf(process.pid);
  const result = await runBacktest({
    events: file.batches,
    rejected: file.rejected,
    knownBy: 'recorded',
    ...sides,
    feedSilentAfterMs: 900_000,
    examples: 3,
    maxEvents: 1_000_000,
    report: ({ phase }) => {
      if (phase === 'reading') readAt = performance.now();
    },
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const readingSeconds = (readAt - startedAt) / 1000;
  const { cpuMs, peakMb } = usageOf(process.pid);
  const { events, live, candidate, total } = result;
  const row = {
    events: events.replayed,
    rules: live.rules,
    candidateRules: candidate.rules,
    seconds,
    readingSeconds,
    cpuSeconds: (cpuMs - before.cpuMs) / 1000,
    eventsPerSecond: events.replayed / seconds,
    peakMb,
    alerts: total.live,
    candidateAlerts: total.candidate,
  };
  printTable(
    `${everyStage ? 'with a sweep over every stage' : 'ordinary rules'}: a backtest of ${live.rules} rules against ${candidate.rules} over ${events.replayed} events of ${events.records} applications`,
    ['seconds', 'of them reading', 'CPU seconds', 'events/s', 'peak MiB', 'alerts', 'of the candidate'],
    [[seconds, readingSeconds, row.cpuSeconds, row.eventsPerSecond, peakMb, total.live, total.candidate]],
  );
  for (const { rule, live: before, candidate: after, liveShadow } of result.rules)
    say(`  ${rule}: ${before} → ${after}${liveShadow > 0 ? ` (${liveShadow} in trial)` : ''}`);
  return row;
} // prettier-ignore
