import type { Draft } from './assess-work-order.js';
import { SEVERITIES, type Severity } from './rule-file.js';
import type { CompiledRule, Evaluation, FactScope } from './rule-set.js';
import type { Clock, Evidence, Finding } from './work-order-record.js';

type Hit = Extract<Evaluation, { outcome: 'hit' }>;

/** Opens a finding, or merges the hit into the one that is open under the same fingerprint. */
export function recordHit(draft: Draft, rule: CompiledRule, scope: FactScope, hit: Hit, clock?: Clock): void {
  // A clock without a stage watches the whole subject, and so do its findings.
  const place = clock ? clock : scope.stage;
  const fingerprint = fingerprintOf(rule.id, draft.workOrder.no, place?.stage, place?.visit);
  const evidence = evidenceOf(rule, scope, hit);
  const phase = scope.clock?.phase;
  const episodes = draft.findings.filter((finding) => finding.fingerprint === fingerprint);
  const latest = episodes.at(-1);
  if (latest && latest.closedAt === undefined) {
    latest.occurrences += 1;
    latest.lastAt = scope.now;
    latest.evidence = evidence;
    if (latest.rule.version !== rule.version) latest.rule = { id: rule.id, version: rule.version };
    if (phase) latest.phase = phase;
    if (scope.clock?.dueAt !== undefined) latest.dueAt = scope.clock.dueAt;
    return;
  }
  const finding: Finding = {
    fingerprint,
    episode: episodes.length + 1,
    rule: { id: rule.id, version: rule.version },
    ...(place?.stage !== undefined && { stage: place.stage }),
    ...(place?.visit !== undefined && { visit: place.visit }),
    ...(phase && { phase }),
    openedAt: scope.now,
    lastAt: scope.now,
    occurrences: 1,
    ...(scope.clock?.dueAt !== undefined && { dueAt: scope.clock.dueAt }),
    evidence,
  };
  draft.findings.push(finding);
}

/** Closes an open finding; one that is closed stays as it is. */
export function closeFinding(finding: Finding, at: number, by: NonNullable<Finding['closedBy']>): void {
  if (finding.closedAt !== undefined) return;
  finding.closedAt = at;
  finding.closedBy = by;
}

/** `ruleId|record|stage#visit`: what makes two hits one alert. */
export function fingerprintOf(ruleId: string, recordId: string, stage?: string, visit?: number): string {
  return `${ruleId}|${recordId}|${stage === undefined ? '' : `${stage}#${visit ?? 1}`}`;
}

function evidenceOf(rule: CompiledRule, scope: FactScope, hit: Hit): Evidence {
  const { params } = rule.file.event;
  const { event, stage, workOrder } = scope;
  const orgUnit = event?.data.orgUnit ?? stage?.orgUnit ?? workOrder.orgUnit ?? workOrder.managingUnit;
  const responsible = event?.data.operator?.id ?? stage?.operatorId;
  const workItem = stage?.workItem ?? event?.data.workItem;
  return {
    severity: scope.clock?.phase === 'early' ? oneLower(params.severity) : params.severity,
    title: rule.render(params.title, scope),
    advice: rule.render(params.advice, scope),
    facts: hit.facts,
    conditions: hit.conditions,
    ...(event && { event: event.key }),
    ...(orgUnit !== undefined && { orgUnit }),
    ...(responsible !== undefined && { responsible }),
    ...(workItem !== undefined && { workItem }),
  };
}

/** An early warning is one step milder than the breach it warns of. */
function oneLower(severity: Severity): Severity {
  return SEVERITIES[Math.max(0, SEVERITIES.indexOf(severity) - 1)] ?? severity;
}
