import type { JsonPath } from '../parse-rule-json.js';
import { pathText } from '../rule-error.js';
import type { ConditionLeaf, Conditions } from '../rule-file.js';
import { leafDomainOf } from './leaf-domain.js';
import type { KnownNames, LeafDomain } from './leaf-domain.js';
import { complementOf, describeDomain, intersect, isEmpty, isWithin } from './value-domain.js';
import type { Domain } from './value-domain.js';

/** What is known of something before the conditions are asked, and where that is written. */
export interface Known {
  readonly domain: Domain;
  readonly from: string;
}
export type KnownOf = ReadonlyMap<string, Known>;

/** @param what `redundant`: it follows from something else */
export type Tell = (path: JsonPath, message: string, what?: 'redundant') => void;

interface Placed extends LeafDomain {
  readonly path: JsonPath;
}
type Node = Conditions | ConditionLeaf;

/**
 * Conditions that can never hold, always hold, or follow from others, `appliesTo` or the trigger. Exact for each fact on
 * its own; what several facts have to do with each other is not looked at, so all that is told is true.
 */
export function lintConditions(
  conditions: Conditions,
  at: JsonPath,
  known: KnownOf,
  names: KnownNames,
  tell: Tell,
): void {
  // A rule must have a condition: one that only repeats `appliesTo` or the trigger is how "always" is written.
  const isOnly = countLeaves(conditions) === 1;
  const told: Tell = (path, message, what) => {
    if (!isOnly || what !== 'redundant') tell(path, message, what);
  };
  walk({ node: conditions, path: at, negated: false }, known, names, told);
}

function countLeaves(node: Node): number {
  if ('all' in node) return node.all.reduce((sum, child) => sum + countLeaves(child), 0);
  if ('any' in node) return node.any.reduce((sum, child) => sum + countLeaves(child), 0);
  return 'not' in node ? countLeaves(node.not) : 1;
}

interface Place {
  readonly node: Node;
  readonly path: JsonPath;
  /** Under an odd number of `not`. */
  readonly negated: boolean;
}

/** The parts of a branch, with `not` pushed inwards: what must hold together, or of which one must. */
function partsOf({
  node,
  path,
  negated,
}: Place): { readonly joined: 'all' | 'any'; readonly parts: Place[] } | undefined {
  if ('not' in node) return partsOf({ node: node.not, path: [...path, 'not'], negated: !negated });
  for (const branch of ['all', 'any'] as const) {
    const children = (node as Partial<Record<'all' | 'any', readonly Node[]>>)[branch];
    if (!children) continue;
    const parts = children.map((child, index) =>
      strip({ node: child, path: [...path, branch, index], negated }),
    );
    return { joined: (branch === 'all') !== negated ? 'all' : 'any', parts };
  }
  return undefined;
}

function strip(place: Place): Place {
  const { node, path, negated } = place;
  return 'not' in node ? strip({ node: node.not, path: [...path, 'not'], negated: !negated }) : place;
}

function walk(place: Place, known: KnownOf, names: KnownNames, tell: Tell): void {
  const stripped = strip(place);
  const branch = partsOf(stripped);
  if (!branch) return void lintAll([placed(stripped, names)], known, tell);
  const flat = flatten(branch.joined, branch.parts);
  const leaves = flat.filter(({ node }) => 'fact' in node).map((leaf) => placed(leaf, names));
  const others = flat.filter(({ node }) => !('fact' in node));
  if (branch.joined === 'all') {
    const after = lintAll(leaves, known, tell);
    for (const other of others) walk(other, after, names, tell);
  } else {
    lintAny(leaves, known, tell, others.length === 0);
    for (const other of others) walk(other, known, names, tell);
  }
}

/** An `all` inside an `all` asks nothing more. */
function flatten(joined: 'all' | 'any', parts: readonly Place[]): Place[] {
  return parts.flatMap((part) => {
    const inner = partsOf(part);
    return inner?.joined === joined ? flatten(joined, inner.parts) : [part];
  });
}

function placed({ node, path, negated }: Place, names: KnownNames): Placed {
  const leaf = leafDomainOf(node as ConditionLeaf, names);
  return { ...leaf, domain: negated ? complementOf(leaf.domain) : leaf.domain, path };
}

