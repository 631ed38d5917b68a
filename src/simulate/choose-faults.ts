import { FAULT_KINDS, type FaultKind } from './fault-kinds.js';
import { makeRandom, type Random } from './random.js';
import { fitsProcess } from './traits.js';
import type { Process, World } from './world.js';

/** Gives out fault kinds so that all come equally often: each once before any comes again. */
export interface FaultDeck {
  /** One kind, now and then two or three that do not get in each other's way. */
  deal(): readonly FaultKind[];
}

/** Areas that touch the same steps: whichever came second would undo the first, or bring a consequence nobody named. */
const CLASHES = new Set(
  [
    ['check', 'fields'],
    ['check', 'handover'],
    ['check', 'flow'],
    ['check', 'paper'],
    ['check', 'contact'],
    ['flow', 'entry'],
  ].flatMap(([a, b]) => [`${a} ${b}`, `${b} ${a}`]),
);

export function makeFaultDeck(world: World, seed: number, on: FaultKind['on']): FaultDeck {
  const random = makeRandom(seed, 'faults', on);
  const kinds = FAULT_KINDS.filter((fault) => fault.on === on && canHappen(fault, world));
  let deck: FaultKind[] = [];
  const draw = (): FaultKind => {
    if (deck.length === 0) deck = random.shuffle(kinds);
    const drawn = deck.pop();
    if (!drawn) throw new RangeError(`no fault can happen to a ${on} in this company`);
    return drawn;
  };
  return {
    deal() {
      const chosen = [draw()];
      const more = on !== 'workOrder' || random.chance(0.75) ? 0 : random.chance(0.8) ? 1 : 2;
      for (const other of random.shuffle(kinds).slice(0, 12)) {
        if (chosen.length > more) break;
        if (goTogether([...chosen, other], world)) chosen.push(other);
      }
      return chosen;
    },
  };
}

/** A process in which all of these faults can happen, as often as the world has it. */
export function chooseProcess(random: Random, world: World, faults: readonly FaultKind[]): Process {
  return random.weighted(fitting(world, faults));
}

function fitting(world: World, faults: readonly FaultKind[]) {
  return world.processes.filter(([process]) => faults.every((fault) => fitsProcess(fault, process, world)));
}

function canHappen(fault: FaultKind, world: World): boolean {
  const { rules, mayShow = [] } = fault;
  if (!rules.every((rule) => world.canFind.has(rule))) return false;
  if (mayShow.length > 0 && !mayShow.some((rule) => world.canFind.has(rule))) return false;
  return fitting(world, [fault]).length > 0 && (fault.needs?.sameCity !== true || world.hasNeighbours);
}

function goTogether(faults: readonly FaultKind[], world: World): boolean {
  for (const [i, a] of faults.entries()) {
    for (const b of faults.slice(i + 1)) {
      if (a.area === b.area || a.area === 'all' || b.area === 'all') return false;
      if (CLASHES.has(`${a.area} ${b.area}`)) return false;
      if (a.customerClass !== b.customerClass || a.opens !== b.opens) return false;
      const needs = Object.entries(a.needs ?? {});
      if (needs.some(([trait, value]) => value !== (b.needs?.[trait as keyof typeof b.needs] ?? value)))
        return false;
    }
  }
  return fitting(world, faults).length > 0;
}
