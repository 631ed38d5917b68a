import type { Checklists } from '../engine/checklists.js';
import { RISK_KINDS, type RiskKind } from '../engine/rule-file.js';
import type { CompiledRule } from '../engine/rule-set.js';
import type { InspectionPlan } from '../inspections/inspection-plan.js';
import type { Catalogue, ProcessDefinition, StageDefinition } from '../work-orders/catalogue.js';
import type { Clause, Exemption } from './coverage-content.js';
import type { KnownLimit } from './known-limits.js';
import { isAboutWorkOrders, mayApply } from './may-apply.js';
import { coverLimits, findLimitProblems } from './measure-limits.js';

/** What every work item must have, each decided at the stage itself or by a stated reason. */
export const REQUIRED_KINDS: readonly RiskKind[] = [
  'timeout',
  'unsent-flow',
  'missing-document',
  'missing-signature',
];

export interface CoverageCell {
  /**
   * `covered`: active rules watch the stage. `notApplicable`: with a reason. `workOrder`: active rules watch the work
   * order as a whole. `trial`: only rules in shadow do.
   */
  readonly state: 'covered' | 'notApplicable' | 'workOrder' | 'trial' | 'uncovered';
  readonly rules: readonly string[];
  readonly reason?: string;
}

export interface WorkItemCoverage {
  readonly workItem: string;
  readonly process: string;
  readonly stage: string;
  readonly stageKinds: readonly string[];
  readonly cells: Readonly<Record<RiskKind, CoverageCell>>;
}

export interface ClauseCoverage {
  readonly clause: string;
  readonly text: string;
  readonly rules: readonly string[];
  readonly inspections: readonly string[];
  readonly controls: readonly { readonly what: string; readonly where: string }[];
}

export interface Coverage {
  readonly workItems: { readonly total: number; readonly covered: number };
  readonly clauses: { readonly total: number; readonly covered: number };
  /** Collected time limits: those that have a rule, or a stated reason why none stands for them. */
  readonly limits: { readonly total: number; readonly covered: number };
  readonly matrix: readonly WorkItemCoverage[];
  readonly clauseList: readonly ClauseCoverage[];
  /** The inspection plans that `clauseList` names by id. */
  readonly inspectionPlans: readonly { readonly id: string; readonly name: string }[];
  readonly limitList: readonly {
    readonly limit: string;
    readonly rules: readonly string[];
    readonly reason?: string;
  }[];
  /** What is wrong, one sentence each; empty = complete. */
  readonly findings: readonly string[];
}

export interface CoverageRequest {
  readonly rules: readonly CompiledRule[];
  readonly catalogue: Catalogue;
  readonly checklists: Checklists;
  readonly clauses: readonly Clause[];
  readonly exemptions: readonly Exemption[];
  readonly knownLimits: readonly KnownLimit[];
  readonly inspectionPlans: readonly InspectionPlan[];
}

/** Holds the rules against the work items of the catalogue and the clauses of the manual. Pure. */
export function measureCoverage(request: CoverageRequest): Coverage {
  const { catalogue, exemptions } = request;
  const rules = request.rules.filter(({ file }) => file.status !== 'disabled' && isAboutWorkOrders(file));
  const used = new Set<Exemption>();
  const matrix = catalogue.processes.flatMap((process) =>
    process.stages.flatMap((stage) =>
      stage.workItem === undefined ? [] : [coverWorkItem(request, rules, process, stage, used)],
    ),
  );
  const clauseList = request.clauses.map((clause) => coverClause(request, clause));
  const open = matrix.filter(({ cells }) => RISK_KINDS.some((kind) => isOpen(kind, cells[kind])));
  const unwatched = clauseList.filter(
    ({ rules: by, inspections, controls }) => by.length + inspections.length + controls.length === 0,
  );
  const files = request.rules.map(({ file }) => file);
  const limitList = coverLimits(request.knownLimits, files).map(({ limit, rules: by }) => ({
    limit: limit.id,
    rules: by,
    ...(limit.withoutRule !== undefined && { reason: limit.withoutRule }),
  }));
  return {
    workItems: { total: matrix.length, covered: matrix.length - open.length },
    clauses: { total: clauseList.length, covered: clauseList.length - unwatched.length },
    limits: {
      total: limitList.length,
      covered: limitList.filter(({ rules: by, reason }) => by.length > 0 || reason !== undefined).length,
    },
    matrix,
    clauseList,
    inspectionPlans: request.inspectionPlans
      .filter(({ id }) => clauseList.some(({ inspections }) => inspections.includes(id)))
      .map(({ id, name }) => ({ id, name })),
    limitList,
    findings: [
      ...findLimitProblems(request.knownLimits, files),
      ...open.flatMap(({ workItem, process, stage, cells }) =>
        RISK_KINDS.filter((kind) => isOpen(kind, cells[kind])).map(
          (kind) => `${workItem} ${process}·${stage}：没有规则看 ${kind}，也没有写明理由`,
        ),
      ),
      ...unwatched.map(({ clause, text }) => `${clause}（${text}）：没有规则、巡检任务或控制措施`),
      ...exemptions
        .filter((exemption) => !used.has(exemption))
        .map(({ riskKind, reason }) => `coverage.json：${riskKind} 的理由“${reason}”没有用处，已有规则看`),
    ],
  };
}

