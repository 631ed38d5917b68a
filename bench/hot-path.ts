import { BSON } from 'mongodb';
import { assessWorkOrder, type AssessContext } from '../src/engine/assess-work-order.js';
import type { WorkOrderRecord } from '../src/engine/work-order-record.js';
import type { BusinessEvent } from '../src/events/business-event.js';
import { makeAcceptEvents } from '../src/events/accept-events.js';
import { toBusinessEvent, toEventDocument, type NewEvent } from '../src/events/event-document.js';
import { openContent } from '../src/open-content.js';
import { queryFieldsOf } from '../src/work-orders/record-query-fields.js';
import { fromStoredClock, toStoredClock, type StoredClock } from '../src/work-orders/stored-clock.js';
import type { BenchArguments } from './support/arguments.js';
import { toBatches } from './support/post-load.js';
import { printTable, say, writeResult } from './support/report.js';
import { median } from './support/statistics.js';
import { tellOrders } from './support/tell-orders.js';
import { writeBenchRules } from './support/write-bench-rules.js';

const FROM = '2026-03-02';
/** Of the stream, what one round of chunks takes. */
const CHUNK = 500;

/**
 * What the service itself computes for an event, step by step, without stores and network: CPU time, so that it can be
 * compared on a busy machine. What is left of a process's time is the drivers, HTTP and the queue.
 */
export async function runHotPath(args: BenchArguments): Promise<void> {
  const { events: count = 20_000, rounds = 5, rules: ruleCount = 310, batch = 500 } = args;
  const rules = await writeBenchRules(ruleCount);
  try {
    const { calendar, ruleSet } = await openContent({ dir: rules.dir, timeZone: 'Asia/Shanghai' });
    const context: AssessContext = { ruleSet, calendar };
    const taken = new Map<string, number[]>();
    const sizes = { event: 0, record: 0, folds: 0 };
    for (let round = 0; round <= rounds; round += 1) {
      const load = tellOrders({ calendar, events: count, prefix: `H${round}X`, from: FROM, seed: round });
      const bodies = toBatches(load.events, batch);
      const steps = await runOnce(context, bodies, load.endsAt);
      if (round === 0) continue;
      Object.assign(sizes, steps.sizes);
      for (const [name, us] of Object.entries(steps.cpu))
        taken.set(name, [...(taken.get(name) ?? []), us / load.events.length]);
    }
    const results = [...taken].map(([name, list]) => ({ name, us: median(list), least: Math.min(...list) }));
    const sum = results.reduce((total, { us }) => total + us, 0);
    printTable(
      `CPU µs an event of the service's own steps, ${ruleSet.rules.length} rules; medians of ${rounds} rounds of ${count} events`,
      ['step', 'µs', 'least'],
      [...results.map(({ name, us, least }) => [name, us, least]), ['sum', sum, '']],
    );
    say(
      `an event ${Math.round(sizes.event)} bytes, a record ${Math.round(sizes.record)} bytes, ` +
        `${(count / sizes.folds).toFixed(2)} events a fold`,
    );
    writeResult('hot-path', { rules: ruleSet.rules.length, events: count, rounds, results, sizes });
  } finally {
    rules.close();
  }
}

type StoredRecordBody = Omit<WorkOrderRecord, 'clocks'> & { readonly clocks: StoredClock[] };

async function runOnce(context: AssessContext, bodies: readonly Buffer[], now: number) {
  const cpu = { 'parse, validate, hash': 0, 'event → BSON': 0, 'BSON → event': 0, 'BSON → record': 0, 'fold and judge': 0, 'record → BSON': 0 }; // prettier-ignore
  const timed = async <T>(step: keyof typeof cpu, work: () => T | Promise<T>): Promise<T> => {
    const before = process.cpuUsage();
    const result = await work();
    const { user, system } = process.cpuUsage(before);
    cpu[step] += user + system;
    return result;
  };
  const inserted: NewEvent[] = [];
  const { accept } = makeAcceptEvents({
    inbox: {
      insertEvents: (entries) => {
        inserted.push(...entries);
        const outcomes = entries.map(() => 'inserted' as const);
        return Promise.resolve({ inserted: [], duplicates: [], conflicts: [], outcomes });
      },
    },
    enqueue: () => undefined,
    calendar: context.calendar,
    now: () => now,
    partitions: 8,
  });
  await timed('parse, validate, hash', async () => {
    for (const body of bodies)
      await accept({ contentType: 'application/cloudevents-batch+json', headers: {}, body });
  });
  const documents = await timed('event → BSON', () =>
    inserted.map((entry) => BSON.serialize(toEventDocument(entry))),
  );
  const events = await timed('BSON → event', () =>
    documents.map((bytes) => toBusinessEvent(BSON.deserialize(bytes) as ReturnType<typeof toEventDocument>)),
  );

  const stored = new Map<string, Uint8Array>();
  let folds = 0;
  for (let from = 0; from < events.length; from += CHUNK) {
    const bySubject = new Map<string, BusinessEvent[]>();
    for (const event of events.slice(from, from + CHUNK)) {
      const others = bySubject.get(event.subject);
      if (others) others.push(event);
      else bySubject.set(event.subject, [event]);
    }
    const records = await timed('BSON → record', () => {
      const found = new Map<string, WorkOrderRecord>();
      for (const id of bySubject.keys()) {
        const bytes = stored.get(id);
        if (!bytes) continue;
        const { record } = BSON.deserialize(bytes) as { record: StoredRecordBody };
        found.set(id, { ...record, clocks: record.clocks.map(fromStoredClock) });
      }
      return found;
    });
    const folded = await timed('fold and judge', async () => {
      const done: [string, WorkOrderRecord][] = [];
      for (const [id, news] of bySubject) {
        const identity = { recordId: id, subjectType: 'workOrder' as const, subject: id };
        const until = news.at(-1)?.at ?? 0;
        done.push([id, await assessWorkOrder(context, identity, records.get(id), news, until)]);
      }
      return done;
    });
    folds += folded.length;
    await timed('record → BSON', () => {
      for (const [id, record] of folded) {
        const fields = queryFieldsOf(record, { updatedAt: now, ruleSetHash: context.ruleSet.hash });
        const body: StoredRecordBody = { ...record, clocks: record.clocks.map(toStoredClock) };
        stored.set(id, BSON.serialize({ _id: id, ...fields, record: body }, { ignoreUndefined: true }));
      }
    });
  }
  const meanOf = (list: readonly Uint8Array[]) =>
    list.reduce((sum, { length }) => sum + length, 0) / Math.max(1, list.length);
  return { cpu, sizes: { event: meanOf(documents), record: meanOf([...stored.values()]), folds } };
}
