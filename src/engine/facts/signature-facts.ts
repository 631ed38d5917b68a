import { defineFact, OPTIONAL_STAGE, text, textList } from '../fact-definition.js';
import type { FactScope } from '../rule-set.js';
import { fieldOf, latest, ofStage, without } from './reading.js';

const SIGNATURE_ROLES = ['customer', 'handler', 'checker', 'utilitySeal', 'giver', 'receiver'] as const;

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

/** Facts about signatures and the contact card (客户联系卡). */
export const SIGNATURE_FACTS = [
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

function signatures(scope: FactScope, document: string, stage: string | undefined, role?: string) {
  return ofStage(scope.workOrder.signatures, stage, scope).filter(
    (signature) => signature.document === document && (role === undefined || signature.role === role),
  );
}
