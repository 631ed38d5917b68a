import type { BacktestResult } from './backtest-result.js';

/**
 * A result as somebody may see it who is for some org units: counts of all, but rows, examples and failures of these units
 * only. What belongs to no unit is for those who see everything.
 */
export function withinScope(
  result: BacktestResult,
  isVisible: (orgUnit: string | undefined) => boolean,
): BacktestResult {
  const seen = ({ orgUnit }: { readonly orgUnit?: string }) => isVisible(orgUnit);
  return {
    ...result,
    orgUnits: result.orgUnits.filter(seen),
    load: { ...result.load, recipients: result.load.recipients.filter(seen) },
    examples: result.examples.filter(seen),
    failures: isVisible(undefined) ? result.failures : [],
  };
}
