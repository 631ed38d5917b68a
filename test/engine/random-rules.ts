import fc from 'fast-check';
import { FACT_CATALOGUE } from '../../src/engine/fact-catalogue.js';
import type { FactDefinition, ParamDefinition } from '../../src/engine/fact-definition.js';
import { OPERATORS } from '../../src/engine/operators.js';
import type { OperatorDefinition } from '../../src/engine/operators.js';
import { accepts } from '../../src/engine/check-conditions.js';
import type { ConditionLeaf, Conditions } from '../../src/engine/rule-file.js';
import type { FactScope } from '../../src/engine/rule-set.js';
import type { BusinessEvent, EventData } from '../../src/events/business-event.js';
import type { JsonObject, JsonValue } from '../../src/json.js';
import { applyEvent } from '../../src/work-orders/project-work-order.js';
import { at, calendar, eventOf, workOrderWith } from './fixtures.js';

const WORDS = ['a', 'b', '', '13800000000', '42'];
const STAGES = ['受理', '勘查'];
const MILESTONES = ['fee.paid', 'contract.signed', 'paper.delivered'];
const word = fc.constantFrom(...WORDS);
const count = fc.integer({ min: -1, max: 3 });
const moment = fc.constantFrom(at('2026-01-05 09:00'), at('2026-01-10 12:00'), at('2031-05-05 09:00'));
const day = fc.constantFrom('2026-01-05', '2026-01-10');
const wordList = fc.array(word, { maxLength: 3 });

/** Of every type, for fields whose sources tell the wrong one. */
const anyValue: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  count,
  word,
  moment,
  day,
  wordList,
  fc.constantFrom<JsonValue[]>({ deep: 1 }, [{}], '5', 1e21, [[]]),
);

function paramOf(definition: ParamDefinition): fc.Arbitrary<JsonValue> {
  if (definition.type === 'dateFact')
    return fc.constantFrom<JsonValue[]>('now', 'workOrder.openedAt', 'shortfall.agreedDate', {
      fact: 'milestone.at',
      params: { name: 'fee.paid' },
    });
  const text = definition.values
    ? fc.constantFrom(...definition.values)
    : definition.names === 'stage'
      ? fc.constantFrom(...STAGES, 'same')
      : definition.names === 'eventType'
        ? fc.constantFrom(...MILESTONES)
        : fc.constantFrom('a', 'b', 'c.d');
  return definition.type === 'textList' ? fc.uniqueArray(text, { minLength: 1, maxLength: 2 }) : text;
}

/** One naming of each fact with each choice of parameters. */
const naming: fc.Arbitrary<{ definition: FactDefinition; params?: JsonObject }> = fc
  .constantFrom(...FACT_CATALOGUE.values())
  .chain((definition) => {
    const params = Object.entries(definition.params).map(
      ([name, param]) =>
        [name, param.required ? paramOf(param) : fc.option(paramOf(param), { nil: undefined })] as const,
    );
    if (params.length === 0) return fc.constant({ definition });
    return fc.record(Object.fromEntries(params)).map((values) => {
      const told: JsonObject = {};
      for (const [name, value] of Object.entries(values)) if (value !== undefined) told[name] = value;
      return Object.keys(told).length === 0 ? { definition } : { definition, params: told };
    });
  });

function literalOf({ value }: OperatorDefinition, type: string): fc.Arbitrary<JsonValue> {
  const own: Record<string, fc.Arbitrary<JsonValue>> = { number: count, boolean: fc.boolean(), string: word };
  const scalar = own[type] ?? fc.oneof(word, count);
  switch (value) {
    case 'same':
    case 'scalar':
      return scalar;
    case 'sameList':
    case 'scalarList':
      return fc.array(scalar, { minLength: 1, maxLength: 3 });
    case 'number':
      return count;
    case 'length':
      return fc.integer({ min: 1, max: 3 });
    case 'date':
      return fc.oneof(day, fc.constantFrom('2026-01-07 10:00', '2026-01-05T09:00:00+08:00'));
    case 'boolean':
      return fc.boolean();
    case 'string':
      return fc.constantFrom('a', 'b', '13');
    case 'format':
      return fc.constantFrom('digits', 'mobilePhone');
  }
}

