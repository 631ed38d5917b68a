import type { JsonObject, JsonValue } from '../json.js';

/** A rule file as content, read by nothing but the simulator: only what its second opinion goes by. */
export interface RuleContent {
  readonly id: string;
  readonly status: string;
  /** Where all say a period, the rule is in force in these only. */
  readonly basis: readonly { readonly effectiveFrom?: string; readonly effectiveTo?: string }[];
  readonly appliesTo?: ScopeContent & { readonly subject?: string; readonly except?: ScopeContent };
  readonly trigger: TriggerContent;
  readonly conditions: ConditionContent;
  readonly resolveWhen?: ConditionContent;
}
/** Where a rule applies, or does not. Other fields than these are not read. */
export interface ScopeContent {
  readonly processes?: readonly string[];
  readonly stages?: readonly string[];
  readonly stageKinds?: readonly string[];
  readonly customerClasses?: readonly string[];
}
export type SelectorContent =
  string | { readonly type: string; readonly stage?: string; readonly where?: JsonObject };

export type TriggerContent =
  | { readonly on: 'event'; readonly types: readonly SelectorContent[] }
  | {
      readonly on: 'deadline';
      readonly start: SelectorContent | readonly SelectorContent[];
      readonly stop: SelectorContent | readonly SelectorContent[];
      readonly limit: { readonly value: number; readonly unit: string; readonly rollToWorkingDay?: boolean };
      readonly warnAt?: readonly number[];
      readonly pausedBy?: string;
      readonly restart?: boolean;
      readonly per?: string;
      readonly startDay?: string;
    }
  | { readonly on: 'sweep'; readonly job: string; readonly subject: string; readonly each?: 'stage' }
  /** Judged by functions of the truth that are written by hand. */
  | { readonly on: 'window' };

export type ConditionContent =
  | { readonly all: readonly ConditionContent[] }
  | { readonly any: readonly ConditionContent[] }
  | { readonly not: ConditionContent }
  | LeafContent;
export interface LeafContent {
  readonly fact: string;
  readonly params?: JsonObject;
  readonly operator: string;
  readonly value: JsonValue;
}

/** What papers a stage must have, and who must sign them. */
export interface ChecklistContent {
  readonly stageKinds: readonly string[];
  readonly processes?: readonly string[];
  readonly exceptProcesses?: readonly string[];
  readonly documents: readonly ChecklistDocument[];
}
export interface ChecklistDocument {
  readonly document: string;
  /** 必备 or 容缺. */
  readonly need: string;
  readonly signatures?: readonly string[];
  readonly customerClasses?: readonly string[];
}
