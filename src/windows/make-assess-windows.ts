import type { RaiseAlerts } from '../alerts/raise-alerts.js';
import {
  assessWindow,
  emptyWindowOf,
  restartAt,
  windowGroupsOf,
  type WindowMember,
  type WindowRecord,
} from '../engine/assess-window.js';
import type { AssessContext, LookObserver } from '../engine/assess-work-order.js';
import type { CompiledRule, RuleSet, RuleSets } from '../engine/rule-set.js';
import type { SlidingWindow } from '../engine/sliding-window.js';
import type { Finding } from '../engine/work-order-record.js';
import type { BusinessEvent } from '../events/business-event.js';
import type { EventStore } from '../events/event-store.js';
import { newWorkOrder } from '../work-orders/project-work-order.js';
import type { WindowStore } from './window-store.js';

export interface AssessWindowsDeps {
  readonly windows: WindowStore;
  readonly inbox: Pick<EventStore, 'loadEvents'>;
  readonly raiseAlerts: RaiseAlerts;
  readonly ruleSets: RuleSets;
  readonly calendar: AssessContext['calendar'];
  readonly looks?: LookObserver;
  /**
   * Where windows are kept filled, by group id, so that events that come in order are read once and not again with all that
   * came in the window before. What is kept is the caller's to bound; without it, nothing is.
   */
  readonly filled?: Map<string, FilledWindow>;
}

/** A window as it was left, and the revision of the group's record that it belongs to. */
export interface FilledWindow {
  readonly rule: CompiledRule;
  readonly revision: number;
  readonly sliding: SlidingWindow;
}

/** How often a group is judged again because events kept coming or another worker judged it; then the next pass goes on. */
const MAX_CONFLICTS = 10;

/**
 * Hands events over to the groups of the window rules, and judges these. An event's own work order is another record, on
 * another partition: so a worker only leaves a mark with each group, before it marks the event as processed, and the
 * minute pass judges what is marked. A mark goes away only when record and alerts are written for all that it stood for.
 */
export function makeAssessWindows(deps: AssessWindowsDeps) {
  const { windows, inbox, raiseAlerts, calendar, filled } = deps;

  /** Idempotent: may be repeated for the same events, also by another worker at the same time. */
  async function handOver(events: readonly BusinessEvent[], ruleSet: RuleSet): Promise<void> {
    const entries = events.flatMap((event) =>
      windowGroupsOf(ruleSet, event).map((group) => ({ group, eventKey: event.key, at: event.at })),
    );
    await windows.handOver(entries);
  }

  /** Judges one group until nothing new has come; answers false when that did not happen for long. */
  async function assessGroup(groupId: string): Promise<boolean> {
    for (let tries = 0; tries <= MAX_CONFLICTS; tries += 1) {
      const read = await windows.load(groupId);
      if (!read || read.changedFrom === undefined) return true;
      const ruleSet = deps.ruleSets.current();
      const rule = ruleSet.byId(read.group.ruleId);
      const { revision, handed, record: before } = read;
      // A rule that is gone judges nothing more; what it found stays.
      if (!rule?.window) {
        if (await windows.settle(groupId, revision, handed)) return true;
        continue;
      }
      const from = restartAt(before, read.changedFrom, rule);
      const isInOrder = from > before.advancedTo;
      const left = filled?.get(groupId);
      filled?.delete(groupId);
      const goesOn = isInOrder && left?.rule === rule && left.revision === revision;
      const events = eventsAfter(groupId, goesOn ? before.advancedTo : from - rule.window.keepMs);
      const sliding = goesOn ? left.sliding : emptyWindowOf(rule);
      const context = { ...deps.looks, ruleSet, calendar };
      const after = await assessWindow(context, rule, before, from, events, sliding);
      if (!(await windows.replace(read, after))) continue;
      filled?.set(groupId, { rule, revision: revision + 1, sliding });
      await raise(before, after, { revision: revision + 1, ruleSet, isInOrder });
      // Whoever was overtaken between the two writes has raised alerts that the other could not know: once more.
      if (await windows.settle(groupId, revision + 1, handed)) return true;
    }
    return false;
  }

  async function* eventsAfter(groupId: string, after: number): AsyncGenerator<BusinessEvent> {
    for await (const keys of windows.entriesAfter(groupId, after))
      for (const { event } of await inbox.loadEvents(keys)) yield event;
  }

  /**
   * Findings that changed. Where events came out of order, or a pass broke off before the mark went away, all findings of everybody
   * in the group: that also takes back alerts that no finding stands behind any more.
   */
  async function raise(
    before: WindowRecord,
    after: WindowRecord,
    { revision, ruleSet, isInOrder }: { revision: number; ruleSet: RuleSet; isInOrder: boolean },
  ): Promise<void> {
    const known = isInOrder
      ? new Map(before.findings.map(({ finding }) => [keyOf(finding), finding]))
      : undefined;
    const members = new Map<string, { member: WindowMember; findings: Finding[] }>();
    if (!isInOrder)
      for (const { member } of before.findings) members.set(member.no, { member, findings: [] });
    for (const { member, finding } of after.findings) {
      const old = known?.get(keyOf(finding));
      if (old && isSame(old, finding)) continue;
      const own = members.get(member.no) ?? { member, findings: [] };
      own.findings.push(finding);
      members.set(member.no, own);
    }
    const requests = [...members.values()].map(({ member, findings }) => ({
      record: {
        workOrder: newWorkOrder({ ...member, recordId: member.no }),
        clocks: [],
        findings,
        advancedTo: after.advancedTo,
        calendarHash: calendar.hash,
      },
      revision,
      findings: isInOrder ? findings : ('all' as const),
    }));
    await raiseAlerts(requests, ruleSet);
  }

  return { handOver, assessGroup };
}
export type AssessWindows = ReturnType<typeof makeAssessWindows>;

function keyOf({ fingerprint, episode }: Finding): string {
  return `${fingerprint}#${episode}`;
}

/** Every later hit moves `lastAt`; besides it, a finding is only closed. */
function isSame(before: Finding, after: Finding): boolean {
  return (
    before === after ||
    (before.occurrences === after.occurrences &&
      before.lastAt === after.lastAt &&
      before.closedAt === after.closedAt)
  );
}
