/** Shapes of the API, taken from the schemas that the service validates and documents its answers with. Types only. */
import type { z } from 'zod';
import type { alertSummarySchema } from '../../../src/api/routes/alert-summary.js';
import type { alertSchema, explainedAlertSchema } from '../../../src/api/schemas/alert-schema.js';
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
