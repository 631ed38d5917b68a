import type { BusinessCalendar } from '../calendar/business-calendar.js';
import type { JsonValue } from '../json.js';
import { FACT_CATALOGUE } from './fact-catalogue.js';
import { shortText } from './explain-conditions.js';
import { toIso } from './moments.js';
import { OPERATORS } from './operators.js';
import type { RuleFile } from './rule-file.js';
import type { ConditionResult } from './rule-set.js';

/** The part of an alert that tells why it was raised. */
export interface ExplainableAlert {
  readonly id: string;
  readonly rule: { readonly id: string; readonly version: number; readonly name: string };
  readonly recordId: string;
  readonly status: string;
  readonly title: string;
  readonly stage?: string;
  readonly phase?: 'early' | 'overdue';
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly dueAt?: Date;
  readonly closedAt?: Date;
  readonly occurrences: number;
  readonly shadow: boolean;
  readonly facts: Readonly<Record<string, JsonValue>>;
  readonly conditions: readonly ConditionResult[];
}

/** Why an alert was raised, from what was stored with it: true for ever, whatever became of the rule. */
export interface AlertExplanation {
  /** Times are ISO 8601 with the business offset. */
  readonly alert: Omit<ExplainableAlert, 'conditions' | 'firstAt' | 'lastAt' | 'dueAt' | 'closedAt'> & {
    readonly firstAt: string;
    readonly lastAt: string;
    readonly dueAt?: string;
    readonly closedAt?: string;
  };
  readonly conditions: readonly (ConditionResult & {
    readonly factText: string;
    readonly operatorText: string;
  })[];
  /** The version that judged, where it can still be had. */
  readonly basis: RuleFile['basis'] | null;
  /** In Chinese; hold no values of facts. */
  readonly notes: readonly string[];
}

/**
 * @param then the rule file of the version that raised it, if it is known
 * @param now the rule as it is in use today, if there still is one
 */
export function explainAlert(
  alert: ExplainableAlert,
  then: RuleFile | undefined,
  now: RuleFile | undefined,
  calendar: BusinessCalendar,
): AlertExplanation {
  const { id, rule, recordId, status, title, stage, phase, occurrences, shadow, facts } = alert;
  const { firstAt, lastAt, dueAt, closedAt } = alert;
  const iso = (date: Date) => toIso(date.getTime(), calendar);
  const notes = [
    ...(shadow ? ['规则当时在试运行（shadow）：只记录，不通知任何人。'] : []),
    ...(now === undefined ? ['现在已没有这条规则；下面是当时保存的判断。'] : []),
    ...(now && now.version !== rule.version
      ? [`规则现在是第 ${now.version} 版，这条预警是第 ${rule.version} 版判断的；下面是当时保存的判断。`]
      : []),
    ...(occurrences > 1 ? [`共命中 ${occurrences} 次；下面是最近一次的判断。`] : []),
  ];
  return {
    alert: {
      ...{ id, rule, recordId, status, title, occurrences, shadow, facts },
      ...(stage !== undefined && { stage }),
      ...(phase && { phase }),
      firstAt: iso(firstAt),
      lastAt: iso(lastAt),
      ...(dueAt && { dueAt: iso(dueAt) }),
      ...(closedAt && { closedAt: iso(closedAt) }),
    },
    conditions: alert.conditions.map((condition) => ({
      ...condition,
      factText: shortText(FACT_CATALOGUE.get(condition.fact)?.zh ?? condition.fact),
      operatorText: shortText(OPERATORS.get(condition.operator)?.zh ?? condition.operator),
    })),
    basis: then?.basis ?? null,
    notes,
  };
}
