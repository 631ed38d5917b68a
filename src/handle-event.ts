import { setImmediate as letOthersRun } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { RaiseAlerts } from './alerts/raise-alerts.js';
import type { Alert } from './alerts/alert.js';
import type { BusinessCalendar } from './calendar/business-calendar.js';
import {
  assessWorkOrder,
  keepFindingsOfOtherVersions,
  needsRefold,
  type AssessContext,
  type LookObserver,
  type RecordIdentity,
} from './engine/assess-work-order.js';
import type { RuleSet, RuleSets } from './engine/rule-set.js';
import type { Finding, WorkOrderRecord } from './engine/work-order-record.js';
import { compareEvents, subjectTypeOf, type BusinessEvent } from './events/business-event.js';
import type { EventStore } from './events/event-store.js';

/** The stores and rules the story needs; real ones are wired in compose.ts. */
export interface HandleEventDeps {
  readonly inbox: Pick<EventStore, 'loadEvents' | 'loadByRecords' | 'markProcessed'>;
  readonly records: {
    loadRecords(recordIds: readonly string[]): Promise<Map<string, StoredRecord>>;
    /** Perhaps as this process wrote them last: for a fold that is written on the revision it began from. */
    loadRecent(recordIds: readonly string[]): Promise<Map<string, StoredRecord>>;
    replaceRecords(
      writes: readonly {
        recordId: string;
        expectedRevision: number;
        expectedWriteId?: string | undefined;
        record: WorkOrderRecord;
        /** No event was folded: the work order is as it was read. */
        sameWorkOrder?: boolean;
        ruleSetHash: string;
        /** Keeps the record at the head of the due list until `settle`. */
        alertsOwed?: boolean;
      }[],
    ): Promise<{ written: string[]; conflicted: string[] }>;
    /** The alerts of these revisions are stored. Answers how many of the records still have that revision. */
    settle(
      records: readonly { recordId: string; revision: number; record: WorkOrderRecord }[],
    ): Promise<number>;
    /** Of the records that exist. */
    loadRevisions(recordIds: readonly string[]): Promise<Map<string, number>>;
  };
  readonly raiseAlerts: RaiseAlerts;
  /** Leaves events with the groups of window rules that they belong to; idempotent. */
  readonly windows?: { handOver(events: readonly BusinessEvent[], ruleSet: RuleSet): Promise<void> };
  readonly feeds: {
    touch(seen: ReadonlyMap<string, { at: number; heartbeat: boolean }>): Promise<void>;
    /** Up to when absence may be believed: `now`, or the last sign of life of a feed that went silent. */
    horizonOf(feed: string | undefined, now: number): Promise<number> | number;
  };
  /** Asked once a chunk, so that a chunk never sees a mixed set. */
  readonly ruleSets: RuleSets;
  readonly calendar: BusinessCalendar;
  readonly now: () => number;
  /** Counting and logging; must not throw. */
  readonly observe: {
    /** Of rules. */
    readonly looks: LookObserver;
    alerts(raised: readonly Alert[], changed: readonly Alert[]): void;
    refolded(recordId: string, events: number): void;
  };
}

interface StoredRecord {
  readonly revision: number;
  /** Tells revisions of the same number apart: one may stem from before the store lost its last writes. */
  readonly writeId?: string;
  readonly record: WorkOrderRecord;
  /** Its alerts may not have been stored. */
  readonly alertsOwed?: true;
}

/** What became of a chunk. Events of a failed record stay `received`; the caller counts the try. */
export interface ChunkResult {
  readonly processed: string[];
  readonly failed: { readonly keys: string[]; readonly recordId: string; readonly error: unknown }[];
  /** Of the processed: those that others had set aside meanwhile. They are to be revived and handled once more. Absent: none. */
  readonly wereSetAside?: readonly string[];
}

/** What became of records that were looked at because time went on. */
export interface AdvanceResult {
  readonly failed: ChunkResult['failed'];
  /** Feeds that are silent: their records were looked at up to the last sign of life only (invariant 12). */
  readonly silentFeeds: readonly string[];
}

/** How often a record is read again after another worker replaced it in between. */
const MAX_CONFLICTS = 10;
/** Records whose events are held at once where they are folded anew. */
const HISTORIES_AT_ONCE = 50;
/** Some milliseconds of work. */
const RECORDS_AT_A_STRETCH = 32;

/**
 * Why records are assessed: events came, a clock is due, a sweep goes over all open ones, or the rules of
 * their clocks changed, which moves no time. The latter three also heal what a crash between two writes of an earlier pass left behind.
 */
type Passage = 'events' | 'due' | 'sweep' | 'rules';

