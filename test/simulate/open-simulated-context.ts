import type { AssessContext } from '../../src/engine/assess-work-order.js';
import { makeRuleSet } from '../../src/engine/make-rule-set.js';
import { openContent, type Content } from '../../src/open-content.js';
import { toProcessCatalogue } from '../../src/work-orders/catalogue.js';
import { TRUE_RULES } from '../../src/simulate/truth/write-truth.js';

/** The content that ships, with the rules that the simulator has a truth for. */
export async function openSimulatedContent(): Promise<Content> {
  const content = await openContent({ dir: 'rules', timeZone: 'Asia/Shanghai' });
  const simulated = content.rules.filter(({ rule }) => TRUE_RULES.includes(rule.id));
  return {
    ...content,
    rules: simulated,
    ruleSet: makeRuleSet(
      simulated.map(({ rule }) => rule.file),
      toProcessCatalogue(content.catalogue),
    ),
  };
}

export async function openSimulatedContext(): Promise<AssessContext> {
  const { ruleSet, calendar } = await openSimulatedContent();
  return { ruleSet, calendar };
}
