import { beforeAll, describe, expect, it } from '@jest/globals';
import { FAULT_KINDS, type FaultKind } from '../../src/simulate/fault-kinds.js';
import { SIMULATED_YEARS } from '../../src/simulate/office-time.js';
import { readContent } from '../../src/simulate/read-content.js';
import { simulate } from '../../src/simulate/simulate.js';
import { fitsProcess } from '../../src/simulate/traits.js';
import { UNSIMULATED_RULES } from '../../src/simulate/unsimulated-rules.js';
import { makeWorld, type SimulationContent } from '../../src/simulate/world.js';
import { rulesShownBy } from './rules-shown-by.js';

let content: SimulationContent;
beforeAll(async () => {
  content = await readContent('rules');
});

const named = ({ rules, mayShow = [] }: FaultKind) => [...rules, ...mayShow];

describe('every rule that ships', () => {
  it('has a kind of fault that shows to it, or a reason why there is none', () => {
    const simulated = new Set(FAULT_KINDS.flatMap(named));
    const excused = UNSIMULATED_RULES.map(({ rule }) => rule);
    const ids = content.rules.map(({ id }) => id);
    // Add a kind of fault (docs/simulate.md), or say in src/simulate/unsimulated-rules.ts why there can be none.
    expect(ids.filter((id) => !simulated.has(id) && !excused.includes(id))).toEqual([]);
    expect(excused.filter((id) => simulated.has(id))).toEqual([]);
    expect([...simulated, ...excused].filter((id) => !ids.includes(id))).toEqual([]);
    expect(new Set(excused).size).toBe(excused.length);
  });

  it('that is said to be in force no longer was so until the day that is named', () => {
    for (const { rule, until, reason } of UNSIMULATED_RULES) {
      expect(reason.length).toBeGreaterThan(20);
      if (until === undefined) continue;
      const ends = content.rules.find(({ id }) => id === rule)?.basis.map(({ effectiveTo }) => effectiveTo);
      expect([rule, ends?.sort().at(-1)]).toEqual([rule, until]);
      expect(Number(until.slice(0, 4))).toBeLessThan(SIMULATED_YEARS[0]);
    }
  });
});

describe('every kind of fault', () => {
  /** Comes of who does the work, and shows in a whole period only. */
  const OF_A_PERIOD = 'error-prone-clerk';

  it('can happen in some process that ships', () => {
    const world = makeWorld(content, 1);
    const impossible = FAULT_KINDS.filter(
      (fault) =>
        fault.on === 'workOrder' &&
        fault.kind !== OF_A_PERIOD &&
        !world.processes.some(([process]) => fitsProcess(fault, process, world)),
    );
    expect(impossible.map(({ kind }) => kind)).toEqual([]);
  });

  it('of work orders shows to every rule that it names', () => {
    const silent: string[] = [];
    for (const fault of FAULT_KINDS.filter(({ on, kind }) => on === 'workOrder' && kind !== OF_A_PERIOD)) {
      const shown = rulesShownBy(fault, content);
      silent.push(...named(fault).filter((rule) => !shown.has(rule)).map((rule) => `${fault.kind}: ${rule}`)); // prettier-ignore
    }
    expect(silent).toEqual([]);
  }, 600_000);

  it('of halls, teams, accounts and feeds shows to every rule that it names', () => {
    const left = new Set(
      FAULT_KINDS.filter(({ on }) => on !== 'workOrder').flatMap((fault) =>
        named(fault).map((rule) => `${fault.kind}: ${rule}`),
      ),
    );
    for (let seed = 1; seed <= 6 && left.size > 0; seed += 1) {
      const settings = { seed, workOrders: 0, days: 15, faultRate: 1, start: '2026-09-21' };
      for (const { kind, findings } of simulate(settings, content).truth)
        for (const { rule } of findings) left.delete(`${kind}: ${rule}`);
    }
    expect([...left]).toEqual([]);
  }, 300_000);
});
