import { defineFact, optionalText, text } from '../fact-definition.js';
import { fieldOf } from './reading.js';

/** Facts about the work order (or the record of a hall, org unit, account or feed) as a whole. */
export const WORK_ORDER_FACTS = [
  defineFact({
    name: 'workOrder.no',
    type: 'string',
    zh: '工单编号（营业厅、单位、户、数据源的记录为其编码）',
    en: 'Work order no.; the code for the record of a hall, org unit, account or feed',
    alwaysKnown: true,
    resolve: ({ workOrder }) => workOrder.subject,
  }),
  defineFact({
    name: 'workOrder.process',
    type: 'string',
    zh: '业务类型，如 高压新装',
    en: 'Process',
    resolve: ({ workOrder }) => workOrder.process,
  }),
  defineFact({
    name: 'workOrder.status',
    type: 'string',
    zh: '工单状态：open 在办，closed 办结，cancelled 作废',
    en: 'open, closed or cancelled',
    alwaysKnown: true,
    resolve: ({ workOrder }) => workOrder.status,
  }),
  defineFact({
    name: 'workOrder.customerClass',
    type: 'string',
    zh: '客户类别：低压居民、低压非居民、高压单电源、高压双电源',
    en: 'Customer class',
    resolve: ({ workOrder }) => workOrder.customerClass,
  }),
  defineFact({
    name: 'workOrder.customerNo',
    type: 'string',
    zh: '户号',
    en: 'Customer no.',
    resolve: ({ workOrder }) => workOrder.customerNo,
  }),
  defineFact({
    name: 'workOrder.sameCity',
    type: 'boolean',
    zh: '是否同城受理',
    en: "Accepted at another unit's counter of the same city",
    resolve: ({ workOrder }) => workOrder.sameCity,
  }),
  defineFact({
    name: 'workOrder.managingUnit',
    type: 'string',
    zh: '管辖单位编码',
    en: 'Code of the managing unit',
    resolve: ({ workOrder }) => workOrder.managingUnit,
  }),
  defineFact({
    name: 'workOrder.orgUnit',
    type: 'string',
    zh: '最近办理单位编码',
    en: 'Code of the unit that handled it last',
    resolve: ({ workOrder }) => workOrder.orgUnit,
  }),
  defineFact({
    name: 'workOrder.openedAt',
    type: 'date',
    zh: '工单建立时间',
    en: 'When it was opened',
    resolve: ({ workOrder }) => workOrder.openedAt,
  }),
  defineFact({
    name: 'workOrder.endedAt',
    type: 'date',
    zh: '工单办结或作废时间',
    en: 'When it was closed or cancelled',
    resolve: ({ workOrder }) => workOrder.endedAt,
  }),
  defineFact({
    name: 'workOrder.lastEventAt',
    type: 'date',
    zh: '工单最近一个事件的发生时间',
    en: 'When the newest event of the work order occurred',
    resolve: ({ workOrder }) => workOrder.last?.at,
  }),
  defineFact({
    name: 'workOrder.returns',
    type: 'number',
    zh: '工单被回退的次数',
    en: 'How often it was sent back',
    alwaysKnown: true,
    resolve: ({ workOrder }) => workOrder.stages.filter((visit) => visit.returnedAt !== undefined).length,
  }),
  defineFact({
    name: 'workOrder.suspended',
    type: 'boolean',
    zh: '工单是否正在中止（已中止、尚未恢复）',
    en: 'Whether it is suspended at the moment',
    params: {
      side: optionalText('哪一方的中止：customer 客户，utility 供电企业；不写则不限', 'Whose; absent = any', {
        values: ['customer', 'utility'],
      }),
    },
    alwaysKnown: true,
    resolve: ({ workOrder }, { side }) =>
      workOrder.pauses.some((pause) => pause.to === undefined && (side === undefined || pause.side === side)),
  }),
  defineFact({
    name: 'workOrder.attribute',
    type: 'any',
    zh: '工单的一个附加属性（各事件 data.attributes 合并而成）',
    en: 'An attribute of the work order, merged from all events',
    params: { name: text('属性名', 'Attribute name or dotted path') },
    resolve: ({ workOrder }, { name }) => fieldOf(workOrder.attributes, name),
  }),
];
