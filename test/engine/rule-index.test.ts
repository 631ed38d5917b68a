import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makeRuleSet } from '../../src/engine/make-rule-set.js';
import type { AppliesTo, EventSelector, RuleFile, Trigger } from '../../src/engine/rule-file.js';
import type { RuleSet } from '../../src/engine/rule-set.js';
import type { EventData } from '../../src/events/business-event.js';
import { eventOf, ruleWith, visit, workOrderWith } from './fixtures.js';

const TYPES = ['stage.completed', 'flow.sent', 'document.received'];
const PROCESSES = ['高压新装', '过户'];
const STAGES = ['业务受理', '现场勘查'];

const some = (names: string[]) => fc.subarray(names, { minLength: 1 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const type = fc.constantFrom(...TYPES, '*');
const selector = (stages: string[]): fc.Arbitrary<EventSelector> =>
  fc.oneof(type, fc.record({ type, stage: fc.constantFrom(...stages) }));
const selectors = (stages: string[]) => fc.array(selector(stages), { minLength: 1, maxLength: 2 });
const trigger = fc.oneof(
  selectors(['any', ...STAGES]).map((types) => ({ on: 'event', types })),
  fc
    .tuple(selectors(['any', ...STAGES]), selectors(['any', 'same', ...STAGES]))
    .map(([start, stop]) => ({ on: 'deadline', start, stop, limit: { value: 1, unit: 'workingDay' } })),
  fc.constantFrom('workOrder', 'hall').map((subject) => ({ on: 'sweep', job: 'end-of-day', subject })),
) as fc.Arbitrary<Trigger>;
const lists = {
  processes: maybe(some(PROCESSES)),
  stages: maybe(some(STAGES)),
  stageKinds: maybe(some(['受理', '勘查', '别的类别'])),
};
/** 现场勘查 is of one kind in one process and of another in the other. */
const CATALOGUE = {
  processes: [
    {
      name: '高压新装',
      stages: [
        { name: '业务受理', kinds: ['受理'] },
        { name: '现场勘查', kinds: ['勘查'] },
      ],
    },
    {
      name: '过户',
      stages: [
        { name: '业务受理', kinds: ['受理'] },
        { name: '现场勘查', kinds: ['受理'] },
      ],
    },
  ],
};
const appliesTo = maybe(fc.record({ ...lists, except: maybe(fc.record(lists)) }));

const rules = fc
  .array(fc.tuple(trigger, appliesTo), { maxLength: 12 })
  .map((all) =>
    all.map(([on, applies], index) => clean(ruleWith({ id: `r${index}`, trigger: on }), applies)),
  );

function clean(rule: RuleFile, applies: unknown): RuleFile {
  const plain = JSON.parse(JSON.stringify(applies ?? {})) as AppliesTo;
  return { ...rule, appliesTo: plain };
}

const where = fc.record({
  type: fc.constantFrom(...TYPES, 'never.heard.of'),
  process: maybe(fc.constantFrom(...PROCESSES, '别的流程')),
  stage: maybe(fc.constantFrom(...STAGES, '别的环节')),
});

function dataOf(stage: string | undefined): EventData {
  return stage === undefined ? {} : { stage };
}

/** What the index may leave out: rules that a linear scan finds to be of no concern. */
function scan(set: RuleSet, kind: 'event' | 'clock', { type, process, stage }: Where): string[] {
  const event = eventOf(type, dataOf(stage));
  const workOrder = workOrderWith(process === undefined ? {} : { process });
  return set.rules
    .filter((rule) => {
      if (kind === 'event') {
        return (
          rule.matchesEvent(event) &&
          rule.applies(workOrder, stage === undefined ? undefined : visit(stage)) !== 'no'
        );
      }
      const clockStages = rule.file.appliesTo?.stages ??
        rule.kinds.wanted?.names ?? [undefined, ...STAGES, '别的环节'];
      const concerned = rule.startsClock(event) || clockStages.some((own) => rule.stopsClock(event, own));
      const { processes, except } = rule.file.appliesTo ?? {};
      if (process !== undefined && processes && !processes.includes(process)) return false;
      return concerned && !(process !== undefined && except?.processes?.includes(process));
    })
    .map((rule) => rule.id);
}
interface Where {
  readonly type: string;
  readonly process: string | undefined;
  readonly stage: string | undefined;
}

describe('the rule index', () => {
  it('gives exactly the rules that a scan of all rules would give', () => {
    fc.assert(
      fc.property(rules, fc.array(where, { minLength: 1, maxLength: 8 }), (files, places) => {
        const set = makeRuleSet(files, CATALOGUE);
        // Twice, since the second answer comes from what the first one left behind.
        for (const place of [...places, ...places]) {
          const event = eventOf(place.type, dataOf(place.stage));
          expect(set.onEvent(event, place.process).map((rule) => rule.id)).toEqual(scan(set, 'event', place));
          expect(set.clocksOn(event, place.process).map((rule) => rule.id)).toEqual(
            scan(set, 'clock', place),
          );
          for (const subject of ['workOrder', 'hall', 'feed'] as const) {
            const found = set.sweeping(subject, place.process).map((rule) => rule.id);
            const wanted = set.rules.filter((rule) => {
              const { trigger: on } = rule.file;
              const workOrder = workOrderWith(place.process === undefined ? {} : { process: place.process });
              const elsewhere = rule.applies(workOrder, undefined) === 'no';
              return on.on === 'sweep' && on.subject === subject && !elsewhere;
            });
            expect(found).toEqual(wanted.map((rule) => rule.id));
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it('leaves out no rule whose pattern of stages fits, also of stages that no rule names', () => {
    const patterned = maybe(some(['业务受理', '*勘查', '别的*']));
    const withPatterns = fc.array(
      fc.tuple(trigger, fc.record({ stages: patterned, except: maybe(fc.record({ stages: patterned })) })),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(withPatterns, fc.array(where, { minLength: 1, maxLength: 8 }), (all, places) => {
        const files = all.map(([on, applies], index) =>
          clean(ruleWith({ id: `r${index}`, trigger: on }), applies),
        );
        const set = makeRuleSet(files);
        for (const place of places) {
          const event = eventOf(place.type, dataOf(place.stage));
          const found = set.onEvent(event, place.process).map((rule) => rule.id);
          expect(found).toEqual(expect.arrayContaining(scan(set, 'event', place)));
          const clocks = set.clocksOn(event, place.process);
          for (const rule of set.rules.filter((one) => one.startsClock(event)))
            expect(clocks).toContain(rule);
        }
      }),
    );
  });

  it('stays small whatever names events bring', () => {
    const set = makeRuleSet([
      ruleWith({ trigger: { on: 'event', types: ['*'] }, appliesTo: { stages: ['业务受理'] } }),
    ]);
    const first = set.onEvent(eventOf('a.b', { stage: 'x' }), 'p');
    for (let n = 0; n < 1000; n++) {
      expect(set.onEvent(eventOf(`t.${n}`, { stage: `s${n}` }), `p${n}`)).toBe(first);
    }
  });

  it('does not look at 10,000 rules for an event that none of them names', () => {
    const files = Array.from({ length: 10_000 }, (_, n) =>
      ruleWith({ id: `r${n}`, trigger: { on: 'event', types: [`type.${n}`] } }),
    );
    const set = makeRuleSet(files);
    expect(set.onEvent(eventOf('type.77'), undefined).map((rule) => rule.id)).toEqual(['r77']);
    const event = eventOf('stage.completed', { stage: '业务受理' });
    const started = performance.now();
    for (let n = 0; n < 100_000; n++) set.onEvent(event, '高压新装');
    // A scan of all rules for each event would take far longer.
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
