import type { RuleFile } from '../../src/engine/rule-file.js';
import type { BusinessEvent } from '../../src/events/business-event.js';
import type { Catalogue } from '../../src/work-orders/catalogue.js';
import { newWorkOrder } from '../../src/work-orders/project-work-order.js';
import type { StageVisit, WorkOrder } from '../../src/work-orders/work-order.js';
import { makeRandom } from './random.js';

/** Where a rule looks. */
export interface Place {
  readonly type: string;
  readonly process: string;
  readonly stage: string;
}

/** What a rule asks for, so that every contender can be given the same rule in its own language. */
export interface RuleSpec extends Place {
  readonly id: string;
  /** An attribute of the work order and the number it must exceed. */
  readonly attribute: string;
  readonly above: number;
  readonly customerClasses: readonly string[];
  /** A field of the event must be below it. */
  readonly amountBelow: number;
  readonly sameCity: boolean;
  /** At least so many documents, or sent back at least once; 0 = not asked. */
  readonly documents: number;
}

/** An event with its work order as of then. */
export interface Case {
  readonly event: BusinessEvent;
  readonly workOrder: WorkOrder;
  readonly stage: StageVisit;
}

const TYPES = ['stage.completed', 'document.received', 'record.entered', 'signature.recorded', 'flow.sent'];
const CLASSES = ['低压居民', '低压非居民', '高压单电源', '高压双电源'];
const ATTRIBUTES = 10;
/** More rules mean more processes, stages and kinds of evidence that are watched, not more rules at each. */
export const RULES_A_PLACE = 6;

/** Rules of three to five conditions, dealt out over the places of the catalogue, six to a place. */
export function makeSpecs(count: number, { processes }: Catalogue): RuleSpec[] {
  const random = makeRandom(count);
  const places = [...processes.values()].flatMap(({ process, stages }) =>
    stages.flatMap(({ stage }) => TYPES.map((type) => ({ type, process, stage }))),
  );
  const needed = Math.ceil(count / RULES_A_PLACE);
  if (needed > places.length)
    throw new RangeError(`${count} rules need ${needed} places of ${places.length}`);
  // Spread out, so that neighbours in the catalogue do not share everything.
  const step = Math.floor(places.length / needed);
  return Array.from({ length: count }, (_, index) => {
    const place = places[Math.floor(index / RULES_A_PLACE) * step] as Place;
    const first = Math.floor(random() * CLASSES.length);
    return {
      ...place,
      id: `bench-rule-${index}`,
      attribute: `a${Math.floor(random() * ATTRIBUTES)}`,
      above: 850 + Math.floor(random() * 100),
      customerClasses: [CLASSES[first] as string, CLASSES[(first + 1) % CLASSES.length] as string],
      amountBelow: 40 + Math.floor(random() * 60),
      sameCity: random() < 0.5,
      documents: random() < 0.5 ? 3 : 0,
    };
  });
}

/** Events at the places of the rules, on work orders of usual size; about one in a hundred is a hit. */
export function makeCases(specs: readonly RuleSpec[], count: number, at: number): Case[] {
  const random = makeRandom(specs.length + 1);
  const whole = (below: number) => Math.floor(random() * below);
  return Array.from({ length: count }, (_, index) => {
    const { type, process, stage } = specs[whole(specs.length)] as RuleSpec;
    const no = `B${index}`;
    const workOrder = newWorkOrder({ recordId: no, subjectType: 'workOrder', subject: no });
    const visit = { stage, visit: 1, completions: 1, arrivedAt: at - 3_600_000, completedAt: at };
    workOrder.process = process;
    workOrder.customerClass = CLASSES[whole(CLASSES.length)] as string;
    workOrder.sameCity = random() < 0.5;
    workOrder.stages.push(visit);
    for (let i = 0; i < ATTRIBUTES; i += 1) workOrder.attributes[`a${i}`] = whole(1000);
    for (let i = whole(6); i > 0; i -= 1) workOrder.documents.push({ document: `资料${i}`, at, stage });
    const event: BusinessEvent = {
      key: `/bench ${index}`,
      id: String(index),
      source: '/bench',
      type: `yxzy.${type}`,
      subject: no,
      at,
      receivedAt: at,
      data: { process, stage, amount: whole(1000) },
    };
    return { event, workOrder, stage: visit };
  });
}

/** The rule as a rule author writes it. */
export function toRuleFile(spec: RuleSpec): RuleFile {
  const attribute = `workOrder.attribute(name=${spec.attribute})`;
  const hit = {
    [attribute]: spec.above + 1,
    'workOrder.customerClass': spec.customerClasses[0] as string,
    'event.data(field=amount)': spec.amountBelow - 1,
    ...(spec.sameCity && { 'workOrder.sameCity': true }),
    ...(spec.documents > 0 && { 'document.count': spec.documents, 'workOrder.returns': 0 }),
  };
  return {
    id: spec.id,
    version: 1,
    status: 'active',
    name: `评测规则 ${spec.id}`,
    riskPoint: { kind: 'sequence', clauses: ['YXZY-YY-144/1/Q1'] },
    basis: [{ document: '评测', certainty: 'assumption' }],
    appliesTo: { processes: [spec.process], stages: [spec.stage] },
    trigger: { on: 'event', types: [spec.type] },
    conditions: {
      all: [
        {
          fact: 'workOrder.attribute',
          params: { name: spec.attribute },
          operator: 'greaterThan',
          value: spec.above,
        },
        { fact: 'workOrder.customerClass', operator: 'in', value: spec.customerClasses },
        { fact: 'event.data', params: { field: 'amount' }, operator: 'lessThan', value: spec.amountBelow },
        ...(spec.sameCity ? [{ fact: 'workOrder.sameCity', operator: 'equal', value: true }] : []),
        ...(spec.documents > 0
          ? [
              {
                any: [
                  { fact: 'document.count', operator: 'greaterThanInclusive', value: spec.documents },
                  { fact: 'workOrder.returns', operator: 'greaterThanInclusive', value: 1 },
                ],
              },
            ]
          : []),
      ],
    },
    event: {
      type: 'alert',
      params: { severity: 'low', title: '{{workOrder.no}}', advice: '评测', assignTo: 'shift-supervisor' },
    },
    tests: [
      { name: '命中', facts: hit, expect: 'hit' },
      { name: '未命中', facts: { ...hit, [attribute]: 0 }, expect: 'no_hit' },
    ],
  } as unknown as RuleFile;
}
