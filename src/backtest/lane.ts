import type { Alert } from '../alerts/alert.js';
import { makeRaiseAlerts, type RaiseAlerts } from '../alerts/raise-alerts.js';
import type { BusinessCalendar } from '../calendar/business-calendar.js';
import type { AssessContext, LookObserver } from '../engine/assess-work-order.js';
import type { RuleSet } from '../engine/rule-set.js';
import { makeMemoryAlertStore } from './memory-alert-store.js';

/** One of the two rule sets that are compared. */
export interface RuleSide {
  readonly ruleSet: RuleSet;
  readonly calendar: BusinessCalendar;
}

/** How often a rule was looked at, and what came out. */
export interface RuleCounts {
  hits: number;
  evaluated: number;
  notEvaluated: number;
  errors: number;
  /** Of the first error. */
  error?: string;
}

/** One rule set on its way through the events, with a clock and an alert list of its own. */
export interface Lane extends RuleSide {
  readonly context: AssessContext;
  /** The virtual clock, epoch ms. */
  clock: number;
  /** The service's own way from findings to alerts, over the list of this lane. */
  readonly raiseAlerts: RaiseAlerts;
  /** The alerts raised since this was last asked. */
  takeAlerts(): Alert[];
  readonly counts: ReadonlyMap<string, RuleCounts>;
  /** Counts the looks of the rules. */
  readonly looks: LookObserver;
  /** While it is set, looks count for this one too: both judge by the same rules. */
  standsFor?: Lane | undefined;
}

export function makeLane({ ruleSet, calendar }: RuleSide): Lane {
  const store = makeMemoryAlertStore();
  const counts = new Map<string, RuleCounts>();
  const onEvaluation: LookObserver['onEvaluation'] = (rule, outcome, detail) => {
    lane.standsFor?.looks.onEvaluation?.(rule, outcome, detail);
    const { id } = rule;
    let count = counts.get(id);
    if (!count) counts.set(id, (count = { hits: 0, evaluated: 0, notEvaluated: 0, errors: 0 }));
    count.evaluated += 1;
    if (outcome === 'hit') count.hits += 1;
    else if (outcome === 'not_evaluated') count.notEvaluated += 1;
    else if (outcome === 'error') {
      count.errors += 1;
      if (detail !== undefined) count.error ??= detail;
    }
  };
  const lane: Lane = {
    ruleSet,
    calendar,
    context: { ruleSet, calendar, onEvaluation },
    clock: 0,
    raiseAlerts: makeRaiseAlerts({ alertStore: store, now: () => lane.clock }),
    takeAlerts: () => store.takeAll(),
    counts,
    looks: { onEvaluation },
  };
  return lane;
}