const leaf: fc.Arbitrary<ConditionLeaf> = naming.chain(({ definition, params }) => {
  const fitting = [...OPERATORS.values()].filter((operator) => accepts(operator, definition.type));
  const side = { fact: definition.name, ...(params && { params }) };
  return fc.constantFrom(...fitting).chain((operator) => {
    const otherFact = naming.map((other): JsonValue => ({
      fact: other.definition.name,
      ...(other.params && { params: other.params }),
    }));
    return fc
      .oneof(
        { weight: 4, arbitrary: literalOf(operator, definition.type) },
        { weight: operator.valueFact ? 1 : 0, arbitrary: otherFact },
      )
      .map((value) => ({ ...side, operator: operator.name, value }));
  });
});

/** Condition trees over every fact of the catalogue, every operator that fits, and `all`, `any` and `not`, nested. */
export const anyConditions: fc.Arbitrary<Conditions> = fc.letrec<{
  node: Conditions | ConditionLeaf;
  branch: Conditions;
}>((tie) => ({
  node: fc.oneof({ maxDepth: 4, withCrossShrink: true }, { weight: 2, arbitrary: leaf }, tie('branch')),
  branch: fc.oneof(
    fc.record({ all: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('node') }),
  ),
})).branch;

/** A field as it should be, left out, or of any type at all. */
function field(good: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonValue | undefined> {
  return fc.oneof(
    { weight: 4, arbitrary: good },
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: anyValue },
  );
}

/** A counterexample is easier to read without the functions of the calendar. */
const printedShort = { ...calendar, [fc.toStringMethod]: () => 'calendar' };

const stage = fc.constantFrom(...STAGES);
const data = fc
  .record({
    process: field(fc.constant('过户')),
    stage: field(stage),
    nextStage: field(stage),
    toStage: field(stage),
    workItem: field(word),
    orgUnit: field(word),
    customerNo: field(word),
    customerClass: field(fc.constant('低压居民')),
    sameCity: field(fc.boolean()),
    managingUnit: field(word),
    feed: field(word),
    operator: field(fc.record({ id: word, name: word })),
    checker: field(fc.oneof(word, fc.record({ id: word }))),
    side: field(fc.constantFrom('customer', 'utility')),
    document: field(word),
    documents: field(wordList),
    agreedDate: field(day),
    paper: field(fc.boolean()),
    role: field(fc.constantFrom('customer', 'handler', 'checker')),
    giver: field(word),
    receiver: field(word),
    giverSigned: field(fc.boolean()),
    form: field(word),
    fields: field(fc.record({ a: anyValue, b: word })),
    mismatches: field(wordList),
    attributes: field(fc.record({ a: anyValue, b: count, c: fc.record({ d: moment }) })),
    toUnit: field(word),
    a: anyValue,
    b: count,
  })
  .map((values) => JSON.parse(JSON.stringify(values)) as EventData);

const TYPES = [
  ...['workorder.opened', 'workorder.suspended', 'workorder.resumed', 'stage.arrived', 'stage.completed'],
  ...['flow.sent', 'flow.returned', 'document.received', 'document.shortfall.notified', 'signature.recorded'],
  ...[
    'contactcard.issued',
    'record.entered',
    'record.checked',
    'acceptance.offline',
    'acceptance.backfilled',
  ],
  ...['handover.recorded', 'never.heard.of', ...MILESTONES],
];
const told = fc.tuple(fc.constantFrom(...TYPES), data, fc.integer({ min: 0, max: 100_000 }));

/** What a rule may be looked at with: a work order folded from events whose fields may be missing or of any type. */
export const anyScope: fc.Arbitrary<FactScope> = fc
  .record({
    events: fc.array(told, { minLength: 1, maxLength: 8 }),
    ofEvent: fc.boolean(),
    dueAt: fc.option(moment, { nil: undefined }),
    phase: fc.constantFrom('early' as const, 'overdue' as const),
    extra: fc.option(fc.record({ 'feed.silentMinutes': anyValue }), { nil: undefined }),
  })
  .map(({ events, ofEvent, dueAt, phase, extra }) => {
    const workOrder = workOrderWith();
    let time = at('2026-01-05 08:00');
    let last: BusinessEvent | undefined;
    for (const [index, [type, fields, minutes]] of events.entries()) {
      time += minutes * 60_000;
      last = { ...eventOf(type, fields), at: time, key: `/t ${index}`, id: String(index) };
      applyEvent(workOrder, last);
    }
    const visit = workOrder.stages.at(-1);
    return {
      workOrder,
      calendar: printedShort,
      now: time,
      ...(ofEvent && last && { event: last }),
      ...(!ofEvent && { clock: { anchorAt: time, phase, ...(dueAt !== undefined && { dueAt }) } }),
      ...(visit && { stage: visit }),
      ...(extra && { extra }),
    };
  });
