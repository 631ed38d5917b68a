import { defineFact, text } from '../fact-definition.js';
import type { FactScope } from '../rule-set.js';
import { fieldOf, latest } from './reading.js';

const NAME = text('里程碑事件类型，如 fee.paid、contract.signed', 'Short event type of the milestone', {
  names: 'eventType',
});
const TYPE = text('事件类型，不带 yxzy. 前缀', 'Short event type', { names: 'eventType' });

/** Facts about milestones (fee.paid, contract.signed, meter.installed …) and about any event type seen. */
export const MILESTONE_FACTS = [
  defineFact({
    name: 'milestone.reached',
    type: 'boolean',
    zh: '是否已达到某里程碑',
    en: 'Whether a milestone was reached',
    params: { name: NAME },
    alwaysKnown: true,
    resolve: (scope, { name }) => milestones(scope, name).length > 0,
  }),
  defineFact({
    name: 'milestone.at',
    type: 'date',
    zh: '最近一次达到某里程碑的时间',
    en: 'When a milestone was reached last',
    params: { name: NAME },
    resolve: (scope, { name }) => latest(milestones(scope, name))?.at,
  }),
  defineFact({
    name: 'milestone.count',
    type: 'number',
    zh: '达到某里程碑的次数',
    en: 'How often a milestone was reached',
    params: { name: NAME },
    alwaysKnown: true,
    resolve: (scope, { name }) => milestones(scope, name).length,
  }),
  defineFact({
    name: 'milestone.data',
    type: 'any',
    zh: '最近一次里程碑事件的一个字段，如 contract.signed 的 expiresOn',
    en: "A field of the latest milestone's data",
    params: { name: NAME, field: text('字段名', 'Field name or dotted path') },
    resolve: (scope, { name, field }) => fieldOf(latest(milestones(scope, name))?.data, field),
  }),
  defineFact({
    name: 'seen.count',
    type: 'number',
    zh: '工单上某类事件出现的次数',
    en: 'How often an event type was seen on the work order',
    params: { type: TYPE },
    alwaysKnown: true,
    resolve: (scope, { type }) => seen(scope, type)?.count ?? 0,
  }),
  defineFact({
    name: 'seen.firstAt',
    type: 'date',
    zh: '某类事件首次发生的时间',
    en: 'When an event type was first seen',
    params: { type: TYPE },
    resolve: (scope, { type }) => seen(scope, type)?.firstAt,
  }),
  defineFact({
    name: 'seen.lastAt',
    type: 'date',
    zh: '某类事件最近发生的时间',
    en: 'When an event type was last seen',
    params: { type: TYPE },
    resolve: (scope, { type }) => seen(scope, type)?.lastAt,
  }),
];

function milestones({ workOrder }: FactScope, name: string) {
  return Object.hasOwn(workOrder.milestones, name) ? (workOrder.milestones[name] ?? []) : [];
}

function seen({ workOrder }: FactScope, type: string) {
  return Object.hasOwn(workOrder.seen, type) ? workOrder.seen[type] : undefined;
}
