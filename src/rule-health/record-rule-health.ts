import { addCounts, type LookCounter, type RuleCounts } from './count-looks.js';
import type { RuleHealthStore } from './rule-health-store.js';

export interface RecordRuleHealthDeps {
  readonly counter: Pick<LookCounter, 'take'>;
  readonly store: Pick<RuleHealthStore, 'add'>;
  /** Business date of an instant. */
  readonly dateOf: (at: number) => string;
  readonly now: () => number;
  /** Told what was counted, once; for metrics. */
  readonly onCounted?: (counts: readonly RuleCounts[]) => void;
}

/** Brings what this process counted to the store and to the metrics. */
export interface RecordRuleHealth {
  /** Tells the metrics; what is not stored yet stays to be stored. */
  readonly settle: () => void;
  /** Stores what was counted. What a store that is away did not take is tried again with the next flush. */
  readonly flush: () => Promise<void>;
}

/** A process that dies loses what it counted since the last flush, and nothing of what it judged. */
export function makeRecordRuleHealth(deps: RecordRuleHealthDeps): RecordRuleHealth {
  const { counter, store, dateOf, now, onCounted } = deps;
  let pending = new Map<string, RuleCounts>();
  let flushing: Promise<void> | undefined;

  function settle(): void {
    const counts = counter.take();
    onCounted?.(counts);
    for (const item of counts) addCounts(pending, item);
  }

  async function flush(): Promise<void> {
    settle();
    const taken = pending;
    pending = new Map();
    try {
      await store.add(dateOf(now()), [...taken.values()]);
    } catch (error) {
      for (const item of taken.values()) addCounts(pending, item);
      throw error;
    }
  }

  return {
    settle,
    flush: () => (flushing ??= flush().finally(() => (flushing = undefined))),
  };
}
