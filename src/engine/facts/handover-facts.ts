import type { DocumentReceipt } from '../../work-orders/work-order.js';
import { defineFact, OPTIONAL_STAGE, optionalText, text, textList } from '../fact-definition.js';
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

/** Facts about paper handovers. Where one value is asked for, the latest record counts. */
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
    name: 'handover.signer',
    type: 'string',
    zh: '移交记录簿上为最近一次移交签字的人（该环节首次移交的，移交前签的也算）',
    en: 'Who signed the record book for the latest handover',
    params: {
      role: text('签字人：giver 移交人，receiver 接收人', 'Which side', { values: ['giver', 'receiver'] }),
      ...TO,
    },
    resolve: (scope, { role, ...params }) => signerOf(scope, params, role),
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
    name: 'handover.omitted',
    type: 'list',
    zh: '最近一次移交时已收到、而各次移交清单上都没有的纸质资料（只有电子件的不算）；没有一次移交写明清单时未知',
    en: 'Papers received by the latest handover and on no handover list; missing where no handover names its papers',
    params: TO,
    resolve: (scope, params) => {
      const listed = handedOver(scope, params);
      const until = latest(handovers(scope, params))?.at;
      if (listed.size === 0 || until === undefined) return undefined;
      const papers = ofStage(scope.workOrder.documents, params.stage, scope).filter(
        (receipt) => receipt.at <= until && isOnPaper(receipt),
      );
      return without([...new Set(papers.map((receipt) => receipt.document))], listed);
    },
  }),
];

function handovers(scope: FactScope, { toStage, stage }: HandoverParams) {
  const own = ofStage(scope.workOrder.handovers, stage, scope);
  if (toStage === undefined) return own;
  const wanted = toStage === 'same' ? scope.stage?.stage : toStage;
  return own.filter((handover) => handover.toStage === wanted);
}

/** A signature of before a second handover is of the first one. */
function signerOf(scope: FactScope, params: HandoverParams, role: string): string | undefined {
  const { handovers: all, signatures } = scope.workOrder;
  const handover = latest(handovers(scope, params));
  if (!handover) return undefined;
  const ofItsStage = ({ stage }: { readonly stage?: string }) =>
    stage === undefined || handover.stage === undefined || stage === handover.stage;
  const isFirst = !all.some(
    (other) => other !== handover && other.stage === handover.stage && other.at < handover.at,
  );
  const since = isFirst ? -Infinity : handover.at;
  return latest(signatures.filter((one) => one.role === role && ofItsStage(one) && one.at >= since))?.signer;
}

function handedOver(scope: FactScope, params: HandoverParams): Set<string> {
  return new Set(handovers(scope, params).flatMap((handover) => handover.documents));
}

/** A receipt that says neither is of paper: that is what a counter takes in. */
function isOnPaper({ paper, electronic }: DocumentReceipt): boolean {
  return paper ?? electronic !== true;
}
