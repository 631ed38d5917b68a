import type { Queue } from 'bullmq';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { AuditStore } from '../access/audit-store.js';
import type { Authenticate } from '../access/make-authenticate.js';
import type { AlertStream } from '../alerts/alert-stream.js';
import type { BacktestDesk } from '../backtest/jobs/backtest-desk.js';
import type { Sessions } from '../access/make-sessions.js';
import type { OpenIdSignIn } from '../access/open-id/make-open-id-sign-in.js';
import type { UserStore } from '../access/user-store.js';
import type { AlertReader } from '../alerts/find-alerts.js';
import type { AssessmentStore } from '../assessment/assessment-store.js';
import type { FreezeMonth } from '../assessment/freeze-month.js';
import type { StatisticsMonths } from '../assessment/statistics-month.js';
import type { StepAssessment } from '../assessment/step-assessment.js';
import type { AlertSummaryReader } from '../alerts/summarize-alerts.js';
import type { StepAlert } from '../alerts/step-alert.js';
import type { BusinessCalendar } from '../calendar/business-calendar.js';
import type { RuleExplanation } from '../engine/rule-explanation.js';
import type { Coverage } from '../coverage/measure-coverage.js';
import type { ProcessesOfRule } from '../coverage/processes-of-rules.js';
import type { RuleFile } from '../engine/rule-file.js';
import type { AcceptEvents } from '../events/accept-events.js';
import type { BusinessEvent } from '../events/business-event.js';
import type { StoredEvent } from '../events/event-document.js';
import type { EvidenceStore } from '../evidence/evidence-store.js';
import type { RecallRecord } from '../explain/recall-record.js';
import type { TryRule } from '../explain/make-try-rule.js';
import type { InspectionPage, InspectionQuery } from '../inspections/inspection-store.js';
import type { InspectionTask } from '../inspections/inspection-task.js';
import type { OrgUnit } from '../inspections/org-units.js';
import type { RecordInspection } from '../inspections/make-record-inspection.js';
import type { OrgUnits } from '../inspections/org-units.js';
import type { JsonValue } from '../json.js';
import type { Channel } from '../notify/channels/channel.js';
import type { DeliveryStore } from '../notify/delivery-store.js';
import type { TestChannel } from '../notify/test-channel.js';
import type { StatementSigning } from '../reconciliation/statement-signing.js';
import type { StatementStore } from '../reconciliation/statement-store.js';
import type { MakeReport } from '../reports/make-report.js';
import type { DeadLetter, DeadLetterPage, DeadLetterQuery } from '../queue/dead-letter-store.js';
import type { ReplayResult } from '../queue/replay-dead-letters.js';
import type { FeedStore } from '../schedule/feed-store.js';
import type { JobRunPage, JobRunQuery } from '../schedule/list-job-runs.js';
import type { MuteAlerts } from '../silences/mute-alerts.js';
import type { SilenceStore } from '../silences/silence-store.js';
import type { RuleProposals } from '../publishing/proposals/rule-proposals.js';
import type { PublishingReader } from '../publishing/read-publishing.js';
import type { ReportRuleHealth } from '../rule-health/report-rule-health.js';
import type { WorkOrderReader } from './readers/work-order-reader.js';

/** All the API needs of the rest of the service. Every promise may reject with `AppError` or an error of the stores. */
export interface ApiDeps {
  readonly authenticate: Authenticate;
  readonly sessions: Sessions;
  /** Absent where people sign in by password only. */
  readonly openId?: OpenIdSignIn;
  readonly users: UserStore;
  readonly orgTree: Pick<OrgUnits, 'get' | 'list' | 'subtreeOf'>;
  readonly audit: Pick<AuditStore, 'record' | 'page' | 'inTurn'>;
  readonly acceptEvents: AcceptEvents['accept'];
  readonly events: EventReader;
  readonly alerts: AlertReader;
  readonly alertSummary: AlertSummaryReader;
  readonly stepAlert: StepAlert;
  readonly silences: Pick<SilenceStore, 'add' | 'get' | 'list' | 'end'>;
  readonly applySilence: MuteAlerts['applySilence'];
  readonly evidence: Pick<EvidenceStore, 'add' | 'list' | 'read'>;
  readonly workOrders: WorkOrderReader;
  /** Records as they were known at a moment. */
  readonly recallRecord: RecallRecord;
  readonly deadlines: DeadlineReader;
  readonly inspections: InspectionReader;
  readonly recordInspection: RecordInspection;
  readonly assessments: AssessmentLedger;
  readonly statements: Pick<StatementStore, 'get' | 'find' | 'sign'>;
  readonly statementSigning: Pick<StatementSigning, 'dueAt' | 'followStatement'>;
  readonly makeReport: MakeReport;
  readonly alertStream: AlertStream;
  readonly notify: NotifyReader;
  readonly rules: RuleReader;
  /** For the page that shows them. */
  readonly boardQueues: () => readonly Queue[];
  /** The rules in force, held against the manual. */
  readonly coverage: () => Promise<Coverage>;
  readonly backtests: BacktestDesk;
  readonly ruleExplainer: RuleExplainer;
  readonly publishing: PublishingReader;
  readonly proposals: Omit<RuleProposals, 'applyApproved'>;
  readonly ruleHealth: ReportRuleHealth;
  readonly deadLetters: DeadLetters;
  readonly feeds: Pick<FeedStore, 'list' | 'silentAfterMs'>;
  readonly jobs: JobRunReader;
  readonly health: HealthReader;
  /** An org unit's own code and those of all units below it; just the code for one that is in no tree. */
  readonly subtreeOf: (orgUnit: string) => readonly string[];
  /** From the top down. */
  readonly orgUnits: readonly OrgUnit[];
  readonly calendar: Pick<
    BusinessCalendar,
    'instantOf' | 'addDays' | 'dateOf' | 'timeZone' | 'isWorkingDay' | 'isCovered' | 'hoursOf'
  >;
  /** What `/metrics` tells; the HTTP metrics are registered in it too. */
  readonly metrics: Registry;
  readonly logger: Logger;
  /** Epoch ms. */
  readonly now: () => number;
  readonly limits: ApiLimits;
  /** Version shown in the OpenAPI document. */
  readonly version: string;
  /** Folder of the built console. Where it is absent, or not built, the plain page at `/` stays. */
  readonly consoleDir?: string;
}

