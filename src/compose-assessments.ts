import type { Connection } from 'mongoose';
import type { BusinessCalendar } from './calendar/business-calendar.js';
import { makeAssessmentStore } from './assessment/assessment-store.js';
import { makeChargeFinding } from './assessment/charge-finding.js';
import type { AssessmentTable } from './assessment/assessment-table.js';
import { type FollowConfirmationsDeps, makeFollowConfirmations } from './assessment/follow-confirmations.js';
import { makeFreezeMonth } from './assessment/freeze-month.js';
import { makeStatisticsMonths } from './assessment/statistics-month.js';
import { makeStepAssessment, type StepAssessmentDeps } from './assessment/step-assessment.js';

export interface ComposeAssessmentsOptions
  extends
    Pick<FollowConfirmationsDeps, 'changeFeed' | 'positions' | 'alertStore'>,
    Pick<StepAssessmentDeps, 'audit' | 'now'> {
  readonly connection: Connection;
  readonly table: AssessmentTable;
  readonly calendar: BusinessCalendar;
}

/** Wires the assessment ledger and creates its indexes. Starts nothing. */
export async function composeAssessments(options: ComposeAssessmentsOptions) {
  const { connection, table, calendar, changeFeed, positions, alertStore, audit, now } = options;
  const store = makeAssessmentStore(connection);
  await store.init();
  const months = makeStatisticsMonths(table.monthStartsOn, calendar);
  const chargeFinding = makeChargeFinding({ store, table, months, calendar, now });
  const follow = makeFollowConfirmations({
    changeFeed,
    positions,
    alertStore,
    store,
    chargeFinding,
    table,
    months,
    now,
  });
  return {
    store,
    months,
    ...follow,
    chargeFinding,
    stepAssessment: makeStepAssessment({ store, audit, months, now }),
    freezeMonth: makeFreezeMonth({ store, audit, months, now }),
  };
}
export type Assessments = Awaited<ReturnType<typeof composeAssessments>>;