interface Task {
  readonly identity: RecordIdentity;
  readonly events: BusinessEvent[];
}

interface Assessed {
  readonly recordId: string;
  readonly expectedRevision: number;
  readonly expectedWriteId: string | undefined;
  readonly record: WorkOrderRecord;
  /** No event was folded: the work order is as it was read. */
  readonly sameWorkOrder?: true;
  /** False when nothing of the record changed: it is not written. */
  readonly changed: boolean;
  readonly findings: readonly Finding[] | 'all';
  /** Nobody comes back to the record if its alerts are not stored now, unless it stays on the due list. */
  readonly alertsOwed: boolean;
}

/**
 * The story of an event, from the queue to the alert: load the chunk's events and their work orders, fold
 * and judge each one, then write work orders, alerts and processed marks, one bulk write each.
 *
 * The order of the writes makes it safe to die between any two: the work order goes first and holds the clocks and
 * findings; whoever gets the events again sees them as already folded, refolds, and brings the alerts up to it.
 */
export function makeHandleEvents(deps: HandleEventDeps) {
  /** Handles a chunk of inbox keys. Throws when a store fails; then the whole chunk is to be tried again. */
  async function handleChunk(keys: readonly string[]): Promise<ChunkResult> {
    const ruleSet = deps.ruleSets.current();
    // What is marked as processed is through: its alerts were stored before the mark. A chunk that comes again, because one
    // of its events failed or its worker died, costs no more than what is left of it.
    const loaded = (await deps.inbox.loadEvents(keys)).filter(({ status }) => status === 'received');
    const tasks = new Map<string, Task>();
    for (const { event, recordId } of loaded) {
      const task = tasks.get(recordId);
      if (task) task.events.push(event);
      else tasks.set(recordId, { identity: identityOf(recordId, event), events: [event] });
    }
    const failed = await assessAndStore(tasks, 'events', ruleSet);
    const failedKeys = new Set(failed.flatMap((failure) => failure.keys));
    const processed = loaded.map(({ event }) => event.key).filter((key) => !failedKeys.has(key));
    const done = new Set(processed);
    const events = loaded.map(({ event }) => event).filter(({ key }) => done.has(key));
    // Before the marks: a worker that dies here gets the events again and leaves them there once more.
    await Promise.all([
      deps.feeds.touch(feedsOf(loaded.map(({ event }) => event))),
      deps.windows?.handOver(events, ruleSet),
    ]);
    const wereSetAside = await deps.inbox.markProcessed(processed);
    return { processed, failed, ...(wereSetAside.length > 0 && { wereSetAside }) };
  }

  /**
   * Looks at records again because time went on (the minute pass, sweeps) or because calendar or rules changed.
   */
  async function advanceRecords(
    recordIds: readonly string[],
    passage: Exclude<Passage, 'events'>,
  ): Promise<AdvanceResult> {
    const tasks = new Map<string, Task>();
    for (const recordId of recordIds) {
      tasks.set(recordId, {
        identity: { recordId, subjectType: 'workOrder', subject: recordId },
        events: [],
      });
    }
    const silent = new Set<string>();
    const failed = await assessAndStore(tasks, passage, deps.ruleSets.current(), silent);
    return { failed, silentFeeds: [...silent] };
  }

  /** @param silent takes the feeds that kept records from being looked at up to now */
  async function assessAndStore(
    tasks: ReadonlyMap<string, Task>,
    passage: Passage,
    ruleSet: RuleSet,
    silent = new Set<string>(),
  ): Promise<ChunkResult['failed']> {
    const context: AssessContext = { ...deps.observe.looks, ruleSet, calendar: deps.calendar };
    const failed: ChunkResult['failed'] = [];
    let open = tasks;
    for (let conflicts = 0; open.size > 0; conflicts += 1) {
      if (conflicts > MAX_CONFLICTS)
        throw new Error(`${open.size} records kept being replaced by other workers`);
      const isFirst = passage === 'events' && conflicts === 0;
      const stored = await deps.records[isFirst ? 'loadRecent' : 'loadRecords']([...open.keys()]);
      const historyOf = makeHistoryReader(open, stored);
      const assessed: Assessed[] = [];
      for (const [recordId, task] of open) {
        // A large chunk must not keep requests waiting.
        if (assessed.length % RECORDS_AT_A_STRETCH === RECORDS_AT_A_STRETCH - 1) await letOthersRun();
        const before = stored.get(recordId);
        if (!before && task.events.length === 0) continue;
        // Outside of what is blamed on the record: a store that does not answer is nobody's fault.
        const history = await historyOf(recordId);
        try {
          assessed.push(await assess(context, task, { before, history }, passage, silent));
        } catch (error) {
          // One record that cannot be folded must not hold up the others of its chunk.
          failed.push({ keys: task.events.map((event) => event.key), recordId, error });
        }
      }
      const conflicted = await store(assessed, ruleSet);
      open = new Map([...open].filter(([recordId]) => conflicted.has(recordId)));
    }
    return failed;
  }

  /**
   * All events of a record that must be folded anew; undefined of one that need not be. The inbox is the truth: another event
   * of such a record may have been accepted meanwhile. To be asked in the order of the tasks: those of some records are read
   * together, and let go of before the next are, for the days of a busy hall are long and a lot has many.
   */
  function makeHistoryReader(
    tasks: ReadonlyMap<string, Task>,
    stored: ReadonlyMap<string, StoredRecord>,
  ): (recordId: string) => Promise<BusinessEvent[] | undefined> {
    const anew = [...tasks.keys()].filter((recordId) => {
      const before = stored.get(recordId);
      const events = tasks.get(recordId)?.events ?? [];
      return before !== undefined && needsRefold(before.record, events, deps.calendar.hash);
    });
    const batchOf = new Map(anew.map((recordId, index) => [recordId, Math.floor(index / HISTORIES_AT_ONCE)]));
    let held = new Map<string, BusinessEvent[]>();
    let heldBatch = -1;
    return async (recordId) => {
      const batch = batchOf.get(recordId);
      if (batch === undefined) return undefined;
      if (batch !== heldBatch) {
        const start = batch * HISTORIES_AT_ONCE;
        held = await deps.inbox.loadByRecords(anew.slice(start, start + HISTORIES_AT_ONCE));
        heldBatch = batch;
      }
      return held.get(recordId);
    };
  }

  /** @param history all events of a record that must be folded anew */
  async function assess(
    context: AssessContext,
    { identity, events }: Task,
    { before, history }: { before: StoredRecord | undefined; history: BusinessEvent[] | undefined },
    passage: Passage,
    silent: Set<string>,
  ): Promise<Assessed> {
    const { recordId } = identity;
    if (!before || history) {
      const all = history ?? inOrder(events);
      if (before) deps.observe.refolded(recordId, all.length);
      const until = await lookUntil(all, before?.record, passage, silent);
      const fresh = await assessWorkOrder(context, identityFrom(identity, all), undefined, all, until);
      return {
        recordId,
        expectedRevision: before?.revision ?? 0,
        expectedWriteId: before?.writeId,
        record: before ? keepFindingsOfOtherVersions(before.record, fresh, context.ruleSet) : fresh,
        changed: true,
        findings: before ? 'all' : fresh.findings,
        alertsOwed: passage !== 'events',
      };
    }
    // Copies, for the fold changes what it is given.
    const clocksBefore = passage === 'events' ? [] : before.record.clocks.map((clock) => ({ ...clock }));
    const findingsBefore = new Map(
      before.record.findings.map((finding) => [findingKey(finding), { ...finding }]),
    );
    const advancedBefore = before.record.advancedTo;
    const ordered = inOrder(events);
    const until = await lookUntil(ordered, before.record, passage, silent);
    const record = await assessWorkOrder(context, identity, before.record, ordered, until);
    const findings = record.findings.filter(
      (finding) => !isSameFinding(findingsBefore.get(findingKey(finding)), finding),
    );
    const changed =
      events.length > 0 ||
      findings.length > 0 ||
      record.advancedTo !== advancedBefore ||
      !isDeepStrictEqual(record.clocks, clocksBefore);
    const wasOwed = before.alertsOwed === true;
    const isHealing = passage !== 'events' && record.findings.length > 0;
    return {
      recordId,
      expectedRevision: before.revision,
      expectedWriteId: before.writeId,
      record,
      ...(events.length === 0 && { sameWorkOrder: true as const }),
      changed,
      findings: wasOwed || isHealing ? 'all' : findings,
      alertsOwed: passage !== 'events' && (wasOwed || (isHealing && changed)),
    };
  }

  /**
   * Up to when to look. Events prove only that time had come to them: that something did not happen since
   * is for the minute pass to say, which knows whether the feed is alive and the inbox read. (An old log
   * read in many chunks would otherwise raise and take back alerts all the way.)
   */
  async function lookUntil(
    events: readonly BusinessEvent[],
    before: WorkOrderRecord | undefined,
    passage: Passage,
    silent: Set<string>,
  ): Promise<number> {
    const proven = Math.max(events.at(-1)?.at ?? 0, (before?.advancedTo ?? -1) + 1);
    if (passage === 'events' || passage === 'rules') return proven;
    const feed = before?.workOrder.feed;
    const now = deps.now();
    const horizon = await deps.feeds.horizonOf(feed, now);
    if (feed !== undefined && horizon < now) silent.add(feed);
    return Math.max(proven, horizon);
  }

  async function store(assessed: readonly Assessed[], ruleSet: RuleSet): Promise<Set<string>> {
    const writes = assessed.filter(({ changed }) => changed);
    const { conflicted } =
      writes.length === 0
        ? { conflicted: [] }
        : await deps.records.replaceRecords(writes.map((write) => ({ ...write, ruleSetHash: ruleSet.hash })));
    const refused = new Set(conflicted);
    const done = assessed
      .filter(({ recordId }) => !refused.has(recordId))
      .map((item) => ({ ...item, revision: item.expectedRevision + (item.changed ? 1 : 0) }));
    const { raised, changed } = await deps.raiseAlerts(done, ruleSet);
    deps.observe.alerts(raised, changed);
    const alerted = new Set([...raised, ...changed].map(({ recordId }) => recordId));
    // Events come again until they are marked. A due clock does not: its record leaves the due list last.
    const owed = done.filter(({ alertsOwed }) => alertsOwed);
    const settled = await deps.records.settle(owed);
    // Whatever was settled on its revision has not been overtaken.
    const unsure = settled === owed.length ? done.filter(({ alertsOwed }) => !alertsOwed) : done;
    await followOvertaken(
      unsure.filter(({ recordId }) => alerted.has(recordId)),
      ruleSet,
    );
    return refused;
  }

  /**
   * Another worker may have written a record between our write of it and our alerts. If it then knew better, there was
   * nothing yet to take back: so whoever wrote an alert looks whether the record is still the one it stems from.
   */
  async function followOvertaken(
    written: readonly { readonly recordId: string; readonly revision: number }[],
    ruleSet: RuleSet,
  ): Promise<void> {
    const known = new Map(written.map(({ recordId, revision }) => [recordId, revision]));
    for (let tries = 0; known.size > 0; tries += 1) {
      if (tries > MAX_CONFLICTS)
        throw new Error(`${known.size} records kept being replaced by other workers`);
      const revisions = await deps.records.loadRevisions([...known.keys()]);
      for (const [recordId, revision] of known)
        if ((revisions.get(recordId) ?? 0) <= revision) known.delete(recordId);
      if (known.size === 0) return;
      const newer = [...(await deps.records.loadRecords([...known.keys()]))];
      const all = newer.map(([, item]) => ({ ...item, findings: 'all' as const }));
      const { raised, changed } = await deps.raiseAlerts(all, ruleSet);
      deps.observe.alerts(raised, changed);
      for (const [recordId, { revision }] of newer) known.set(recordId, revision);
    }
  }

  return { handleChunk, advanceRecords };
}
export type HandleEvents = ReturnType<typeof makeHandleEvents>;