/** Conditions that must hold together. @returns what is known once they do */
function lintAll(leaves: readonly Placed[], known: KnownOf, tell: Tell): KnownOf {
  const sound = leaves.filter((leaf) => !lintAlone(leaf, tell));
  const after = new Map(known);
  const dead = new Set<Placed>();
  for (const leaf of sound) {
    const before = after.get(leaf.about);
    const left = intersect(before?.domain ?? leaf.universe, leaf.domain);
    if (isEmpty(left)) {
      dead.add(leaf);
      tell(
        leaf.path,
        `永远不成立：要求 ${leaf.about} ${describeDomain(leaf.domain)}，而 ${before?.from ?? ''} 要求 ${describeDomain(before?.domain ?? leaf.universe)}。请改其中一处，或用 any`,
      );
      continue;
    }
    after.set(leaf.about, { domain: left, from: pathText(leaf.path) });
  }
  const kept = sound.filter((leaf) => !dead.has(leaf));
  for (const leaf of [...kept].reverse()) {
    const rest = kept.filter((other) => other !== leaf && other.about === leaf.about);
    const own = known.get(leaf.about);
    const first = rest[0];
    const asked = rest.reduce(
      (domain, other) => intersect(domain, other.domain),
      own?.domain ?? leaf.universe,
    );
    if ((!own && !first) || !isWithin(asked, leaf.domain)) continue;
    kept.splice(kept.indexOf(leaf), 1);
    const by = own && isWithin(own.domain, leaf.domain) ? own.from : pathText(first?.path ?? []);
    tell(
      leaf.path,
      `多余：${by} 已经要求 ${leaf.about} ${describeDomain(asked)}。请删去这个条件`,
      'redundant',
    );
  }
  return after;
}

/** Conditions of which one must hold. */
function lintAny(leaves: readonly Placed[], known: KnownOf, tell: Tell, isWhole: boolean): void {
  const sound = leaves.filter((leaf) => !lintAlone(leaf, tell));
  const kept: Placed[] = [];
  for (const leaf of sound) {
    const own = known.get(leaf.about);
    if (own && isEmpty(intersect(own.domain, leaf.domain))) {
      tell(
        leaf.path,
        `这一支永远不成立：要求 ${leaf.about} ${describeDomain(leaf.domain)}，而 ${own.from} 要求 ${describeDomain(own.domain)}。请删去这一支`,
      );
    } else if (own && isWithin(own.domain, leaf.domain)) {
      tell(
        leaf.path,
        `any 总是成立：${own.from} 已经要求 ${leaf.about} ${describeDomain(own.domain)}。请删去整个 any，或改这一支`,
      );
    } else kept.push(leaf);
  }
  for (const [index, leaf] of kept.entries()) {
    const wider = kept.find((other, place) => {
      if (other === leaf || other.about !== leaf.about) return false;
      const [narrow, wide] = [intersect(leaf.domain, leaf.universe), intersect(other.domain, leaf.universe)];
      return isWithin(narrow, wide) && (place < index || !isWithin(wide, narrow));
    });
    if (wider) tell(leaf.path, `多余：${pathText(wider.path)} 已经包含它。请删去这一支`);
  }
  if (!isWhole) return;
  for (const about of new Set(kept.map((leaf) => leaf.about))) {
    const own = kept.filter((leaf) => leaf.about === about);
    const [first] = own;
    if (!first || own.length < 2) continue;
    const none = own.reduce(
      (left, leaf) => intersect(left, complementOf(leaf.domain)),
      known.get(about)?.domain ?? first.universe,
    );
    if (isEmpty(none))
      tell(
        first.path,
        `any 总是成立：${about} 的所有情况都列到了。请删去整个 any；要求事实已知，写 isPresent`,
      );
  }
}

/** Against what the fact can be at all. */
function lintAlone({ domain, universe, about, path }: Placed, tell: Tell): boolean {
  if (isEmpty(intersect(universe, domain))) {
    tell(
      path,
      `永远不成立：${about} 只会是 ${describeDomain(universe)}，条件要求 ${describeDomain(domain)}。请改 value`,
    );
    return true;
  }
  if (isWithin(universe, domain)) {
    tell(path, `已知时总是成立：${about} 只会是 ${describeDomain(universe)}。请删去这个条件或改 value`);
    return true;
  }
  return false;
}
