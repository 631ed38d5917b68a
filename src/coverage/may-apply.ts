import { selectorsOf } from '../engine/compile-rule.js';
import type { CompiledRule } from '../engine/rule-set.js';
import { subjectTypeOf } from '../events/business-event.js';
import { CUSTOMER_CLASSES } from '../events/event-types.js';
import { newWorkOrder } from '../work-orders/project-work-order.js';

/** Whether the rule can bind a customer of some class at the stage. */
export function mayApply(rule: CompiledRule, process: string, stage: string): boolean {
  return answersAt(rule, process, stage).includes('yes');
}

/** As `mayApply`, or it binds only some org units. */
export function isPossible(rule: CompiledRule, process: string, stage: string): boolean {
  return answersAt(rule, process, stage).some((answer) => answer !== 'no');
}

function answersAt(rule: CompiledRule, process: string, stage: string) {
  const visit = { stage, visit: 1, completions: 0 };
  return CUSTOMER_CLASSES.map((customerClass) => {
    const identity = { recordId: '', subjectType: 'workOrder', subject: '' } as const;
    return rule.applies({ ...newWorkOrder(identity), process, customerClass }, visit);
  });
}

/** Whether the rule looks at work orders at all, not only at halls, units or feeds. */
export function isAboutWorkOrders(file: CompiledRule['file']): boolean {
  if (file.trigger.on === 'sweep') return file.trigger.subject === 'workOrder';
  return typesOf(file).some((type) => type === '*' || subjectTypeOf(type) === 'workOrder');
}

function typesOf(file: CompiledRule['file']): string[] {
  return selectorsOf(file).map(({ selector }) => (typeof selector === 'string' ? selector : selector.type));
}
