import { expect, it } from '@jest/globals';
import { assessHealthyOrder } from '../../bench/support/fill-work-orders.js';
import { writeBenchRules } from '../../bench/support/write-bench-rules.js';
import { openContent } from '../../src/open-content.js';

/** A new rule that finds fault with it would stop the bench only when somebody runs it next. */
it('the open work order of the sweep bench is in order under the shipped rules', async () => {
  const rules = await writeBenchRules(310);
  try {
    const content = await openContent({ dir: rules.dir, timeZone: 'Asia/Shanghai' });
    const { workOrder, clocks } = await assessHealthyOrder(content, '2026-03-10');
    expect(workOrder.status).toBe('open');
    expect(clocks.some(({ state }) => state === 'running')).toBe(true);
  } finally {
    rules.close();
  }
});