/** Distinct events in the order they occurred. */
function inOrder(events: readonly BusinessEvent[]): BusinessEvent[] {
  const sorted = [...events].sort(compareEvents);
  return sorted.filter((event, index) => event.key !== sorted[index - 1]?.key);
}

function identityOf(recordId: string, event: BusinessEvent): RecordIdentity {
  return { recordId, subjectType: subjectTypeOf(event.type), subject: event.subject };
}
function identityFrom(identity: RecordIdentity, events: readonly BusinessEvent[]): RecordIdentity {
  const first = events[0];
  return first ? identityOf(identity.recordId, first) : identity;
}

function feedsOf(events: readonly BusinessEvent[]): Map<string, { at: number; heartbeat: boolean }> {
  const feeds = new Map<string, { at: number; heartbeat: boolean }>();
  for (const event of events) {
    const { feed } = event.data;
    if (typeof feed !== 'string') continue;
    const seen = feeds.get(feed);
    const heartbeat = event.type === 'yxzy.feed.heartbeat' || (seen?.heartbeat ?? false);
    feeds.set(feed, { at: Math.max(event.at, seen?.at ?? 0), heartbeat });
  }
  return feeds;
}

function findingKey(finding: Finding): string {
  return `${finding.fingerprint}#${finding.episode}`;
}
function isSameFinding(before: Finding | undefined, after: Finding): boolean {
  return (
    before !== undefined &&
    before.lastAt === after.lastAt &&
    before.occurrences === after.occurrences &&
    before.closedAt === after.closedAt &&
    before.phase === after.phase &&
    before.dueAt === after.dueAt
  );
}
