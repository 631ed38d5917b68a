import type { Coverage, WorkItemCoverage } from '../coverage/measure-coverage.js';
import { RISK_KINDS, type RiskKind } from '../engine/rule-file.js';

/** The rules that ever raised an alert, read from the stores of a service. */
export interface FiredRules {
  readonly fired: () => Promise<ReadonlySet<string>>;
  close(): Promise<void>;
}

/** Coverage with what nobody watches, and which rules never raised an alert. */
export interface FiredCoverage extends Coverage {
  readonly matrix: readonly (WorkItemCoverage & {
    readonly uncovered: readonly RiskKind[];
    /** Rules that watch the work item and never raised an alert; null = not known. */
    readonly neverFired: readonly string[] | null;
  })[];
  /** Of all rules in use or on trial; null = not known. */
  readonly neverFired: readonly string[] | null;
  /** Why that is not known. */
  readonly notKnown?: string;
}

/** @param fired ids of the rules with an alert, those on trial included; or why they are not known */
export function withFired(
  coverage: Coverage,
  rules: readonly string[],
  fired: ReadonlySet<string> | { readonly notKnown: string },
): FiredCoverage {
  const isKnown = 'has' in fired;
  const never = (ids: readonly string[]) => (isKnown ? ids.filter((id) => !fired.has(id)) : null);
  return {
    ...coverage,
    matrix: coverage.matrix.map((row) => ({
      ...row,
      uncovered: RISK_KINDS.filter((kind) => row.cells[kind].state === 'uncovered'),
      neverFired: never([...new Set(RISK_KINDS.flatMap((kind) => row.cells[kind].rules))].sort()),
    })),
    neverFired: never([...rules].sort()),
    ...(!isKnown && { notKnown: fired.notKnown }),
  };
}