/** What must be watched at every work item counts only when an active rule does, at the stage itself. */
function isOpen(kind: RiskKind, { state }: CoverageCell): boolean {
  return (
    state === 'uncovered' || ((state === 'trial' || state === 'workOrder') && REQUIRED_KINDS.includes(kind))
  );
}

function coverWorkItem(
  { exemptions, checklists }: CoverageRequest,
  rules: readonly CompiledRule[],
  { process }: ProcessDefinition,
  definition: StageDefinition,
  used: Set<Exemption>,
): WorkItemCoverage {
  const { stage, kinds = [], final, workItem = '' } = definition;
  const here = rules.filter((rule) => mayApply(rule, process, stage));
  const templates = checklists.of(process, stage);
  const reasonOf = (kind: RiskKind): string | undefined => {
    if (kind === 'unsent-flow' && final) return '流程的最后一个环节，办完即结束，不再发送';
    if (kind === 'missing-document') return templates.find((t) => t.noDocuments)?.noDocuments;
    if (kind === 'missing-signature') return templates.find((t) => t.noSignatures)?.noSignatures;
    return undefined;
  };
  const asks = (rule: CompiledRule) => {
    const text = JSON.stringify(rule.file.conditions);
    if (text.includes('"checklist.unsigned"'))
      return templates.some(({ documents }) => documents.some((item) => item.signatures));
    if (text.includes('"checklist.missing"') || text.includes('"checklist.fileMissing"'))
      return templates.some(({ documents }) => documents.length > 0);
    return true;
  };
  const cell = (kind: RiskKind): CoverageCell => {
    const watching = here.filter((rule) => rule.file.riskPoint.kind === kind && asks(rule));
    const ids = watching.map(({ id }) => id);
    const active = watching.filter(({ file }) => file.status === 'active');
    if (active.some(({ file }) => isAboutStage(file, stage))) return { state: 'covered', rules: ids };
    const exemption = exemptions.find((one) => exempts(one, kind, kinds));
    if (exemption) used.add(exemption);
    const reason = reasonOf(kind) ?? exemption?.reason;
    if (reason !== undefined) return { state: 'notApplicable', rules: ids, reason };
    if (active.length > 0) return { state: 'workOrder', rules: ids };
    return { state: watching.length > 0 ? 'trial' : 'uncovered', rules: ids };
  };
  const cells = Object.fromEntries(RISK_KINDS.map((kind) => [kind, cell(kind)]));
  return { workItem, process, stage, stageKinds: kinds, cells: cells as Record<RiskKind, CoverageCell> };
}

function coverClause({ rules, inspectionPlans }: CoverageRequest, clause: Clause): ClauseCoverage {
  return {
    clause: clause.id,
    text: clause.text,
    rules: rules
      .filter(({ file }) => file.status !== 'disabled' && file.riskPoint.clauses.includes(clause.id))
      .map(({ id }) => id),
    inspections: inspectionPlans.filter(({ clauses }) => clauses.includes(clause.id)).map(({ id }) => id),
    controls: clause.controls ?? [],
  };
}

function exempts(
  { riskKind, stageKinds, exceptStageKinds }: Exemption,
  kind: RiskKind,
  kinds: readonly string[],
): boolean {
  return (
    riskKind === kind &&
    (!stageKinds || kinds.some((one) => stageKinds.includes(one))) &&
    !kinds.some((one) => exceptStageKinds?.includes(one))
  );
}

/** A rule about the stage itself, not only about another one or about the work order as a whole. */
function isAboutStage({ appliesTo, trigger }: CompiledRule['file'], stage: string): boolean {
  if (appliesTo?.stages ?? appliesTo?.stageKinds ?? appliesTo?.workItems) return true;
  if (trigger.on === 'sweep') return trigger.each === 'stage';
  const starts = trigger.on === 'deadline' ? trigger.start : trigger.types;
  return [starts].flat().some((selector) => {
    const { type, stage: wanted = 'any' } = typeof selector === 'string' ? { type: selector } : selector;
    return /^(stage|flow)\./.test(type) && (wanted === 'any' || wanted === stage);
  });
}
