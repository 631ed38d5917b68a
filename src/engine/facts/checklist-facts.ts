import type { ChecklistItem } from '../checklists.js';
import { defineFact, optionalText } from '../fact-definition.js';
import type { FactScope } from '../rule-set.js';
import { stageNameOf, without } from './reading.js';

const NEED = optionalText(
  '必备（默认）或容缺',
  'Those that must be there (the default), or those that may come later',
  { values: ['必备', '容缺'] },
);
const STAGE = optionalText(
  '看另一个环节的模板；不写则看当前环节',
  'The template of another stage; absent = the stage in question',
  { names: 'stage' },
);

/** Facts about the papers and signatures that `rules/checklists/` asks for. */
export const CHECKLIST_FACTS = [
  defineFact({
    name: 'checklist.missing',
    type: 'list',
    zh: '资料模板要求本环节具备而尚未收到的资料；模板分客户类别而类别未知、已知的又都齐全时未知',
    en: 'Documents that the template of the stage asks for and that were not received; missing where it depends on a customer class that is not known',
    params: { need: NEED, stage: STAGE },
    resolve: (scope, { need, stage }) =>
      collect(scope, stage, (item) =>
        item.need === (need ?? '必备') && !hasDocument(scope, item.document) ? [item.document] : [],
      ),
  }),
  defineFact({
    name: 'checklist.unsigned',
    type: 'list',
    zh: '资料模板要求而尚缺的签章，写作 资料·签章人；未知的情形同 checklist.missing',
    en: 'Signatures that the template asks for and that are lacking, as document·role',
    params: { stage: STAGE },
    resolve: (scope, { stage }) =>
      collect(scope, stage, (item) => {
        const signed = scope.workOrder.signatures.filter(({ document }) => document === item.document);
        const roles = signed.map(({ role }) => role);
        return without(item.signatures ?? [], roles).map((role) => `${item.document}·${ROLES[role] ?? role}`);
      }),
  }),
  defineFact({
    name: 'checklist.fileMissing',
    type: 'list',
    zh: '整份业务档案按资料模板（已办过的各环节）尚缺的必备资料',
    en: 'What the whole file lacks of the documents that the templates of all completed stages ask for',
    resolve: (scope) => {
      if (!scope.checklists) return undefined;
      const stages = new Set(
        scope.workOrder.stages.filter((v) => v.completedAt !== undefined).map((v) => v.stage),
      );
      const lists = [...stages].map((stage) =>
        collect(scope, stage, (item) =>
          item.need === '必备' && !hasDocument(scope, item.document) ? [item.document] : [],
        ),
      );
      const missing = [...new Set(lists.flatMap((list) => list ?? []))];
      return missing.length === 0 && lists.includes(undefined) ? undefined : missing;
    },
  }),
];

const ROLES: Readonly<Record<string, string>> = {
  customer: '客户',
  handler: '经办人',
  checker: '审核人',
  utilitySeal: '供电企业印章',
  giver: '移交人',
  receiver: '接收人',
};

function hasDocument({ workOrder }: FactScope, document: string): boolean {
  return workOrder.documents.some((receipt) => receipt.document === document);
}

/** What the items of the stage's templates add up to; undefined where nothing is found and some items may not apply. */
function collect(
  scope: FactScope,
  stage: string | undefined,
  read: (item: ChecklistItem) => readonly string[],
): string[] | undefined {
  const name = stageNameOf(scope, stage);
  if (name === undefined || !scope.checklists) return undefined;
  const { process, customerClass } = scope.workOrder;
  const found = new Set<string>();
  let unsure = false;
  for (const { documents } of scope.checklists.of(process, name)) {
    for (const item of documents) {
      const { customerClasses } = item;
      if (customerClasses && customerClass !== undefined && !isOneOf(customerClasses, customerClass))
        continue;
      const lacking = read(item);
      if (customerClasses && customerClass === undefined) unsure ||= lacking.length > 0;
      else for (const what of lacking) found.add(what);
    }
  }
  return found.size === 0 && unsure ? undefined : [...found];
}

function isOneOf(list: readonly string[], value: string): boolean {
  return list.includes(value);
}
