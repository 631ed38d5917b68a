import { shortType } from '../../events/business-event.js';
import type { JsonValue } from '../../json.js';
import { defineFact, text } from '../fact-definition.js';
import { fieldOf } from './reading.js';

/** Facts about the event that triggered the rule. */
export const EVENT_FACTS = [
  defineFact({
    name: 'event.type',
    type: 'string',
    zh: '触发事件的类型，不带 yxzy. 前缀，如 stage.completed',
    en: 'Short type of the triggering event',
    onlyOn: 'event',
    alwaysKnown: true,
    resolve: ({ event }) => event && shortType(event.type),
  }),
  defineFact({
    name: 'event.time',
    type: 'date',
    zh: '触发事件的发生时间（业务时间，不是录入时间）',
    en: 'When the triggering event occurred',
    onlyOn: 'event',
    alwaysKnown: true,
    resolve: ({ event }) => event?.at,
  }),
  defineFact({
    name: 'event.recordedTime',
    type: 'date',
    zh: '触发事件录入营销系统的时间（补录时晚于发生时间）',
    en: 'When the triggering event was entered in the sales system',
    onlyOn: 'event',
    resolve: ({ event }) => event?.recordedAt,
  }),
  defineFact({
    name: 'event.operatorId',
    type: 'string',
    zh: '触发事件的操作员编号',
    en: 'Operator id of the triggering event',
    onlyOn: 'event',
    resolve: ({ event }) => event?.data.operator?.id,
  }),
  defineFact({
    name: 'event.checkerId',
    type: 'string',
    zh: '触发事件的校核人编号',
    en: 'Checker id of the triggering event',
    onlyOn: 'event',
    resolve: ({ event }) => personId(event?.data['checker']),
  }),
  defineFact({
    name: 'event.stage',
    type: 'string',
    zh: '触发事件所在环节',
    en: 'Stage named by the triggering event',
    onlyOn: 'event',
    resolve: ({ event }) => event?.data.stage,
  }),
  defineFact({
    name: 'event.nextStage',
    type: 'string',
    zh: '触发事件（发送、回退）的去向环节',
    en: 'Stage the triggering flow event leads to',
    onlyOn: 'event',
    resolve: ({ event }) => event?.data['nextStage'],
  }),
  defineFact({
    name: 'event.data',
    type: 'any',
    zh: '触发事件 data 中的一个字段，可用点号取下级，如 operator.name',
    en: "A field of the triggering event's data, dotted path allowed",
    params: { field: text('字段名', 'Field name or dotted path') },
    onlyOn: 'event',
    resolve: ({ event }, { field }) => fieldOf(event?.data, field),
  }),
  defineFact({
    name: 'event.share',
    type: 'number',
    zh: '触发事件中一个名单占另一个名单的比例（0–1），如实到人员占应到人员；任一名单没有告知或应到为空时未知',
    en: 'Which share of one list of the triggering event another list has, e.g. of those expected who took part',
    params: {
      of: text('应有的名单的字段名，如 expected', 'Field of the list there should be'),
      in: text('实有的名单的字段名，如 participants', 'Field of the list there is'),
    },
    onlyOn: 'event',
    resolve: ({ event }, params) => {
      const [wanted, there] = [fieldOf(event?.data, params.of), fieldOf(event?.data, params.in)];
      if (!Array.isArray(wanted) || !Array.isArray(there) || wanted.length === 0) return undefined;
      const present = new Set(there);
      return wanted.filter((one) => present.has(one)).length / wanted.length;
    },
  }),
];

/** A person is told as an id, or as `{id, name}`. */
function personId(person: JsonValue | undefined): JsonValue | undefined {
  return typeof person === 'object' && person !== null && !Array.isArray(person) ? person['id'] : person;
}