export interface ApiLimits {
  /** Most bytes of a request body. */
  readonly bodyBytes: number;
  /** Requests a token may make in one minute. */
  readonly requestsPerMinute: number;
  /** Requests with a wrong token from one address in one minute, before they are answered 429. Default 60. */
  readonly badTokensPerMinute?: number;
  /** How many proxies stand in front, for the address of the one who asks. Default 0. */
  readonly proxies?: number;
}

export interface EventReader {
  findByKey(key: string): Promise<StoredEvent | undefined>;
  /** In the order they occurred, dead ones left out. */
  loadByRecord(recordId: string): Promise<readonly BusinessEvent[]>;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor?: string;
}

export interface DeadlineReader {
  find(query: DeadlineQuery): Promise<Page<Deadline>>;
}
export interface DeadlineQuery {
  /** `overdue`: due before `now`; `soon`: due in [now, until); earliest first. Running clocks only. */
  readonly due: 'overdue' | 'soon';
  readonly now: Date;
  readonly until: Date;
  readonly process?: readonly string[];
  readonly rule?: readonly string[];
  /** Only of these units; absent = all. */
  readonly orgUnits?: readonly string[];
  readonly limit: number;
  readonly cursor?: string;
}
export interface Deadline {
  readonly id: string;
  readonly recordId: string;
  readonly rule: { readonly id: string; readonly version: number };
  readonly stage?: string;
  readonly process?: string;
  readonly orgUnit?: string;
  readonly anchorAt: Date;
  readonly dueAt: Date;
  /** The open alert of its rule on that stage; an overdue deadline without one does not meet the rule's conditions. */
  readonly alertId?: string;
}

/** Rules as loaded, disabled ones too where the loader keeps them. */
export interface RuleReader {
  list(): readonly RuleFile[];
  get(id: string): RuleFile | undefined;
  /** The processes whose work orders a rule can look at; none for one about halls, org units or feeds. */
  processesOf(id: string): ProcessesOfRule;
}

/** Rules tried on single records; stores nothing. @throws NotFoundError for a record without events */
export interface RuleExplainer {
  /** Undefined for a rule that is not loaded. */
  explain(ruleId: string, recordId: string, at: number): Promise<RuleExplanation | undefined>;
  readonly tryText: TryRule;
}

export interface InspectionReader {
  find(query: InspectionQuery): Promise<InspectionPage>;
  get(id: string): Promise<InspectionTask | undefined>;
}

/** The assessment ledger. */
export interface AssessmentLedger {
  readonly store: Pick<AssessmentStore, 'find' | 'get' | 'list' | 'months'>;
  readonly months: StatisticsMonths;
  readonly stepAssessment: StepAssessment;
  readonly freezeMonth: FreezeMonth;
}

/** Notification, as far as the API shows and tries it. */
export interface NotifyReader {
  readonly channels: ReadonlyMap<string, Pick<Channel, 'name' | 'type' | 'limits'>>;
  readonly deliveries: Pick<DeliveryStore, 'find' | 'get' | 'tryAgain' | 'stopped'>;
  readonly testChannel: TestChannel;
}

export interface DeadLetters {
  list(query: DeadLetterQuery): Promise<DeadLetterPage>;
  /** Those of the ids that exist. */
  find(ids: readonly string[]): Promise<DeadLetter[]>;
  /** Those that wait, by reason. */
  countByReason(): Promise<Record<string, number>>;
  replay(ids: readonly string[]): Promise<ReplayResult>;
}
/** The run ledger. */
export interface JobRunReader {
  list(query: JobRunQuery): Promise<JobRunPage>;
}

/** One thing the service needs to do its work. */
export interface HealthCheck {
  /** `mongodb`, `redis`, `rules`, `calendar`, `worker`, `scheduler` … */
  readonly name: string;
  readonly ok: boolean;
  /** False: worth knowing, but the service can take work all the same. Default true. */
  readonly required?: boolean;
  /** In one sentence: what is wrong and what to do. */
  readonly message?: string;
  readonly details?: JsonValue;
}
export interface HealthReader {
  /** Never rejects: what cannot be checked is not ok. */
  check(): Promise<readonly HealthCheck[]>;
}
