import { defineFact, OPTIONAL_STAGE, text, textList } from '../fact-definition.js';
import type { FactScope } from '../rule-set.js';
import { fieldOf, latest, ofStage, without } from './reading.js';

export const SIGNATURE_ROLES = [
  'customer',
  'handler',
  'checker',
  'utilitySeal',
  'giver',
  'receiver',
] as const;

const DOCUMENT = text('资料名称', 'Document name');
const ROLE = text(
  '签章人：customer 客户，handler 受理人，checker 校核人，utilitySeal 供电企业印章，giver 移交人，receiver 接收人',
  'Who signs',
  { values: SIGNATURE_ROLES },
);
const ROLES = textList(
  '应有的签章：customer、handler、checker、utilitySeal、giver、receiver',
  'Signatures there should be',
  { values: SIGNATURE_ROLES },
);

/** Facts about documents received, 一次性告知, signatures and the contact card (客户联系卡). */
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
    zh: '最近一次一次性告知的资料中，告知后仍未收到的',
    en: 'Documents of the latest notice not received since',
    alwaysKnown: true,
    resolve: ({ workOrder }) => {
      const notice = latest(workOrder.shortfalls);
      if (!notice) return [];
      const since = workOrder.documents.filter((receipt) => receipt.at >= notice.at);
      return without(
        notice.documents,
        since.map((receipt) => receipt.document),
      );
    },
  }),
  defineFact({
    name: 'signature.present',
    type: 'boolean',
    zh: '某资料上是否已有某人签章',
    en: 'Whether a document carries a signature',
    params: { document: DOCUMENT, role: ROLE, stage: OPTIONAL_STAGE },
    alwaysKnown: true,
    resolve: (scope, { document, role, stage }) => signatures(scope, document, stage, role).length > 0,
  }),
  defineFact({
    name: 'signature.missing',
    type: 'list',
    zh: '某资料上应有而没有的签章',
    en: 'Those of the named signatures a document lacks',
    params: { document: DOCUMENT, roles: ROLES, stage: OPTIONAL_STAGE },
    alwaysKnown: true,
    resolve: (scope, { document, roles, stage }) =>
      without(
        roles,
        signatures(scope, document, stage).map((signature) => signature.role),
      ),
  }),
  defineFact({
    name: 'signature.signer',
    type: 'string',
    zh: '某资料上某签章的签署人',
    en: 'Who signed a document in a role',
    params: { document: DOCUMENT, role: ROLE, stage: OPTIONAL_STAGE },
    resolve: (scope, { document, role, stage }) => latest(signatures(scope, document, stage, role))?.signer,
  }),
  defineFact({
    name: 'signature.at',
    type: 'date',
    zh: '某资料上某签章的最近签署时间',
    en: 'When a document was signed in a role last',
    params: { document: DOCUMENT, role: ROLE, stage: OPTIONAL_STAGE },
    resolve: (scope, { document, role, stage }) => latest(signatures(scope, document, stage, role))?.at,
  }),
  defineFact({
    name: 'contactCard.issued',
    type: 'boolean',
    zh: '是否已发客户联系卡',
    en: 'Whether a contact card was issued',
    params: { stage: OPTIONAL_STAGE },
    alwaysKnown: true,
    resolve: (scope, { stage }) => ofStage(scope.workOrder.contactCards, stage, scope).length > 0,
  }),
  defineFact({
    name: 'contactCard.field',
    type: 'any',
    zh: '客户联系卡上的一个栏目，如 phone、applicationNo（取最近一张填了该栏的）',
    en: 'A field of the latest contact card that has it',
    params: { field: text('栏目名', 'Field name') },
    resolve: ({ workOrder }, { field }) => {
      const cards = workOrder.contactCards.filter((card) => fieldOf(card.fields, field) !== undefined);
      return fieldOf(latest(cards)?.fields, field);
    },
  }),
];

function receipts(scope: FactScope, document: string, stage: string | undefined) {
  return ofStage(scope.workOrder.documents, stage, scope).filter((receipt) => receipt.document === document);
}

function signatures(scope: FactScope, document: string, stage: string | undefined, role?: string) {
  return ofStage(scope.workOrder.signatures, stage, scope).filter(
    (signature) => signature.document === document && (role === undefined || signature.role === role),
  );
}
