import type { LookObserver } from '../engine/assess-work-order.js';
import type { CompiledRule, Evaluation } from '../engine/rule-set.js';

type Outcome = Evaluation['outcome'];

/** What a rule version did in some span of time. */
export interface RuleCounts {
  readonly rule: string;
  readonly version: number;
  hit: number;
  no_hit: number;
  not_evaluated: number;
  error: number;
  /** Looks that were timed, what they took together and at most, ms. */
  timed: number;
  timedMs: number;
  maxMs: number;
  /** Timed looks that took longer than a rule may. */
  slow: number;
  /** Missing facts by how often they were named; not every look names them. */
  readonly missing: Map<string, number>;
  /** Epoch ms. */
  lastHitAt?: number;
  lastErrorAt?: number;
  lastError?: string;
}

export interface LookCounter {
  /** For the engine. */
  readonly looks: LookObserver;
  /** All that was counted since the last call, one entry a rule version; the counter begins anew. */
  take(): RuleCounts[];
}

export interface LookCounterOptions {
  /** Epoch ms. */
  readonly now: () => number;
  /** A clock for durations, ms. */
  readonly clock: () => number;
  /** A timed look that takes longer than this is slow, ms. */
  readonly slowMs?: number;
  /** One look in so many is timed, on average. Default 32: the clock is then read in a few of a hundred looks. */
  readonly timeEvery?: number;
  readonly random?: () => number;
}

/** A look that takes longer is slow: at a hundred looks an event, one rule would then cost more than all others. */
export const SLOW_LOOK_MS = 20;
/** Of the looks of a rule that lack a fact, one in so many names it. */
const NAME_EVERY = 16;

/**
 * Counts what rules do, in memory, at the price of a look into a map: it is asked hundreds of times for each event. Looks are
 * timed by sample, at random distances, so that no rule is always or never the one that is timed.
 */
export function makeLookCounter(options: LookCounterOptions): LookCounter {
  const { now, clock, slowMs = SLOW_LOOK_MS, timeEvery = 32, random = Math.random } = options;
  let counts = new Map<CompiledRule, RuleCounts>();
  let untilTimed = timeEvery;

  const countsOf = (rule: CompiledRule): RuleCounts => {
    const known = counts.get(rule);
    if (known) return known;
    const fresh = noCounts(rule.id, rule.version);
    counts.set(rule, fresh);
    return fresh;
  };

  function note(of: RuleCounts, outcome: Outcome, detail: string | undefined): void {
    if (outcome === 'hit') of.lastHitAt = now();
    if (outcome === 'error') {
      of.lastErrorAt = now();
      if (detail !== undefined) of.lastError = detail;
    }
    if (outcome === 'not_evaluated' && detail !== undefined)
      for (const fact of detail.split(LISTED)) of.missing.set(fact, (of.missing.get(fact) ?? 0) + 1);
  }

  return {
    looks: {
      onEvaluation: (rule, outcome, detail) => {
        const of = countsOf(rule);
        of[outcome] += 1;
        if (outcome !== 'no_hit') note(of, outcome, detail);
      },
      measure: (rule) => {
        untilTimed -= 1;
        if (untilTimed > 0) return undefined;
        untilTimed = 1 + Math.floor(random() * (2 * timeEvery - 1));
        const began = clock();
        return () => {
          const took = clock() - began;
          const of = countsOf(rule);
          of.timed += 1;
          of.timedMs += took;
          of.maxMs = Math.max(of.maxMs, took);
          if (took > slowMs) of.slow += 1;
        };
      },
      asksWhatIsMissing: (rule) => countsOf(rule).not_evaluated % NAME_EVERY === 0,
    },
    take() {
      const taken = counts;
      // Rules of former sets go with it.
      counts = new Map();
      const byVersion = new Map<string, RuleCounts>();
      for (const item of taken.values()) addCounts(byVersion, item);
      return [...byVersion.values()];
    },
  };
}

/** Commas within the brackets of a fact's parameters separate nothing. */
const LISTED = /,(?![^(]*\))/;

function noCounts(rule: string, version: number): RuleCounts {
  return {
    rule,
    version,
    hit: 0,
    no_hit: 0,
    not_evaluated: 0,
    error: 0,
    timed: 0,
    timedMs: 0,
    maxMs: 0,
    slow: 0,
    missing: new Map(),
  };
}

/** Adds counts to those of the same rule version. */
export function addCounts(into: Map<string, RuleCounts>, item: RuleCounts): void {
  const key = `${item.rule}@${item.version}`;
  const known = into.get(key);
  if (!known) {
    into.set(key, item);
    return;
  }
  for (const field of ['hit', 'no_hit', 'not_evaluated', 'error', 'timed', 'timedMs', 'slow'] as const)
    known[field] += item[field];
  known.maxMs = Math.max(known.maxMs, item.maxMs);
  for (const [fact, times] of item.missing) known.missing.set(fact, (known.missing.get(fact) ?? 0) + times);
  if (item.lastHitAt !== undefined) known.lastHitAt = Math.max(known.lastHitAt ?? 0, item.lastHitAt);
  if (item.lastErrorAt !== undefined && item.lastErrorAt >= (known.lastErrorAt ?? 0)) {
    known.lastErrorAt = item.lastErrorAt;
    if (item.lastError !== undefined) known.lastError = item.lastError;
  }
}
