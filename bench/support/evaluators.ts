import { Engine } from 'json-rules-engine';
import type { BusinessCalendar } from '../../src/calendar/business-calendar.js';
import type { FactScope, LetThrough, RuleSet } from '../../src/engine/rule-set.js';
import type { Case, RuleSpec } from './evaluation-load.js';

/** Answers how many rules hit an event. */
export type Evaluator = (item: Case) => Promise<number> | number;

/** The service's own way: index and screen, and json-rules-engine on what is left. */
export function ownEvaluator(ruleSet: RuleSet, calendar: BusinessCalendar): Evaluator {
  return ({ event, workOrder, stage }) => {
    const scope = { workOrder, calendar, now: event.at, stage, event };
    const left = ruleSet.screenEvent(scope, {});
    return left.length === 0 ? 0 : countHits(left, scope);
  };
}

async function countHits(left: readonly LetThrough[], scope: FactScope): Promise<number> {
  let hits = 0;
  for (const { rule } of left) if ((await rule.evaluate(scope)).outcome === 'hit') hits += 1;
  return hits;
}

/** What a rule sees, laid out flat, as the other engines take it. */
function flatFacts({ event, workOrder, stage }: Case): Record<string, unknown> {
  return {
    type: event.type.slice('yxzy.'.length),
    process: workOrder.process,
    stage: stage.stage,
    customerClass: workOrder.customerClass,
    sameCity: workOrder.sameCity,
    amount: event.data['amount'],
    documents: new Set(workOrder.documents.map(({ document }) => document)).size,
    returns: workOrder.stages.filter(({ returnedAt }) => returnedAt !== undefined).length,
    ...workOrder.attributes,
  };
}

/** One json-rules-engine with all rules; where a rule applies is among its conditions. */
export function oneEngineEvaluator(specs: readonly RuleSpec[]): Evaluator {
  const engine = new Engine([], { allowUndefinedFacts: true });
  for (const spec of specs) {
    const where = (['type', 'process', 'stage'] as const).map((fact) => ({
      fact,
      operator: 'equal',
      value: spec[fact],
      priority: 10,
    }));
    engine.addRule({
      conditions: {
        all: [
          ...where,
          { fact: spec.attribute, operator: 'greaterThan', value: spec.above },
          { fact: 'customerClass', operator: 'in', value: [...spec.customerClasses] },
          { fact: 'amount', operator: 'lessThan', value: spec.amountBelow },
          ...(spec.sameCity ? [{ fact: 'sameCity', operator: 'equal', value: true }] : []),
          ...(spec.documents > 0
            ? [
                {
                  any: [
                    { fact: 'documents', operator: 'greaterThanInclusive', value: spec.documents },
                    { fact: 'returns', operator: 'greaterThanInclusive', value: 1 },
                  ],
                },
              ]
            : []),
        ],
      },
      event: { type: spec.id },
    });
  }
  return async (item) => (await engine.run(flatFacts(item))).results.length;
}

/** Closures as one would write them by hand, straight on the work order. */
function toClosure(spec: RuleSpec): (item: Case) => boolean {
  const { attribute, above, customerClasses, amountBelow, sameCity, documents } = spec;
  return ({ event, workOrder }) => {
    const value = workOrder.attributes[attribute];
    if (!(typeof value === 'number' && value > above)) return false;
    if (workOrder.customerClass === undefined || !customerClasses.includes(workOrder.customerClass))
      return false;
    const amount = event.data['amount'];
    if (!(typeof amount === 'number' && amount < amountBelow)) return false;
    if (sameCity && workOrder.sameCity !== true) return false;
    return (
      documents === 0 ||
      new Set(workOrder.documents.map(({ document }) => document)).size >= documents ||
      workOrder.stages.some(({ returnedAt }) => returnedAt !== undefined)
    );
  };
}

/** Hand-written closures, all of them asked. */
export function closureEvaluator(specs: readonly RuleSpec[]): Evaluator {
  const rules = specs.map((spec) => {
    const holds = toClosure(spec);
    const type = `yxzy.${spec.type}`;
    return (item: Case) =>
      item.event.type === type &&
      item.workOrder.process === spec.process &&
      item.stage.stage === spec.stage &&
      holds(item);
  });
  return (item) => {
    let hits = 0;
    for (const rule of rules) if (rule(item)) hits += 1;
    return hits;
  };
}

/** Hand-written closures behind a hand-written index: the least that can be done. */
export function indexedClosureEvaluator(specs: readonly RuleSpec[]): Evaluator {
  const index = new Map<string, ((item: Case) => boolean)[]>();
  for (const spec of specs) {
    const key = `yxzy.${spec.type}|${spec.process}|${spec.stage}`;
    const rules = index.get(key) ?? [];
    rules.push(toClosure(spec));
    index.set(key, rules);
  }
  return (item) => {
    let hits = 0;
    const rules = index.get(`${item.event.type}|${item.workOrder.process ?? ''}|${item.stage.stage}`) ?? [];
    for (const rule of rules) if (rule(item)) hits += 1;
    return hits;
  };
}

/**
 * GoRules zen: one decision table with a row for each rule, compiled once; undefined where the package has no build for
 * this machine.
 */
export async function zenEvaluator(specs: readonly RuleSpec[]): Promise<Evaluator | undefined> {
  const zen = await import('@gorules/zen-engine').catch(() => undefined);
  if (!zen) return undefined;
  const attributes = [...new Set(specs.map(({ attribute }) => attribute))];
  const fields = [
    'type',
    'process',
    'stage',
    'customerClass',
    'amount',
    'sameCity',
    ...attributes,
    'evidence',
  ];
  const content = {
    nodes: [
      { id: 'in', type: 'inputNode', name: 'in', position: { x: 0, y: 0 } },
      {
        id: 'table',
        type: 'decisionTableNode',
        name: 'rules',
        position: { x: 0, y: 0 },
        content: {
          hitPolicy: 'collect',
          inputs: fields.map((field) => ({ id: field, name: field, type: 'expression', field })),
          outputs: [{ id: 'rule', name: 'rule', type: 'expression', field: 'rule' }],
          rules: specs.map((spec) => ({
            // A cell that is left out would match nothing.
            ...Object.fromEntries(fields.map((field) => [field, ''])),
            _id: spec.id,
            type: `"${spec.type}"`,
            process: `"${spec.process}"`,
            stage: `"${spec.stage}"`,
            customerClass: spec.customerClasses.map((name) => `"${name}"`).join(', '),
            amount: `< ${spec.amountBelow}`,
            sameCity: spec.sameCity ? 'true' : '',
            [spec.attribute]: `> ${spec.above}`,
            evidence: spec.documents > 0 ? `$.documents >= ${spec.documents} or $.returns >= 1` : '',
            rule: `"${spec.id}"`,
          })),
        },
      },
      { id: 'out', type: 'outputNode', name: 'out', position: { x: 0, y: 0 } },
    ],
    edges: [
      { id: 'e1', sourceId: 'in', targetId: 'table', type: 'edge' },
      { id: 'e2', sourceId: 'table', targetId: 'out', type: 'edge' },
    ],
  };
  const decision = new zen.ZenEngine().createDecision(Buffer.from(JSON.stringify(content)));
  return async (item) => {
    const facts = flatFacts(item);
    const evidence = { documents: facts['documents'], returns: facts['returns'] };
    const { result } = (await decision.evaluate({ ...facts, evidence })) as { result: unknown };
    return Array.isArray(result) ? result.length : 0;
  };
}
