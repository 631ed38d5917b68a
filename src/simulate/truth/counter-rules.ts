import { asText } from '../as-text.js';
import { isCreditCode, isIdNumber, isPhone } from '../numbers.js';
import { HOUR, MINUTE, workingMs } from '../office-time.js';
import { follow, type Finding } from './follow.js';
import { attributeAt, before, listOf, newest, textOf, visitAt, type Fact, type Timeline, type Visit } from './timeline.js'; // prettier-ignore

/** What must be so of the forms of the counter, of entry and check. One function a rule of rules/acceptance and rules/consult. */
export type Oracle = (timeline: Timeline) => Finding[];

const ACCEPTANCE = '业务受理';
const COUNTERS = [ACCEPTANCE, '客户申请确认'];
const CONSULT = '用电大项目前期咨询';

/** Looked at when a stage is completed. */
function whenCompleted(
  rule: string,
  stages: readonly string[] | undefined,
  isWrong: (timeline: Timeline, at: number, visit: Visit, completed: Fact) => boolean,
  isRight?: (timeline: Timeline, at: number) => boolean,
): [string, Oracle] {
  const oracle: Oracle = (timeline) =>
    timeline.visits.flatMap((visit) => {
      const { stage, visit: number, completed } = visit;
      if (!completed || (stages && !stages.includes(stage))) return [];
      return follow(timeline, {
        rule,
        place: { stage, visit: number },
        looks: [{ at: completed.at }],
        isWrong: (at) => isWrong(timeline, at, visit, completed),
        ...(isRight && { isRight: (at: number) => isRight(timeline, at) }),
      });
    });
  return [rule, oracle];
}

/** Looked at whenever an event of these types comes; one finding for each visit to the event's stage. */
export function whenTold(
  rule: string,
  types: readonly string[],
  isWrong: (timeline: Timeline, at: number, stage: string | undefined, fact: Fact) => boolean,
  isRight?: (timeline: Timeline, at: number, stage: string | undefined) => boolean,
  applies: (timeline: Timeline, fact: Fact) => boolean = () => true,
): [string, Oracle] {
  const oracle: Oracle = (timeline) => {
    const facts = timeline.facts.filter((fact) => types.includes(fact.type) && applies(timeline, fact));
    const places = new Map<string, { stage?: string; visit?: number; facts: Fact[] }>();
    for (const fact of facts) {
      const place = fact.stage === undefined ? {} : visitAt(timeline, fact.stage, fact.at);
      const key = JSON.stringify(place);
      const entry = places.get(key) ?? { ...place, facts: [] };
      entry.facts.push(fact);
      places.set(key, entry);
    }
    return [...places.values()].flatMap(({ facts: own, ...place }) =>
      follow(timeline, {
        rule,
        place,
        looks: own.map(({ at }) => ({ at })),
        isWrong: (at) => own.some((fact) => fact.at === at && isWrong(timeline, at, place.stage, fact)),
        ...(isRight && { isRight: (at: number) => isRight(timeline, at, place.stage) }),
      }),
    );
  };
  return [rule, oracle];
}

const isSigned = (timeline: Timeline, at: number, role: string) =>
  before(timeline, at, 'signature.recorded').some(
    ({ data }) => data['document'] === '受理单' && data['role'] === role,
  );
/** The newest entry, or card, that has a field. */
const fieldAt = (timeline: Timeline, at: number, type: string, field: string, form?: string) => {
  const found = before(timeline, at, type).findLast(
    ({ data }) => fieldsOf(data)[field] !== undefined && (form === undefined || data['form'] === form),
  );
  return found && fieldsOf(found.data)[field];
};
const fieldsOf = (data: Fact['data']): Readonly<Record<string, unknown>> =>
  Object(data['fields']) as Record<string, unknown>;
const hasFields = (timeline: Timeline, at: number, fields: readonly string[]) =>
  fields.every((field) => fieldAt(timeline, at, 'record.entered', field) !== undefined);
const isEntered = (timeline: Timeline, at: number, stage: string) =>
  before(timeline, at, 'record.entered', stage).length > 0;
