import { join } from 'node:path';
import type { AlertHandling } from './alerts/alert-handling.js';
import { loadAlertHandling } from './alerts/load-alert-handling.js';
import type { AssessmentTable } from './assessment/assessment-table.js';
import { loadAssessmentTable } from './assessment/load-assessment-table.js';
import type { BusinessCalendar } from './calendar/business-calendar.js';
import { loadCalendar } from './calendar/load-calendar.js';
import type { Checklists } from './engine/checklists.js';
import { loadChecklists } from './engine/load-checklists.js';
import type { DutyFile } from './duty/duty-file.js';
import { loadDutyFile } from './duty/load-duty-file.js';
import { assembleRules, type LoadedRule, type RuleTexts } from './engine/assemble-rules.js';
import { listJsonFiles, readRuleFolder, ruleIdOfFile } from './engine/load-rules.js';
import { makeRuleSet } from './engine/make-rule-set.js';
import type { RuleCheckContext } from './engine/rule-check-context.js';
import { ruleErrorText, type RuleError } from './engine/rule-error.js';
import type { RuleSet } from './engine/rule-set.js';
import { DIFFERENCE_RULE } from './reconciliation/reconciliation-alerts.js';
import { UNSIGNED_RULE } from './reconciliation/signing-alerts.js';
import { FINDING_RULE, OVERDUE_RULE } from './inspections/inspection-alerts.js';
import type { InspectionPlan } from './inspections/inspection-plan.js';
import { loadInspectionPlans } from './inspections/load-inspection-plans.js';
import { loadOrgUnits } from './inspections/load-org-units.js';
import type { OrgUnits } from './inspections/org-units.js';
import { loadNotifyFile } from './notify/load-notify-file.js';
import type { NotifyFile } from './notify/notify-file.js';
import { loadReportContent, type ReportContent } from './reports/report-content.js';
import { OperatorError } from './infra/operator-error.js';
import { toProcessCatalogue, type Catalogue } from './work-orders/catalogue.js';
import { loadCatalogue } from './work-orders/load-catalogue.js';

/** What RULES_DIR holds, checked. */
export interface Content {
  readonly dir: string;
  readonly calendar: BusinessCalendar;
  readonly catalogue: Catalogue;
  readonly checklists: Checklists;
  readonly ruleSet: RuleSet;
  /** Every rule file, disabled ones too. */
  readonly rules: readonly LoadedRule[];
  readonly warnings: readonly RuleError[];
  /** What the rule set was made of; absent where it is not from texts, or the texts have problems. */
  readonly ruleTexts?: RuleTexts;
  /** What is wrong with the rule files; only with `keepBroken`, and then there are no rules. */
  readonly ruleProblems?: readonly RuleError[];
  readonly orgUnits: OrgUnits;
  readonly inspectionPlans: readonly InspectionPlan[];
  /** Channels, contacts and routes of notification. */
  readonly notify: NotifyFile;
  readonly alertHandling: AlertHandling;
  readonly duty: DutyFile;
  /** What confirmed findings cost. */
  readonly assessment: AssessmentTable;
  /** What reports and the daily reconciliation count. */
  readonly reports: ReportContent;
}

export interface ContentOptions {
  readonly dir: string;
  /** IANA zone of business dates. */
  readonly timeZone: string;
  readonly startDay?: 'excluded' | 'included';
  /** NOTIFY_FILE; default `notify.json` in `dir`. */
  readonly notifyFile?: string;
  /** NOTIFY_SECRET_… by name: those that the notification settings name must be among them. */
  readonly notifySecrets?: ReadonlyMap<string, string>;
  /** Rule files with problems do not make it fail: for whoever can fall back on the rules that were published. */
  readonly keepBroken?: boolean;
}

/**
 * Reads all content of a folder.
 * @throws OperatorError that names every offender of the first kind that has any
 */
