import { NotFoundError } from '../errors.js';
import { windowGroupsOf } from '../engine/assess-window.js';
import { explainRule } from '../engine/explain-rule.js';
import type { ExplainContext } from '../engine/explain-rule.js';
import { explainWindowRule } from '../engine/explain-window-rule.js';
import { indexRules } from '../engine/make-rule-set.js';
import type { RuleExplanation } from '../engine/rule-explanation.js';
import type { CompiledRule } from '../engine/rule-set.js';
import { compareEvents, subjectTypeOf } from '../events/business-event.js';
import type { BusinessEvent } from '../events/business-event.js';

export interface ExplainDeps {
  /** The content in use; asked anew for each explanation. */
  readonly context: () => ExplainContext;
  readonly inbox: {
    loadByRecord(recordId: string): Promise<readonly BusinessEvent[]>;
    loadEvents(keys: readonly string[]): Promise<readonly { readonly event: BusinessEvent }[]>;
  };
  /** Which events are in which window; absent where there are none to be had (a file of events). */
  readonly windows?: {
    entriesAfter(groupId: string, after: number): AsyncIterable<readonly string[]>;
  };
}

/** Explains a rule on one record as of an instant, from the events in the inbox. @throws NotFoundError for a record without events */
export type Explain = (rule: CompiledRule, recordId: string, at: number) => Promise<RuleExplanation>;

/** Events of a window that are looked at for one explanation; of more, the newest. */
const MOST_WINDOW_EVENTS = 20_000;

export function makeExplain({ context, inbox, windows }: ExplainDeps): Explain {
  return async (rule, recordId, at) => {
    const events = await inbox.loadByRecord(recordId);
    const [first] = events;
    if (!first) throw new NotFoundError(`There is no work order ${recordId}.`);
    const identity = { recordId, subjectType: subjectTypeOf(first.type), subject: first.subject };
    const request = { rule, identity, events, at };
    if (!rule.window) return explainRule(context(), request);
    const groupEvents = windows ? await loadGroups(rule, events, at) : [];
    return explainWindowRule(context(), {
      ...request,
      ...(groupEvents.length > 0 ? { groupEvents } : { groupEvents: events, alone: true }),
    });
  };

  /** What is in the windows that the events are in; nothing for a rule that was never in use. */
  async function loadGroups(
    rule: CompiledRule,
    events: readonly BusinessEvent[],
    at: number,
  ): Promise<BusinessEvent[]> {
    const ruleSet = indexRules([rule], context().parameters);
    const groups = new Map<string, number>();
    for (const event of events)
      for (const { id } of windowGroupsOf(ruleSet, event))
        groups.set(id, Math.min(event.at, groups.get(id) ?? event.at));
    const found: BusinessEvent[] = [];
    for (const [id, earliest] of groups) {
      const after = earliest - (rule.window?.keepMs ?? 0);
      for await (const keys of windows?.entriesAfter(id, after) ?? []) {
        for (const { event } of await inbox.loadEvents(keys)) if (event.at <= at) found.push(event);
        if (found.length > MOST_WINDOW_EVENTS) found.splice(0, found.length - MOST_WINDOW_EVENTS);
      }
    }
    return found.sort(compareEvents);
  }
}