const hasCard = (timeline: Timeline, at: number) => before(timeline, at, 'contactcard.issued').length > 0;
const has = (timeline: Timeline, at: number, document: string) =>
  before(timeline, at, 'document.received').some(({ data }) => data['document'] === document);
const RESIDENTIAL = ['用电申请表', '身份证件', '产权证明'];
const REGISTRATION = ['customerName', 'address', 'phone'];
const PROJECT = [
  'projectName',
  'address',
  'usage',
  'nearTermCapacity',
  'longTermCapacity',
  'powerDate',
  'contact',
  'phone',
];

/** An entry of the form has a malformed value; right once the newest value is well-formed. */
const malformed = (rule: string, field: string, isFormat: (text: string) => boolean) =>
  whenTold(
    rule,
    ['record.entered'],
    (timeline, at, _stage, { data }) => {
      const value = fieldAt(timeline, at, 'record.entered', field, asText(data['form']));
      return typeof value === 'string' && !isFormat(value);
    },
    (timeline, at) => isFormat(String(fieldAt(timeline, at, 'record.entered', field))),
  );

const cardPhoneIsRight = (timeline: Timeline, at: number) => {
  const phone = asText(fieldAt(timeline, at, 'contactcard.issued', 'phone') ?? '');
  return isPhone(phone) || phone.startsWith('95598');
};
const cardNumber = (timeline: Timeline, at: number) =>
  fieldAt(timeline, at, 'contactcard.issued', 'applicationNo');

/** The entry that a check looked at: the newest of its form. */
const checkedEntry = (timeline: Timeline, check: Fact) =>
  before(timeline, check.at, 'record.entered', check.stage).findLast(
    ({ data }) => data['form'] === check.data['form'],
  );
/** The newest check of each form of a stage. */
const checksOfForms = (timeline: Timeline, at: number, stage?: string) => {
  const newestOf = new Map(
    before(timeline, at, 'record.checked', stage).map((check) => [
      `${check.stage} ${asText(check.data['form'])}`,
      check,
    ]),
  );
  return [...newestOf.values()];
};
export const openMismatches = (timeline: Timeline, at: number, stage?: string) =>
  checksOfForms(timeline, at, stage).filter((check) => listOf(check, 'mismatches').length > 0);
/** Entries that nobody has checked since. */
export const uncheckedForms = (timeline: Timeline, at: number, stage?: string) =>
  before(timeline, at, 'record.entered', stage).filter((entry) => {
    const later = [
      ...before(timeline, at, 'record.entered', stage),
      ...before(timeline, at, 'record.checked', stage),
    ];
    return !later.some(({ at: when, data }) => when > entry.at && data['form'] === entry.data['form']);
  });
const selfChecked = (timeline: Timeline, check: Fact) =>
  textOf(check, 'checker') !== undefined &&
  textOf(check, 'checker') === textOf(checkedEntry(timeline, check), 'operator');

