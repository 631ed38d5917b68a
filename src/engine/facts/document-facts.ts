import { defineFact, OPTIONAL_STAGE, text, textList } from '../fact-definition.js';
import type { FactScope } from '../rule-set.js';
import { latest, ofStage, without } from './reading.js';

const DOCUMENT = text('资料名称', 'Document name');

/** Facts about documents received and 一次性告知. */
export const DOCUMENT_FACTS = [
  defineFact({
    name: 'document.received',
    type: 'boolean',
    zh: '是否已收到某资料',
    en: 'Whether a document was received',
    params: { document: DOCUMENT, stage: OPTIONAL_STAGE },
    alwaysKnown: true,
    resolve: (scope, { document, stage }) => receipts(scope, document, stage).length > 0,
  }),
  defineFact({
    name: 'document.receivedAt',
    type: 'date',
    zh: '最近一次收到某资料的时间',
    en: 'When a document was received last',
    params: { document: DOCUMENT, stage: OPTIONAL_STAGE },
    resolve: (scope, { document, stage }) => latest(receipts(scope, document, stage))?.at,
  }),
  defineFact({
    name: 'document.missing',
    type: 'list',
    zh: '应有资料中尚未收到的',
    en: 'Those of the named documents not received yet',
    params: { documents: textList('应有的资料', 'Documents there should be'), stage: OPTIONAL_STAGE },
    alwaysKnown: true,
    resolve: (scope, { documents, stage }) =>
      without(
        documents,
        ofStage(scope.workOrder.documents, stage, scope).map((receipt) => receipt.document),
      ),
  }),
  defineFact({
    name: 'document.receivedList',
    type: 'list',
    zh: '已收到的资料（不重复，按首次收到的先后）',
    en: 'The documents received, each once, in order of first receipt',
    params: { stage: OPTIONAL_STAGE },
    alwaysKnown: true,
    resolve: (scope, { stage }) => [
      ...new Set(ofStage(scope.workOrder.documents, stage, scope).map((receipt) => receipt.document)),
    ],
  }),
  defineFact({
    name: 'document.count',
    type: 'number',
    zh: '已收到的资料种数',
    en: 'How many different documents were received',
    params: { stage: OPTIONAL_STAGE },
    alwaysKnown: true,
    resolve: (scope, { stage }) =>
      new Set(ofStage(scope.workOrder.documents, stage, scope).map((receipt) => receipt.document)).size,
  }),
  defineFact({
    name: 'shortfall.notified',
    type: 'boolean',
    zh: '是否已出具一次性告知单',
    en: 'Whether a notice of missing documents was given',
    alwaysKnown: true,
    resolve: ({ workOrder }) => workOrder.shortfalls.length > 0,
  }),
  defineFact({
    name: 'shortfall.agreedDate',
    type: 'date',
    day: true,
    zh: '最近一次一次性告知约定的补充日期（YYYY-MM-DD）',
    en: 'Business day by which the customer agreed to bring what the latest notice named',
    resolve: ({ workOrder }) => latest(workOrder.shortfalls)?.agreedDate,
  }),
  defineFact({
    name: 'shortfall.missing',
    type: 'list',
    zh: '最近一次一次性告知的资料中，告知后仍未收到的（在哪个环节收到都算）',
    en: 'Documents of the latest notice not received since, at whatever stage they came',
    params: { stage: OPTIONAL_STAGE },
    alwaysKnown: true,
    resolve: (scope, { stage }) => {
      const notice = latest(ofStage(scope.workOrder.shortfalls, stage, scope));
      if (!notice) return [];
      const since = scope.workOrder.documents.filter((receipt) => receipt.at >= notice.at);
      return without(
        notice.documents,
        since.map((receipt) => receipt.document),
      );
    },
  }),
];

function receipts(scope: FactScope, document: string, stage: string | undefined) {
  return ofStage(scope.workOrder.documents, stage, scope).filter((receipt) => receipt.document === document);
}
