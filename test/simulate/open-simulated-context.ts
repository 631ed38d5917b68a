import type { AssessContext } from '../../src/engine/assess-work-order.js';
import { openContent } from '../../src/open-content.js';
import { readContent } from '../../src/simulate/read-content.js';
import { judgedRules } from '../../src/simulate/truth/write-truth.js';
import type { SimulationContent } from '../../src/simulate/world.js';

/** The content that ships, as the service reads it and as the simulator does. */
export async function openSimulatedContext(): Promise<{
  readonly context: AssessContext;
  readonly content: SimulationContent;
  /** Rules that the simulator has a truth for; what others find is left out of account. */
  readonly judged: ReadonlySet<string>;
}> {
  const { ruleSet, calendar } = await openContent({ dir: 'rules', timeZone: 'Asia/Shanghai' });
  const content = await readContent('rules');
  return { context: { ruleSet, calendar }, content, judged: new Set(judgedRules(content.rules)) };
}