export async function openContent(options: ContentOptions): Promise<Content> {
  const { dir } = options;
  const { calendar, catalogue, checklists } = await openBasics(options);
  const orgUnits = await loadOrgUnits(join(dir, 'org-units.json')).catch(refuse);
  const inspectionPlans = await loadInspectionPlans(join(dir, 'inspections')).catch(refuse);
  const { notifyFile, notifySecrets = new Map<string, string>() } = options;
  const notify = await loadNotifyFile({
    file: notifyFile ?? join(dir, 'notify.json'),
    required: notifyFile !== undefined,
    orgUnits: (code) => orgUnits.get(code) !== undefined,
    secrets: notifySecrets,
  }).catch(refuse);
  const duty = await loadDutyFile(join(dir, 'duty.json'), orgUnits).catch(refuse);
  const alertHandling = await loadAlertHandling(join(dir, 'alert-handling.json')).catch(refuse);
  const context = ruleContextOf({ catalogue, calendar, orgUnits, checklists });
  const errors: RuleError[] = [];
  const texts = await readRuleFolder(dir, errors).catch(refuse);
  const loaded = await assembleRules(texts, context, errors);
  if ('errors' in loaded && !options.keepBroken) throw new BrokenRulesError(dir, loaded.errors);
  const rules =
    'errors' in loaded
      ? {
          ruleSet: makeRuleSet([], undefined, undefined, orgUnits, checklists),
          rules: [],
          ruleProblems: loaded.errors,
        }
      : { ruleSet: loaded.ruleSet, rules: loaded.files, ruleTexts: texts };
  // A rule that was retired since is still one that findings of former days are charged by.
  const retired = (await listJsonFiles(dir, '_retired').catch(refuse)).map(ruleIdOfFile);
  const ruleIds = new Set([
    ...rules.rules.map(({ rule }) => rule.id),
    ...retired,
    FINDING_RULE,
    OVERDUE_RULE,
    DIFFERENCE_RULE,
    UNSIGNED_RULE,
  ]);
  const assessment = await loadAssessmentTable({
    file: join(dir, 'assessment.json'),
    isRule: (id) => 'errors' in loaded || ruleIds.has(id),
    inspectionPlans,
  }).catch(refuse);
  const reports = await loadReportContent(join(dir, 'reports.json'), ruleIds).catch(refuse);
  return {
    dir,
    calendar,
    catalogue,
    checklists,
    ...rules,
    warnings: loaded.warnings,
    orgUnits,
    inspectionPlans,
    notify,
    alertHandling,
    duty,
    assessment,
    reports,
  };
}

/** The rule files of a folder have problems, and there is nothing to fall back on. */
export class BrokenRulesError extends OperatorError {
  constructor(dir: string, problems: readonly RuleError[]) {
    const lines = problems.map((problem) => `  ${ruleErrorText(problem)}`);
    super(
      `The rules in ${dir} have ${problems.length} problem(s); nothing was loaded:\n${lines.join('\n')}\nCheck them with: yxrisk rules validate`,
    );
  }
}

/** The rule context of content that is open. */
export function ruleContextOf({
  calendar,
  catalogue,
  checklists,
  orgUnits,
}: Pick<Content, 'calendar' | 'catalogue' | 'checklists' | 'orgUnits'>): RuleCheckContext {
  return { calendar, catalogue: toProcessCatalogue(catalogue), checklists, orgUnits };
}

/** What rules of a folder are checked against. @throws OperatorError as openContent */
export async function openRuleContext(options: ContentOptions): Promise<RuleCheckContext> {
  const { calendar, catalogue, checklists } = await openBasics(options);
  const orgUnits = await loadOrgUnits(join(options.dir, 'org-units.json')).catch(refuse);
  return { calendar, catalogue: toProcessCatalogue(catalogue), checklists, orgUnits };
}

async function openBasics({ dir, ...calendarOptions }: ContentOptions) {
  const calendar = await loadCalendar({ dir: join(dir, 'calendars'), ...calendarOptions }).catch(refuse);
  const catalogue = await loadCatalogue(join(dir, 'catalogue')).catch(refuse);
  const checklists = await loadChecklists(join(dir, 'checklists'), toProcessCatalogue(catalogue)).catch(
    refuse,
  );
  return { calendar, catalogue, checklists };
}

function refuse(error: unknown): never {
  if (error instanceof OperatorError) throw error;
  throw new OperatorError(error instanceof Error ? error.message : String(error), { cause: error });
}
