import type { Alert } from '../alerts/alert.js';
import { ASSESSED_FACT } from '../inspections/inspection-alerts.js';
import { type Charged, roundAmount } from './assessment-entry.js';
import type { AssessmentClause, AssessmentTable } from './assessment-table.js';

/** What one is charged under a clause. */
export interface Charge {
  readonly charged: Charged;
  readonly points: number;
  readonly money: number;
}

/** The first clause of the table that fits an alert; undefined when none does, or the inspection itself has charged it. Pure. */
export function findClause(table: AssessmentTable, alert: Alert): AssessmentClause | undefined {
  if (alert.shadow || alert.facts[ASSESSED_FACT] === true) return undefined;
  const fits = <Value>(wanted: readonly Value[] | undefined, value: Value | undefined) =>
    wanted === undefined || (value !== undefined && wanted.includes(value));
  return table.clauses.find(
    ({ match }) =>
      match &&
      fits(match.rules, alert.rule.id) &&
      fits(match.kinds, alert.riskPoint.kind) &&
      fits(match.severities, alert.severity) &&
      fits(match.phase && [match.phase], alert.phase),
  );
}

/**
 * Whom a clause charges how much. What a person would have is charged to the team where nobody knows the person; where there is no team
 * either, nobody is charged. Pure.
 */
export function chargesOf(
  { charge }: AssessmentClause,
  who: { readonly responsible: string | undefined; readonly orgUnit: string | undefined },
): Charge[] {
  const charges = new Map<string, Charge>();
  for (const { to, points, money } of charge) {
    const isPerson = to === 'person' && who.responsible !== undefined;
    const id = isPerson ? who.responsible : who.orgUnit;
    if (id === undefined) continue;
    const charged: Charged = { kind: isPerson ? 'person' : 'team', id };
    const key = `${charged.kind} ${id}`;
    const before = charges.get(key);
    charges.set(key, {
      charged,
      points: roundAmount((before?.points ?? 0) + points),
      money: roundAmount((before?.money ?? 0) + money),
    });
  }
  return [...charges.values()];
}
