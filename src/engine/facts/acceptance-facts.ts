import { defineFact } from '../fact-definition.js';
import type { FactScope } from '../rule-set.js';
import { latest } from './reading.js';

/** Facts about delivery of the paper file and about 先受理、后补录. The latest record counts. */
export const ACCEPTANCE_FACTS = [
  defineFact({
    name: 'paper.delivered',
    type: 'boolean',
    zh: '纸质资料是否已送达',
    en: 'Whether the paper file was delivered',
    alwaysKnown: true,
    resolve: (scope) => delivery(scope) !== undefined,
  }),
  defineFact({
    name: 'paper.deliveredAt',
    type: 'date',
    zh: '纸质资料最近一次送达时间',
    en: 'When the paper file was delivered last',
    resolve: (scope) => delivery(scope)?.at,
  }),
  defineFact({
    name: 'paper.toUnit',
    type: 'string',
    zh: '纸质资料送达单位编码',
    en: 'Unit the paper file was delivered to',
    resolve: (scope) => delivery(scope)?.data['toUnit'],
  }),
  defineFact({
    name: 'acceptance.offline',
    type: 'boolean',
    zh: '是否系统外先受理',
    en: 'Whether it was accepted outside the system first',
    alwaysKnown: true,
    resolve: ({ workOrder }) => workOrder.acceptances.length > 0,
  }),
  defineFact({
    name: 'acceptance.backfilled',
    type: 'boolean',
    zh: '先受理后是否已补录',
    en: 'Whether the offline acceptance was backfilled',
    alwaysKnown: true,
    resolve: ({ workOrder }) => latest(workOrder.acceptances)?.backfilledAt !== undefined,
  }),
  defineFact({
    name: 'acceptance.contact',
    type: 'string',
    zh: '先受理时登记的客户联系方式',
    en: 'Contact noted at offline acceptance',
    resolve: ({ workOrder }) => latest(workOrder.acceptances)?.contact,
  }),
  defineFact({
    name: 'acceptance.at',
    type: 'date',
    zh: '先受理的时间',
    en: 'When it was accepted offline',
    resolve: ({ workOrder }) => latest(workOrder.acceptances)?.at,
  }),
  defineFact({
    name: 'acceptance.backfilledAt',
    type: 'date',
    zh: '补录的时间',
    en: 'When it was backfilled',
    resolve: ({ workOrder }) => latest(workOrder.acceptances)?.backfilledAt,
  }),
];

function delivery({ workOrder }: FactScope) {
  return latest(workOrder.milestones['paper.delivered']);
}
