import { defineFact, OPTIONAL_STAGE, optionalText, text } from '../fact-definition.js';
import type { FactScope } from '../rule-set.js';
import { fieldOf, latest, ofStage } from './reading.js';
import { checkedEntry, currentChecks, ofForm, uncheckedEntries } from './record-forms.js';

const FORM = {
  form: optionalText(
    '表单名称；same 表示触发事件的表单（事件没有写表单时不限）；不写则不限',
    'Form; `same` = that of the triggering event (any, where it names none); absent = any',
    { sameAsEvent: true },
  ),
  stage: OPTIONAL_STAGE,
};
/** Stands in lists for entries and checks whose form nobody told. */
const UNNAMED = '未注明表单';

interface FormParams {
  readonly form: string | undefined;
  readonly stage: string | undefined;
}

/** Facts about data entry and its check: 一人工作、一人校核. With several records the latest counts. */
export const RECORD_FACTS = [
  defineFact({
    name: 'record.entered',
    type: 'boolean',
    zh: '信息是否已录入系统',
    en: 'Whether the data was entered',
    params: FORM,
    alwaysKnown: true,
    resolve: (scope, params) => entries(scope, params).length > 0,
  }),
  defineFact({
    name: 'record.checked',
    type: 'boolean',
    zh: '录入信息是否已校核',
    en: 'Whether the entry was checked',
    params: FORM,
    alwaysKnown: true,
    resolve: (scope, params) => checks(scope, params).length > 0,
  }),
  defineFact({
    name: 'record.operatorId',
    type: 'string',
    zh: '最近一次录入的录入人编号',
    en: 'Who made the latest entry',
    params: FORM,
    resolve: (scope, params) => latest(entries(scope, params))?.operatorId,
  }),
  defineFact({
    name: 'record.checkerId',
    type: 'string',
    zh: '最近一次校核的校核人编号',
    en: 'Who made the latest check',
    params: FORM,
    resolve: (scope, params) => latest(checks(scope, params))?.checkerId,
  }),
  defineFact({
    name: 'record.openMismatches',
    type: 'number',
    zh: '校核发现且未改正的差错项数（每张表单取最近一次校核）',
    en: 'Mismatches found by the latest check of each form',
    params: FORM,
    alwaysKnown: true,
    resolve: (scope, params) =>
      currentChecks(checks(scope, params)).reduce((sum, check) => sum + check.mismatches.length, 0),
  }),
  defineFact({
    name: 'record.unchecked',
    type: 'list',
    zh: '录入（或改录）以后还没有校核的表单',
    en: 'Forms entered, or entered anew, and not checked since',
    params: FORM,
    alwaysKnown: true,
    resolve: (scope, params) =>
      uncheckedEntries(entries(scope, params), checks(scope, params)).map((entry) => entry.form ?? UNNAMED),
  }),
  defineFact({
    name: 'record.selfChecked',
    type: 'list',
    zh: '最近一次校核的人就是录入人的表单（录入人、校核人没有登记的不在内）',
    en: 'Forms whose latest check was made by who had entered them, where both are known',
    params: FORM,
    alwaysKnown: true,
    resolve: (scope, params) =>
      currentChecks(checks(scope, params)).flatMap((check) => {
        const entry = checkedEntry(check, entries(scope, params));
        const isSelf = check.checkerId !== undefined && check.checkerId === entry?.operatorId;
        return isSelf ? [check.form ?? entry.form ?? UNNAMED] : [];
      }),
  }),
  defineFact({
    name: 'record.field',
    type: 'any',
    zh: '录入的一个字段（取最近一次填了该字段的录入）',
    en: 'A field of the latest entry that has it',
    params: { field: text('字段名', 'Field name or dotted path'), ...FORM },
    resolve: (scope, { field, ...params }) => {
      const found = entries(scope, params).filter((entry) => fieldOf(entry.fields, field) !== undefined);
      return fieldOf(latest(found)?.fields, field);
    },
  }),
  defineFact({
    name: 'record.enteredAt',
    type: 'date',
    zh: '最近一次录入的时间',
    en: 'When the latest entry was made',
    params: FORM,
    resolve: (scope, params) => latest(entries(scope, params))?.at,
  }),
  defineFact({
    name: 'record.checkedAt',
    type: 'date',
    zh: '最近一次校核的时间',
    en: 'When the latest check was made',
    params: FORM,
    resolve: (scope, params) => latest(checks(scope, params))?.at,
  }),
];

function entries(scope: FactScope, { form, stage }: FormParams) {
  return ofForm(ofStage(scope.workOrder.records, stage, scope), form, scope);
}
function checks(scope: FactScope, { form, stage }: FormParams) {
  return ofForm(ofStage(scope.workOrder.checks, stage, scope), form, scope);
}
