import { assessFeed } from '../../src/engine/assess-feed.js';
import { assessWindow, EMPTY_WINDOW, windowGroupsOf } from '../../src/engine/assess-window.js';
import { assessWorkOrder, type AssessContext } from '../../src/engine/assess-work-order.js';
import type { Finding } from '../../src/engine/work-order-record.js';
import {
  compareEvents,
  recordIdOf,
  subjectTypeOf,
  type BusinessEvent,
} from '../../src/events/business-event.js';
import { DEFAULT_EVENT_LIMITS } from '../../src/events/event-limits.js';
import { parseEventRequest } from '../../src/events/parse-event-request.js';
import type { Simulation } from '../../src/simulate/simulation.js';
import { newWorkOrder } from '../../src/work-orders/project-work-order.js';
import { foldEvents } from '../../src/work-orders/project-work-order.js';
import type { FoundFinding } from './compare-with-truth.js';

const MINUTE = 60_000;

/**
 * The way of a simulation through the pure part of the service: its file is parsed as NDJSON requests, grouped by record and
 * folded up to when everything can be known.
 */
export async function assessSimulation(
  simulation: Simulation,
  context: AssessContext,
): Promise<FoundFinding[]> {
  const now = Date.parse(simulation.manifest.period.settledAt);
  const found: FoundFinding[] = [];
  for (const [recordId, events] of groupByRecord(parseFile(simulation.files.events, now), context)) {
    const [first] = events;
    if (!first || subjectTypeOf(first.type) === 'feed') continue;
    const identity = { recordId, subjectType: subjectTypeOf(first.type), subject: first.subject };
    const record = await assessWorkOrder(context, identity, undefined, events, now);
    // The projection by itself must come to the same work order.
    const projected = foldEvents(events, newWorkOrder(identity));
    if (JSON.stringify(projected) !== JSON.stringify(record.workOrder))
      throw new Error(`${recordId}: projected alone it differs`);
    found.push(...record.findings.map((finding) => toFound(recordId, finding)));
  }
  found.push(...(await assessWindows(parseFile(simulation.files.events, now), context)));
  found.push(...(await watchFeeds(simulation, context)));
  return found;
}

/** Hands each event over to the groups of the window rules, once, and judges these. */
async function assessWindows(
  events: readonly BusinessEvent[],
  context: AssessContext,
): Promise<FoundFinding[]> {
  const groups = new Map<string, { ruleId: string; events: Map<string, BusinessEvent> }>();
  for (const event of events)
    for (const { id, ruleId } of windowGroupsOf(context.ruleSet, event)) {
      const group = groups.get(id) ?? { ruleId, events: new Map<string, BusinessEvent>() };
      groups.set(id, group);
      group.events.set(event.key, event);
    }
  const found: FoundFinding[] = [];
  for (const { ruleId, events: own } of groups.values()) {
    const rule = context.ruleSet.byId(ruleId);
    if (!rule) throw new Error(`no rule ${ruleId}`);
    const sorted = [...own.values()].sort(compareEvents);
    const { findings } = await assessWindow(context, rule, EMPTY_WINDOW, -Infinity, sorted);
    found.push(...findings.map(({ member, finding }) => toFound(member.no, finding)));
  }
  return found;
}

/** In requests as large as the service takes them. */
export function parseFile(text: string, receivedAt: number): BusinessEvent[] {
  const lines = text.trimEnd().split('\n');
  const events: BusinessEvent[] = [];
  for (let i = 0; i < lines.length; i += DEFAULT_EVENT_LIMITS.maxEvents) {
    const body = Buffer.from(lines.slice(i, i + DEFAULT_EVENT_LIMITS.maxEvents).join('\n'));
    const request = { contentType: 'application/x-ndjson', headers: {}, body };
    for (const parsed of parseEventRequest(request, receivedAt, DEFAULT_EVENT_LIMITS)) {
      if ('errors' in parsed) throw new Error(`refused: ${JSON.stringify(parsed)}`);
      events.push(parsed.event);
    }
  }
  return events;
}

function groupByRecord(
  events: readonly BusinessEvent[],
  { calendar }: AssessContext,
): Map<string, BusinessEvent[]> {
  const byRecord = new Map<string, Map<string, BusinessEvent>>();
  for (const event of events) {
    const recordId = recordIdOf(event.type, event.subject, calendar.dateOf(event.at));
    const own = byRecord.get(recordId) ?? new Map<string, BusinessEvent>();
    byRecord.set(recordId, own.set(event.key, event));
  }
  return new Map([...byRecord].map(([id, own]) => [id, [...own.values()].sort(compareEvents)]));
}

/** Looks every minute, as the watch of the service does, wherever the feed is silent for longer than usual. */
async function watchFeeds({ deliveries }: Simulation, context: AssessContext): Promise<FoundFinding[]> {
  const signs = new Map<string, number[]>();
  for (const { event } of deliveries) {
    const { feed } = event.data;
    if (typeof feed === 'string') signs.set(feed, [...(signs.get(feed) ?? []), Date.parse(event.time)]);
  }
  const found: FoundFinding[] = [];
  for (const [feed, times] of signs) {
    const recordId = `feed:${feed}`;
    const workOrder = { ...newWorkOrder({ recordId, subjectType: 'feed', subject: feed }), feed };
    let record = {
      workOrder,
      clocks: [],
      findings: [],
      advancedTo: 0,
      calendarHash: context.calendar.hash,
    } as Parameters<typeof assessFeed>[1];
    const sorted = [...new Set(times)].sort((a, b) => a - b);
    for (const [i, at] of sorted.entries()) {
      const next = sorted[i + 1] ?? at;
      if (next - at < 11 * MINUTE) continue;
      for (let now = at; now < next; now += MINUTE)
        record = await assessFeed(context, record, { feed, lastSeenAt: at }, now);
      record = await assessFeed(context, record, { feed, lastSeenAt: next }, next);
    }
    found.push(...record.findings.map((finding) => toFound(recordId, finding)));
  }
  return found;
}

function toFound(recordId: string, finding: Finding): FoundFinding {
  const { rule, stage, visit, phase, openedAt, closedAt } = finding;
  return {
    recordId,
    rule: rule.id,
    openedAt,
    ...(stage !== undefined && { stage }),
    ...(visit !== undefined && { visit }),
    ...(phase && { phase }),
    ...(closedAt !== undefined && { closedAt }),
  };
}
