import { join } from 'node:path';
import type { Alert } from '../../src/alerts/alert.js';
import { makeImportFile } from '../../src/import/import-file.js';
import type { ImportSummary } from '../../src/import/import-summary.js';
import { openImportFile } from '../../src/import/open-import-file.js';
import { makeXesMapping, readMappingFile } from '../../src/import/xes-mapping.js';
import { openMongo } from '../../src/infra/open-mongo.js';
import { openTestService } from '../support/open-test-service.js';

export const LOAN_DIR = join(import.meta.dirname, '../../examples/loan');

/** What the service made of a log. */
export interface LoanRun {
  readonly summary: ImportSummary;
  /** Cases by the rule that alerted them; alerts that late events took back are left out. */
  readonly alerted: Map<string, Set<string>>;
  readonly alerts: number;
  /** Everything that the alerts say, those left out that late events took back; in order. */
  readonly texts: string[];
  readonly retracted: number;
  /** Events by what became of them. */
  readonly events: Readonly<Record<'received' | 'processed' | 'dead', number>>;
  /** Seconds from the first record to the last event processed, and of the pass over the limits that ran out. */
  readonly seconds: { readonly processed: number; readonly limits: number };
}

/** Runs a log through the whole service of examples/loan: import, inbox, queues, workers, minute pass, alerts. */
export async function runLoanLog(path: string, timeoutMs: number): Promise<LoanRun> {
  const test = await openTestService({ now: Date.now, rulesDir: LOAN_DIR, timeZone: 'Europe/Amsterdam' });
  const mongo = await openMongo({ uri: test.mongoUri, embedded: true });
  try {
    const { service } = test;
    const startedAt = Date.now();
    const importFile = makeImportFile({
      accept: (events) => service.acceptRawEvents(events),
      checkpoints: service.imports,
      now: Date.now,
      report: () => undefined,
    });
    const drained = test.drain(timeoutMs);
    const mapping = makeXesMapping(await readMappingFile(join(LOAN_DIR, '_xes-mapping.json')));
    const summary = await importFile({ file: await openImportFile(path), mapping });
    await drained;
    await test.drain(timeoutMs);
    const processedAt = Date.now();
    await test.passDeadlines();
    const doneAt = Date.now();

    const alerts = await mongo.connection.collection<Alert>('alerts').find({}).toArray();
    const alerted = new Map(service.content.ruleSet.rules.map(({ id }) => [id, new Set<string>()]));
    for (const { rule, recordId, retracted } of alerts) if (!retracted) alerted.get(rule.id)?.add(recordId);
    return {
      summary,
      alerted,
      alerts: alerts.length,
      texts: alertTexts(alerts.map(({ _id, ...alert }) => ({ ...alert, id: String(_id) }))),
      retracted: alerts.filter(({ retracted }) => retracted).length,
      events: await service.inbox.countByStatus(),
      seconds: { processed: (processedAt - startedAt) / 1_000, limits: (doneAt - processedAt) / 1_000 },
    };
  } finally {
    await mongo.close();
    await test.close();
  }
}

/** What does not depend on when the service was told: all but when it raised and closed, and how often it wrote. */
export function alertTexts(alerts: readonly Alert[]): string[] {
  return alerts
    .filter(({ retracted }) => !retracted)
    .map(({ id, episode, rule, severity, status, recordId, stage, title, conditions, phase, ...more }) => {
      const { dueAt, occurrences, firstAt, lastAt, closedAt, assignTo, responsible } = more;
      return JSON.stringify([
        id, episode, rule, severity, status, recordId, stage, title, conditions, phase,
        dueAt, occurrences, firstAt, lastAt, closedAt, assignTo, responsible,
      ]); // prettier-ignore
    })
    .sort();
}
