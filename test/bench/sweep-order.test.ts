import { expect, it, jest } from '@jest/globals';
import { assessHealthyOrder } from '../../bench/support/fill-work-orders.js';
import { assessWorkOrder } from '../../src/engine/assess-work-order.js';
import { writeBenchRules } from '../../bench/support/write-bench-rules.js';
import { openContent } from '../../src/open-content.js';

jest.setTimeout(180_000);

const open = async () => {
  const rules = await writeBenchRules(310);
  return { ...rules, content: await openContent({ dir: rules.dir, timeZone: 'Asia/Shanghai' }) };
};

/** A new rule that finds fault with it would stop the bench only when somebody runs it next. */
it('the open work order of the sweep bench is in order under the shipped rules', async () => {
  const { content, close } = await open();
  try {
    const { workOrder, clocks } = await assessHealthyOrder(content, '2026-03-10');
    expect(workOrder.status).toBe('open');
    expect(clocks.some(({ state }) => state === 'running')).toBe(true);
  } finally {
    close();
  }
});

/** Else the pass that is measured stores more alerts than it is said to. */
it('and three working days later it has just the one fault that the bench counts', async () => {
  const { content, close } = await open();
  try {
    const order = await assessHealthyOrder(content, '2026-03-06');
    const subject = { recordId: 'T', subjectType: 'workOrder', subject: 'T' } as const;
    const now = Date.parse('2026-03-11T10:00:00+08:00');
    const { findings } = await assessWorkOrder(content, subject, order, [], now);
    expect(findings.map(({ rule }) => rule.id)).toEqual(['paper-file-same-city-next-workday']);
  } finally {
    close();
  }
});
