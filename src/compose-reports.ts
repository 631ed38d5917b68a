import type { Connection } from 'mongoose';
import type { Alert } from './alerts/alert.js';
import type { AlertStore } from './alerts/alert-store.js';
import type { Content } from './open-content.js';
import { makeReconcile } from './reconciliation/make-reconcile.js';
import { makeStatementSigning } from './reconciliation/statement-signing.js';
import { makeStatementStore } from './reconciliation/statement-store.js';
import { makeStatisticsMonths } from './assessment/statistics-month.js';
import { makeAlertFiguresReader } from './reports/alert-figures.js';
import { makeMakeReport } from './reports/make-report.js';
import { makeDayFiguresStore } from './reports/day-figures-store.js';

export interface ComposeReportsOptions {
  readonly connection: Connection;
  readonly content: Pick<Content, 'reports' | 'assessment' | 'orgUnits' | 'calendar'>;
  readonly alertStore: AlertStore;
  readonly plan: (alert: Alert, now: number) => Alert;
  readonly now: () => number;
}

/** Wires reconciliation and reports and creates their indexes. Starts nothing. */
export async function composeReports(options: ComposeReportsOptions) {
  const { connection, content, alertStore, plan, now } = options;
  const { orgUnits, calendar } = content;
  const statements = makeStatementStore(connection);
  const figures = makeDayFiguresStore(connection);
  await statements.init();
  await figures.init();
  const reconcile = makeReconcile({
    statements,
    alertStore,
    content: content.reports.reconciliation,
    orgUnitName: (code) => orgUnits.get(code)?.name ?? code,
    dateOf: (at) => calendar.dateOf(at),
    plan,
    now,
  });
  const signing = makeStatementSigning({
    statements,
    alertStore,
    content: content.reports.reconciliation.signing,
    calendar,
    plan,
    now,
  });
  const makeReport = makeMakeReport({
    figures,
    alerts: makeAlertFiguresReader(connection),
    stages: content.reports.stages,
    months: makeStatisticsMonths(content.assessment.monthStartsOn, calendar),
    calendar,
    now,
  });
  return { statements, figures, reconcile, signing, makeReport };
}
export type Reports = Awaited<ReturnType<typeof composeReports>>;
