import type { Checklists } from '../../src/engine/checklists.js';
import { loadChecklists } from '../../src/engine/load-checklists.js';
import { loadRules, type LoadedRule } from '../../src/engine/load-rules.js';
import { makeRuleSet } from '../../src/engine/make-rule-set.js';
import { assessWorkOrder } from '../../src/engine/assess-work-order.js';
import { NO_PARAMETERS, type ParameterTable } from '../../src/engine/parameter-table.js';
import type { Finding, WorkOrderRecord } from '../../src/engine/work-order-record.js';
import {
  compareEvents,
  recordIdOf,
  subjectTypeOf,
  type BusinessEvent,
} from '../../src/events/business-event.js';
import { toProcessCatalogue, type Catalogue } from '../../src/work-orders/catalogue.js';
import { loadCatalogue } from '../../src/work-orders/load-catalogue.js';
import { chinaCalendar } from '../support/china-calendar.js';

const calendar = chinaCalendar();

/** The rules that ship, or every problem they have. */
export interface ProjectRules {
  readonly files: readonly LoadedRule[];
  readonly problems: string[];
  readonly warnings: string[];
  readonly catalogue: Catalogue;
  readonly parameters: ParameterTable;
  readonly checklists: Checklists;
}

let loading: Promise<ProjectRules> | undefined;

/** Read once a suite. */
export function loadProjectRules(): Promise<ProjectRules> {
  return (loading ??= readProjectRules());
}

async function readProjectRules(): Promise<ProjectRules> {
  const catalogue = await loadCatalogue('rules/catalogue');
  const names = toProcessCatalogue(catalogue);
  const checklists = await loadChecklists('rules/checklists', names);
  const loaded = await loadRules({ dir: 'rules', calendar, catalogue: names, checklists });
  const say = ({ file, line, path, message }: (typeof loaded.warnings)[number]) =>
    `${file}:${line} ${path}: ${message}`;
  return {
    files: 'files' in loaded ? loaded.files : [],
    problems: 'errors' in loaded ? loaded.errors.map(say) : [],
    warnings: loaded.warnings.map(say),
    catalogue,
    parameters: 'ruleSet' in loaded ? loaded.ruleSet.parameters : NO_PARAMETERS,
    checklists,
  };
}

/** Folds events into one record under the named rules as they ship, up to a time with offset. */
export async function assessUnder(
  ruleIds: readonly string[],
  events: readonly BusinessEvent[],
  until: string,
): Promise<WorkOrderRecord> {
  const { files, problems, catalogue, parameters, checklists } = await loadProjectRules();
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const chosen = files.filter(({ rule }) => ruleIds.includes(rule.id)).map(({ rule }) => rule.file);
  if (chosen.length !== ruleIds.length) throw new Error(`no such rules among ${ruleIds.join(', ')}`);
  const [first] = events;
  if (!first) throw new Error('no events');
  const identity = {
    recordId: recordIdOf(first.type, first.subject, calendar.dateOf(first.at)),
    subjectType: subjectTypeOf(first.type),
    subject: first.subject,
  };
  const ordered = [...events].sort(compareEvents);
  const ruleSet = makeRuleSet(chosen, toProcessCatalogue(catalogue), parameters, undefined, checklists);
  const context = { ruleSet, calendar };
  return assessWorkOrder(context, identity, undefined, ordered, Date.parse(until));
}

/** What a test looks at in a finding. Times as ISO with the business offset cut to the minute. */
export function summarise(finding: Finding): string {
  const { rule, stage, visit, phase, occurrences, closedBy } = finding;
  const minute = (at: number) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 16);
  const place = stage === undefined ? '' : ` ${stage}#${visit ?? ''}`;
  const end = finding.closedAt === undefined ? 'open' : `${closedBy ?? ''} ${minute(finding.closedAt)}`;
  return `${rule.id}${place} ${phase ?? 'found'} ${minute(finding.openedAt)} x${occurrences} ${end}`;
}
