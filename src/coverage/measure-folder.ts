import { join } from 'node:path';
import { NO_CHECKLISTS } from '../engine/checklists.js';
import type { LoadRulesResult } from '../engine/load-rules.js';
import type { RuleCheckContext } from '../engine/rule-check-context.js';
import { loadInspectionPlans } from '../inspections/load-inspection-plans.js';
import { loadCatalogue } from '../work-orders/load-catalogue.js';
import { loadCoverage } from './load-coverage.js';
import { measureCoverage, type Coverage } from './measure-coverage.js';

/**
 * Holds the loaded rules of a folder against its catalogue, checklists, clauses and inspection plans.
 * @throws ContentError or CatalogueError when one of them cannot be read
 */
export async function measureFolder(
  dir: string,
  { files }: Pick<Extract<LoadRulesResult, { files: unknown }>, 'files'>,
  { checklists }: Pick<RuleCheckContext, 'checklists'>,
): Promise<Coverage> {
  return measureCoverage({
    rules: files.map(({ rule }) => rule),
    catalogue: await loadCatalogue(join(dir, 'catalogue')),
    checklists: checklists ?? NO_CHECKLISTS,
    inspectionPlans: await loadInspectionPlans(join(dir, 'inspections')),
    ...(await loadCoverage(dir)),
  });
}
