import { defineFact, OPTIONAL_STAGE, optionalText, textList } from '../fact-definition.js';
import type { FactScope } from '../rule-set.js';
import { latest, ofStage, without } from './reading.js';

const TO = {
  toStage: optionalText('移交到哪个环节；不写则不限', 'Stage it was handed to; absent = any', {
    names: 'stage',
  }),
  stage: OPTIONAL_STAGE,
};
interface HandoverParams {
  readonly toStage: string | undefined;
  readonly stage: string | undefined;
}

/** Facts about paper handovers, delivery of the paper file, and 先受理、后补录. The latest record counts. */
export const HANDOVER_FACTS = [
  defineFact({
    name: 'handover.recorded',
    type: 'boolean',
    zh: '是否有资料移交记录',
    en: 'Whether a handover was recorded',
    params: TO,
    alwaysKnown: true,
    resolve: (scope, params) => handovers(scope, params).length > 0,
  }),
  defineFact({
    name: 'handover.giver',
    type: 'string',
    zh: '移交人',
    en: 'Who gave',
    params: TO,
    resolve: (scope, params) => latest(handovers(scope, params))?.giver,
  }),
  defineFact({
    name: 'handover.receiver',
    type: 'string',
    zh: '接收人',
    en: 'Who received',
    params: TO,
    resolve: (scope, params) => latest(handovers(scope, params))?.receiver,
  }),
  defineFact({
    name: 'handover.giverSigned',
    type: 'boolean',
    zh: '移交人是否已签字',
    en: 'Whether the giver signed',
    params: TO,
    alwaysKnown: true,
    resolve: (scope, params) => latest(handovers(scope, params))?.giverSigned ?? false,
  }),
  defineFact({
    name: 'handover.receiverSigned',
    type: 'boolean',
    zh: '接收人是否已签字',
    en: 'Whether the receiver signed',
    params: TO,
    alwaysKnown: true,
    resolve: (scope, params) => latest(handovers(scope, params))?.receiverSigned ?? false,
  }),
  defineFact({
    name: 'handover.documents',
    type: 'list',
    zh: '已移交的资料（各次移交合计）',
    en: 'Documents handed over, all handovers together',
    params: TO,
    alwaysKnown: true,
    resolve: (scope, params) => [...handedOver(scope, params)],
  }),
  defineFact({
    name: 'handover.missing',
    type: 'list',
    zh: '应移交资料中尚未移交的',
    en: 'Those of the named documents not handed over yet',
    params: { documents: textList('应移交的资料', 'Documents there should be'), ...TO },
    alwaysKnown: true,
    resolve: (scope, { documents, ...params }) => without(documents, handedOver(scope, params)),
  }),
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

function handovers(scope: FactScope, { toStage, stage }: HandoverParams) {
  const own = ofStage(scope.workOrder.handovers, stage, scope);
  if (toStage === undefined) return own;
  const wanted = toStage === 'same' ? scope.stage?.stage : toStage;
  return own.filter((handover) => handover.toStage === wanted);
}

function handedOver(scope: FactScope, params: HandoverParams): Set<string> {
  return new Set(handovers(scope, params).flatMap((handover) => handover.documents));
}

function delivery({ workOrder }: FactScope) {
  return latest(workOrder.milestones['paper.delivered']);
}
