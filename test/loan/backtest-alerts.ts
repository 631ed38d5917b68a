import { join } from 'node:path';
import type { Alert } from '../../src/alerts/alert.js';
import { assembleSides } from '../../src/backtest/load-sides.js';
import { readEventFile } from '../../src/backtest/read-event-file.js';
import { runBacktest } from '../../src/backtest/run-backtest.js';
import { readRuleFolder } from '../../src/engine/load-rules.js';
import { DEFAULT_EVENT_LIMITS } from '../../src/events/event-limits.js';
import { openImportFile } from '../../src/import/open-import-file.js';
import { makeXesMapping, readMappingFile } from '../../src/import/xes-mapping.js';
import { openRuleContext } from '../../src/open-content.js';
import { alertTexts, LOAN_DIR } from './alerted-cases.js';

/** The alerts that a backtest of examples/loan against itself raises over a log up to now, as `LoanRun.texts` tells them. */
export async function backtestLoanLog(
  path: string,
): Promise<{ readonly live: string[]; readonly candidate: string[]; readonly seconds: number }> {
  const context = await openRuleContext({ dir: LOAN_DIR, timeZone: 'Europe/Amsterdam' });
  const texts = await readRuleFolder(LOAN_DIR, []);
  const sides = await assembleSides({ texts, context }, { texts, context });
  if ('errors' in sides) throw new Error(JSON.stringify(sides.errors[0]));
  const mapping = makeXesMapping(await readMappingFile(join(LOAN_DIR, '_xes-mapping.json')));
  const file = readEventFile(await openImportFile(path), mapping, DEFAULT_EVENT_LIMITS, Date.now());
  const found: { live: Alert[]; candidate: Alert[] } = { live: [], candidate: [] };
  const { seconds } = await runBacktest({
    events: file.batches,
    knownBy: 'recorded',
    to: Date.now(),
    ...sides,
    feedSilentAfterMs: 900_000,
    examples: 3,
    maxEvents: 1_000_000,
    onAlerts(live, candidate) {
      found.live.push(...live);
      found.candidate.push(...candidate);
    },
  });
  return { live: alertTexts(found.live), candidate: alertTexts(found.candidate), seconds };
}
