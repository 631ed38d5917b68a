import { describe, expect, it } from '@jest/globals';
import { assessWorkOrder, type AssessContext } from '../../src/engine/assess-work-order.js';
import { compileRule } from '../../src/engine/compile-rule.js';
import { indexRules } from '../../src/engine/make-rule-set.js';
import type { ConditionLeaf, Conditions, RuleFile } from '../../src/engine/rule-file.js';
import type { CompiledRule } from '../../src/engine/rule-set.js';
import type { WorkOrderRecord } from '../../src/engine/work-order-record.js';
import { RULE_JSON_LIMITS } from '../../src/engine/parse-rule-json.js';
import type { BusinessEvent, EventData } from '../../src/events/business-event.js';
import { MAX_ENTRIES } from '../../src/work-orders/push-bounded.js';
import { at, calendar, eventOf, ruleWith } from './fixtures.js';

const ALWAYS: Conditions = { all: [{ fact: 'workOrder.status', operator: 'equal', value: 'open' }] };
const CLOCK = { start: 'stage.arrived', stop: 'stage.completed', limit: { value: 1, unit: 'calendarHour' } };
const FILES: RuleFile[] = [
  ruleWith({ id: 'on-event', conditions: ALWAYS, trigger: { on: 'event', types: ['stage.arrived'] } }),
  ruleWith({ id: 'on-clock', conditions: ALWAYS, trigger: { on: 'deadline', ...CLOCK } as never }),
  ruleWith({
    id: 'on-sweep',
    conditions: ALWAYS,
    trigger: { on: 'sweep', job: 'end-of-day', subject: 'workOrder', each: 'stage' },
  }),
  ruleWith({
    id: 'resolved',
    conditions: ALWAYS,
    trigger: { on: 'event', types: ['stage.arrived'] },
    resolveWhen: { all: [{ fact: 'stage.completed', operator: 'equal', value: true }] },
  }),
];

function told(type: string, time: string, data: EventData = { stage: '受理' }): BusinessEvent {
  return { ...eventOf(type, data, time), key: `/t ${type} ${time}`, id: `${type} ${time}` };
}
const EVENTS = [
  told('workorder.opened', '2026-01-05 08:30', { process: '过户' }),
  told('stage.arrived', '2026-01-05 09:00'),
  told('stage.completed', '2026-01-05 18:00'),
];

async function assess(rules: readonly CompiledRule[], events: readonly BusinessEvent[] = EVENTS) {
  const outcomes: string[] = [];
  const context: AssessContext = {
    ruleSet: indexRules(rules),
    calendar,
    onEvaluation: ({ id }, outcome, detail) =>
      outcomes.push(detail === undefined ? `${id} ${outcome}` : `${id} ${outcome}: ${detail}`),
  };
  const identity = { recordId: 'W1', subjectType: 'workOrder', subject: 'W1' } as const;
  const record = await assessWorkOrder(context, identity, undefined, events, at('2026-01-06 18:00'));
  return { record, outcomes };
}

/** What the other rules made of the record. */
function without(id: string, { record, outcomes }: Awaited<ReturnType<typeof assess>>) {
  const { clocks, findings, ...rest }: WorkOrderRecord = record;
  return {
    ...rest,
    clocks: clocks.filter(({ rule }) => rule.id !== id),
    findings: findings.filter(({ rule }) => rule.id !== id),
    outcomes: outcomes.filter((line) => !line.startsWith(`${id} `)),
  };
}

const bad = (): never => {
  throw new Error('no such luck');
};
const HOSTILE: [string, Partial<CompiledRule>][] = [
  ['throws in its screen', { screen: bad }],
  ['throws in its verdict', { screen: () => 'maybe', evaluate: bad }],
  ['rejects', { screen: () => 'maybe', evaluate: () => Promise.reject(new Error('no such luck')) }],
  ['throws where it is asked whether it applies', { applies: bad }],
  ['throws at its trigger', { matchesEvent: bad, startsClock: bad, stopsClock: bad }],
  ['throws where a place asks whether it applies', { atPlace: () => ({ tree: { all: [] }, guard: bad }) }],
  ['throws in its title', { screen: () => 'maybe', render: bad }],
  ['throws while its finding is open', { resolve: { screen: () => 'maybe', evaluate: bad } }],
];

