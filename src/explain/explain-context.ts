import { makeCatalogueLookup } from '../engine/catalogue-lookup.js';
import type { ExplainContext } from '../engine/explain-rule.js';
import type { ParameterTable } from '../engine/parameter-table.js';
import type { RuleCheckContext } from '../engine/rule-check-context.js';

/** What explanations need of the content of a rules folder. */
export function explainContextOf(
  { calendar, checklists, catalogue, orgUnits }: RuleCheckContext,
  parameters: ParameterTable,
): ExplainContext {
  return {
    calendar,
    parameters,
    catalogue: makeCatalogueLookup(catalogue),
    ...(checklists && { checklists }),
    ...(orgUnits && { orgTree: orgUnits }),
  };
}