export const COUNTER_RULES: readonly [rule: string, oracle: Oracle][] = [
  whenCompleted(
    'accept-form-handler-unsigned',
    [ACCEPTANCE],
    (t, at) => !isSigned(t, at, 'handler'),
    (t, at) => isSigned(t, at, 'handler'),
  ),
  whenCompleted(
    'accept-form-seal-missing',
    [ACCEPTANCE],
    (t, at) => !isSigned(t, at, 'utilitySeal'),
    (t, at) => isSigned(t, at, 'utilitySeal'),
  ),
  whenCompleted(
    'accept-form-time-missing',
    [ACCEPTANCE],
    (t, at, { stage }) => isEntered(t, at, stage) && !hasFields(t, at, ['acceptedAt']),
    (t, at) => hasFields(t, at, ['acceptedAt']),
  ),
  whenCompleted('acceptance-too-fast', [ACCEPTANCE], (_t, at, { arrivedAt }) => at - arrivedAt < MINUTE),
  whenCompleted(
    'completion-recorded-late',
    undefined,
    (t, at, _visit, { recordedAt = at }) =>
      workingMs(at, recordedAt) > 8 * HOUR && before(t, at, 'acceptance.offline').length === 0,
  ),
  whenCompleted(
    'stage-checker-is-operator',
    undefined,
    (_t, _at, _visit, fact) => textOf(fact, 'checker') === textOf(fact, 'operator'),
  ),
  whenCompleted(
    'survey-before-acceptance',
    [ACCEPTANCE],
    (t, at, { visit }) => visit === 1 && before(t, at - 1, 'stage.completed', '现场勘查').length > 0,
  ),
  whenCompleted('contact-card-missing', COUNTERS, (t, at) => !hasCard(t, at), hasCard),
  whenCompleted(
    'registration-fields-missing',
    [ACCEPTANCE],
    (t, at, { stage }) => t.process !== CONSULT && isEntered(t, at, stage) && !hasFields(t, at, REGISTRATION),
    (t, at) => hasFields(t, at, REGISTRATION),
  ),
  whenCompleted(
    'consult-registration-missing',
    [ACCEPTANCE],
    (t, at) => t.process === CONSULT && !hasFields(t, at, PROJECT),
    (t, at) => hasFields(t, at, PROJECT),
  ),
  whenCompleted(
    'residential-documents-missing',
    [ACCEPTANCE],
    (t, at) => /^低压居民(新装|增容)$/.test(t.process ?? '') && !residentialInOrder(t, at),
    residentialInOrder,
  ),
  whenTold(
    'contact-card-application-no',
    ['contactcard.issued'],
    (t, at) => {
      const no = cardNumber(t, at);
      return no !== undefined && no !== t.subject;
    },
    (t, at) => cardNumber(t, at) === t.subject,
  ),
  whenTold(
    'contact-card-phone',
    ['contactcard.issued'],
    (t, at) => !cardPhoneIsRight(t, at),
    cardPhoneIsRight,
  ),
  malformed('contact-phone-malformed', 'phone', isPhone),
  malformed('id-number-malformed', 'idNumber', isIdNumber),
  malformed('credit-code-malformed', 'creditCode', isCreditCode),
  whenTold(
    'record-checker-is-operator',
    ['record.checked'],
    (t, _at, _stage, check) => selfChecked(t, check),
    (t, at, stage) => !checksOfForms(t, at, stage).some((check) => selfChecked(t, check)),
  ),
  whenTold('record-check-too-fast', ['record.checked'], (t, at, _stage, check) => {
    const entry = checkedEntry(t, check);
    return entry !== undefined && at - entry.at < MINUTE;
  }),
  whenTold(
    'record-mismatch-sent',
    ['flow.sent'],
    (t, at, stage) => openMismatches(t, at, stage).length > 0,
    (t, at, stage) => openMismatches(t, at, stage).length === 0,
  ),
  whenTold(
    'record-sent-unchecked',
    ['flow.sent'],
    (t, at, stage) => uncheckedForms(t, at, stage).length > 0,
    (t, at, stage) => uncheckedForms(t, at, stage).length === 0,
    (_t, { stage = '' }) => COUNTERS.includes(stage),
  ),
  whenTold(
    'consult-determined-archived',
    ['flow.sent'],
    (t, at, _stage, { data }) =>
      attributeAt(t, at, 'projectDetermined') === true && data['nextStage'] === '资料归档',
    (t, at) =>
      t.visits.some(({ stage, arrivedAt }) => stage === '需求信息处理' && arrivedAt <= at) ||
      attributeAt(t, at, 'projectDetermined') === false,
    (t, { stage }) => t.process === CONSULT && stage === ACCEPTANCE,
  ),
  whenTold(
    'consult-undetermined-not-archived',
    ['flow.sent'],
    (t, at, _stage, { data }) =>
      attributeAt(t, at, 'projectDetermined') === false && data['nextStage'] !== '资料归档',
    (t, at) => before(t, at, 'archive.filed').length > 0 || attributeAt(t, at, 'projectDetermined') === true,
    (t, { stage }) => t.process === CONSULT && stage === ACCEPTANCE,
  ),
];

function residentialInOrder(timeline: Timeline, at: number): boolean {
  return (
    RESIDENTIAL.every((document) => has(timeline, at, document)) ||
    newest(timeline, at, 'document.shortfall.notified') !== undefined ||
    has(timeline, at, '客户承诺书')
  );
}