describe('a hostile rule', () => {
  describe.each(FILES.map((file) => [file.id, file] as const))('of the kind %s', (_id, file) => {
    it.each(HOSTILE)('that %s is an error of its own; the others find what they find without it', async (_what, broken) => {
      const good = FILES.map((other) => compileRule(other));
      // Without `atPlace` it is asked itself, by the parts that are broken here.
      const { atPlace: _, ...whole } = compileRule({ ...file, id: 'hostile' });
      const hostile = { ...whole, ...broken };
      const undisturbed = without('hostile', await assess(good));
      expect(undisturbed.findings.map(({ rule }) => rule.id).sort()).toEqual(FILES.map(({ id }) => id).sort());
      for (const rules of [[hostile, ...good], [...good, hostile], [...good.slice(0, 2), hostile, ...good.slice(2)]]) {
        const disturbed = await assess(rules);
        expect(without('hostile', disturbed)).toEqual(undisturbed);
        const errors = disturbed.outcomes.filter((line) => line.includes('error'));
        const isAsked = Object.keys(broken).some((part) => asked(file, part));
        if (isAsked) expect(errors.length).toBeGreaterThan(0);
        expect(new Set(errors)).toEqual(new Set(isAsked ? ['hostile error: no such luck'] : []));
      }
    }); // prettier-ignore
  });

  it('that asks for facts nobody told is not evaluated, and the others are', async () => {
    const asks: Conditions = { all: [{ fact: 'workOrder.sameCity', operator: 'notEqual', value: true }] };
    const rules = [ruleWith({ ...FILES[0], id: 'hostile', conditions: asks }), ...FILES];
    const { record, outcomes } = await assess(rules.map((file) => compileRule(file)));
    expect(outcomes).toContain('hostile not_evaluated');
    expect(record.findings.map(({ rule }) => rule.id)).not.toContain('hostile');
    expect(record.findings).toHaveLength(FILES.length);
  });

  it('as large as a file may be, on a work order as large as one may get, still comes to its answer', async () => {
    const values = Array.from({ length: RULE_JSON_LIMITS.values / 4 }, (_, index) => `资料${index}`);
    const events = Array.from({ length: MAX_ENTRIES * 2 }, (_, index) =>
      told('document.received', `2026-01-05 09:${String(index % 60).padStart(2, '0')}`, {
        stage: '受理',
        document: `资料${index}`,
      }),
    ).map((event, index) => ({ ...event, at: event.at + index, key: `/t ${index}` }));
    const leaf = (operator: string): ConditionLeaf => ({
      fact: 'document.receivedList',
      operator,
      value: values,
    });
    const huge: Conditions = {
      all: [
        leaf('lacksAny'),
        { not: leaf('hasAll') },
        leaf('hasAny'),
        { fact: 'document.missing', params: { documents: values }, operator: 'lengthAtLeast', value: 2 },
      ],
    };
    const hostile = ruleWith({ ...FILES[2], id: 'hostile', conditions: huge });
    const ordered = [...EVENTS.slice(0, 2), ...[...events].sort((a, b) => a.at - b.at), ...EVENTS.slice(2)];
    const { record } = await assess(
      [hostile, ...FILES].map((file) => compileRule(file)),
      ordered,
    );
    expect(record.workOrder.documents).toHaveLength(MAX_ENTRIES);
    expect(record.findings.map(({ rule }) => rule.id)).toEqual(
      expect.arrayContaining(['hostile', ...FILES.map(({ id }) => id)]),
    );
  });

  it('nested as deep as a file may be is judged like any other', async () => {
    let conditions: Conditions = ALWAYS;
    for (let depth = 0; depth < RULE_JSON_LIMITS.depth; depth += 1) conditions = { not: conditions };
    const { record } = await assess([compileRule(ruleWith({ ...FILES[0], conditions }))]);
    expect(record.findings).toHaveLength(1);
  });
});

/** Whether this part of a rule is ever called for a rule of the kind. */
function asked(file: RuleFile, part: string): boolean {
  const { on } = file.trigger;
  if (part === 'matchesEvent' || part === 'atPlace') return on === 'event';
  if (part === 'startsClock' || part === 'stopsClock') return on === 'deadline';
  // The finding of a clock closes with its clock, before anybody asks for evidence.
  return part !== 'resolve' || on !== 'deadline';
}
