import { beforeAll, describe, expect, it } from '@jest/globals';
import type { AssessContext } from '../../src/engine/assess-work-order.js';
import { FAULT_KINDS } from '../../src/simulate/fault-kinds.js';
import { makeHappenings } from '../../src/simulate/happenings.js';
import { simulate } from '../../src/simulate/simulate.js';
import type { SimulationSettings, TruthRow } from '../../src/simulate/simulation.js';
import { makeJudge, sortRules, TRUE_RULES } from '../../src/simulate/truth/write-truth.js';
import { WINDOW_RULES } from '../../src/simulate/truth/window-rules.js';
import type { SimulationContent } from '../../src/simulate/world.js';
import { assessSimulation } from './assess-simulation.js';
import { openSimulatedContext } from './open-simulated-context.js';
import { compareWithTruth, formatScores, type FoundFinding, type KindScore } from './compare-with-truth.js';

// SIMULATION=full npm test -- test/simulate/rules: ten seeds of 5,000 work orders over 20 business days, 5 % faulty. SIMULATION=2x1000: two seeds of
// 1,000; SIMULATION=4-6x5000: seeds 4 to 6. docs/simulate.md has the table.
const [, FIRST = '1', LAST = '2', WORK_ORDERS] =
  /^(?:(\d+)-)?(\d+)x(\d+)$/.exec((process.env['SIMULATION'] ?? '').replace('full', '10x5000')) ?? [];
const SEEDS = Array.from({ length: Number(LAST) - Number(FIRST) + 1 }, (_, i) => Number(FIRST) + i);
/** Business days around the National Day: two holidays, a Sunday before and a Saturday after worked in lieu (调休). */
const SETTINGS: Omit<SimulationSettings, 'seed'> = WORK_ORDERS
  ? { workOrders: Number(WORK_ORDERS), days: 20, faultRate: 0.05, start: '2026-09-21' }
  : { workOrders: 250, days: 15, faultRate: 0.7, start: '2026-09-21' };
/** Half a second a work order is plenty. */
const TIMEOUT_MS = 600_000 + SEEDS.length * SETTINGS.workOrders * 500;

let content: SimulationContent;
let context: AssessContext;
let judged: ReadonlySet<string>;

beforeAll(async () => {
  ({ content, context, judged } = await openSimulatedContext());
});

describe('a simulated period', () => {
  it(
    'has every fault found by the rules, at the minute it can first be known, and nothing else',
    async () => {
      const truth: TruthRow[] = [];
      const found: FoundFinding[] = [];
      for (const seed of SEEDS) {
        const simulation = simulate({ ...SETTINGS, seed }, content);
        const own = (recordId: string) => `${seed} ${recordId}`;
        truth.push(...simulation.truth.map((row) => ({ ...row, recordId: own(row.recordId) })));
        for (const finding of await assessSimulation(simulation, context))
          if (judged.has(finding.rule)) found.push({ ...finding, recordId: own(finding.recordId) });
      }
      const { scores, differences } = compareWithTruth(truth, found);
      process.stderr.write(
        `seeds ${SEEDS.join(', ')}, ${JSON.stringify(SETTINGS)}\n${formatScores(scores.filter(hasSomething))}\n`,
      );
      expect(differences).toEqual([]);
      // At a rate of 5 % one seed need not have them all.
      if (WORK_ORDERS) return;
      const byHand = FAULT_KINDS.filter(({ rules }) => rules.length > 0 && rules.every(isByHand));
      const injected = new Set(truth.map(({ kind }) => kind));
      expect(byHand.filter(({ kind }) => !injected.has(kind))).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it('has no finding in its truth that no fault was meant to lead to', () => {
    const judge = makeJudge(content);
    const happenings = makeHappenings({ ...SETTINGS, workOrders: 200, seed: 9 }, content);
    for (const record of happenings.records()) {
      const wrong = new Set(judge.allFindings(record).map(({ rule }) => rule));
      const meant = new Set(
        FAULT_KINDS.filter(({ kind }) => record.kinds.includes(kind))
          .flatMap(({ rules }) => rules)
          .filter((rule) => isByHand(rule) && !WINDOW_RULES.includes(rule)),
      );
      expect([record.recordId, [...wrong].sort()]).toEqual([record.recordId, [...meant].sort()]);
    }
  });
});

describe('the rules of the simulation', () => {
  it('that have a function of their own in the truth each have a kind of fault, and are in force', () => {
    const byHand = [...TRUE_RULES].sort();
    expect([...new Set(FAULT_KINDS.flatMap(({ rules }) => rules).filter(isByHand))].sort()).toEqual(byHand);
    const inForce = context.ruleSet.rules.map(({ id }) => id);
    expect(byHand.filter((rule) => !inForce.includes(rule))).toEqual([]);
  });

  it('are all that can be judged from their files', () => {
    const { unread } = sortRules(content.rules);
    for (const { id, why } of unread) process.stderr.write(`not simulated: ${id} (${why.join(', ')})\n`);
    expect([...judged].sort()).toEqual(
      content.rules.map(({ id }) => id).filter((id) => !unread.some((rule) => rule.id === id)),
    );
    expect(context.ruleSet.rules.map(({ id }) => id).sort()).toEqual(content.rules.map(({ id }) => id));
  });
});

/** Kinds whose rules this folder does not have are left out of the table. */
function hasSomething({ expected, found, false: wrong }: KindScore): boolean {
  return expected + found + wrong > 0;
}

function isByHand(rule: string): boolean {
  return TRUE_RULES.includes(rule);
}
