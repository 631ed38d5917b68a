/** Names for what the API answers. Types only. */
import type { RuleFile } from '../../../src/engine/rule-file.js';
import type { Schemas } from './client.js';

export type Alert = Schemas['Alert'];
export type ExplainedAlert = Schemas['ExplainedAlert'];
export type Coverage = Schemas['Coverage'];
export type RuleHealth = Schemas['RuleHealth'];
export type RuleVersion = Schemas['RuleVersion'];
export type Proposal = Schemas['RuleProposal'];
export type TriedRule = Schemas['TriedRule'];
export type Backtest = Schemas['Backtest'];
export type Assessment = Schemas['Assessment'];
export type Statement = Schemas['Statement'];
export type StatementHead = Schemas['StatementHead'];
export type Report = Schemas['Report'];
export type UserAccount = Schemas['User'];
export type EvidenceFile = Schemas['Evidence'];
export type Silence = Schemas['Silence'];
export type AlertSummary = Schemas['AlertSummary'];
export type Condition = Schemas['ConditionResult'];
export type Basis = Schemas['Basis'];
export type Inspection = Schemas['Inspection'];
export type RuleSummary = Schemas['RuleSummary'];
export type WorkOrderRow = Schemas['WorkOrderRow'];
export type WorkOrderPage = Schemas['WorkOrderPage'];
export type Clock = Schemas['Clock'];
export type Deadline = Schemas['Deadline'];
export type OrgUnit = Schemas['OrgUnit'];
export type AuditRow = Schemas['AuditRow'];
export type Channel = Schemas['Channel'];
export type JobRun = Schemas['JobRun'];
export type DeadLetter = Schemas['DeadLetter'];
export type Feed = Schemas['Feed'];
export type Readiness = Schemas['Readiness'];
export type Me = Schemas['Me'];
export type Step = ExplainedAlert['steps'][number];
/** The document itself, as its author wrote it. */
export type Rule = RuleFile;

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}
