/** Shapes of the API, taken from the schemas that the service validates and documents its answers with. Types only. */
import type { z } from 'zod';
import type { alertSummarySchema } from '../../../src/api/routes/alert-summary.js';
import type { alertSchema, explainedAlertSchema } from '../../../src/api/schemas/alert-schema.js';
import type { coverageSchema } from '../../../src/api/routes/coverage.js';
import type { assessmentSchema } from '../../../src/api/schemas/assessment-schema.js';
import type { reportSchema } from '../../../src/api/schemas/report-schema.js';
import type { statementHeadSchema, statementSchema } from '../../../src/api/schemas/reconciliation-schema.js';
import type { backtestSchema } from '../../../src/api/schemas/backtest-schema.js';
import type {
  proposalSchema,
  ruleHealthSchema,
  versionSchema,
} from '../../../src/api/schemas/publishing-schema.js';
import type { triedRuleSchema } from '../../../src/api/schemas/rule-explanation-schema.js';
import type { userSchema } from '../../../src/api/schemas/user-schema.js';
import type { bulkAnswerSchema, evidenceSchema } from '../../../src/api/schemas/alert-step-schema.js';
import type { conditionSchema } from '../../../src/api/schemas/common-schemas.js';
import type { inspectionSchema } from '../../../src/api/schemas/inspection-schema.js';
import type { basisSchema, ruleSummarySchema } from '../../../src/api/schemas/rule-schema.js';
import type {
  clockSchema,
  deadlineSchema,
  workOrderPageSchema,
  workOrderRowSchema,
} from '../../../src/api/schemas/work-order-schema.js';
import type { RuleFile } from '../../../src/engine/rule-file.js';
import type { OrgUnit } from '../../../src/inspections/org-units.js';

export type Alert = z.output<typeof alertSchema>;
export type ExplainedAlert = z.output<typeof explainedAlertSchema>;
export type Step = ExplainedAlert['steps'][number];
export type Coverage = z.output<typeof coverageSchema>;
export type RuleHealth = z.output<typeof ruleHealthSchema>;
export type RuleVersion = z.output<typeof versionSchema>;
export type Proposal = z.output<typeof proposalSchema>;
export type TriedRule = z.output<typeof triedRuleSchema>;
export type Backtest = z.output<typeof backtestSchema>;
export type Assessment = z.output<typeof assessmentSchema>;
export type Statement = z.output<typeof statementSchema>;
export type StatementHead = z.output<typeof statementHeadSchema>;
export type Report = z.output<typeof reportSchema>;
export type UserAccount = z.output<typeof userSchema>;
export type BulkAnswer = z.output<typeof bulkAnswerSchema>;
export type EvidenceFile = z.output<typeof evidenceSchema>;
export type AlertSummary = z.output<typeof alertSummarySchema>;
export type Condition = z.output<typeof conditionSchema>;
export type Basis = z.output<typeof basisSchema>;
export type Inspection = z.output<typeof inspectionSchema>;
export type RuleSummary = z.output<typeof ruleSummarySchema>;
export type Rule = RuleFile;
export type WorkOrderRow = z.output<typeof workOrderRowSchema>;
export type WorkOrderPage = z.output<typeof workOrderPageSchema>;
export type Clock = z.output<typeof clockSchema>;
export type Deadline = z.output<typeof deadlineSchema>;
export type { OrgUnit };

export interface Me {
  /** As in histories. */
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly kind: 'user' | 'token';
  readonly roles: readonly string[];
  readonly orgUnit?: string;
  /** Where each role holds, with all below; null = everywhere. */
  readonly grants: readonly { readonly role: string; readonly units: readonly string[] | null }[];
  readonly mustChangePassword: boolean;
  /** Null for tokens. */
  readonly csrfToken: string | null;
  readonly maxPageSize: number;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

export interface JobRun {
  readonly job: string;
  readonly date?: string;
  readonly status: 'running' | 'done' | 'failed' | 'skipped';
  readonly attempts: number;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly error?: string;
}

export interface DeadLetter {
  readonly id: string;
  readonly kind: string;
  readonly reason: string;
  readonly error?: string;
  readonly at: string;
}

export interface Readiness {
  readonly ready: boolean;
  readonly checks: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly required?: boolean;
    readonly message?: string;
    readonly details?: unknown;
  }[];
}
