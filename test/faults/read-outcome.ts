import type { Connection } from 'mongoose';
import type { Alert } from '../../src/alerts/alert.js';
import { toAlert, type AlertDocument } from '../../src/alerts/alert-store.js';
import type { EventDocument } from '../../src/events/event-document.js';
import type { DeadLetter } from '../../src/queue/dead-letter-store.js';
import { toStoredRecord, type WorkOrderDocument } from '../../src/work-orders/record-write-store.js';
import { bySignature, differencesOfSets, type Outcome } from './outcome.js';

/** What a run left in the database, and what is wrong with it whatever was to be expected. */
export interface StoredOutcome {
  readonly outcome: Outcome;
  readonly alerts: readonly Alert[];
  readonly wrongs: readonly string[];
}

/** Reads the collections as they are, past the stores that wrote them. */
export async function readOutcome(connection: Connection): Promise<StoredOutcome> {
  const all = <Document extends object>(name: string) =>
    connection.collection(name).find().toArray() as unknown as Promise<Document[]>;
  const events = await all<Pick<EventDocument, '_id' | 'status' | 'reason'>>('events');
  const letters = await all<Pick<DeadLetter, 'eventKey' | 'reason'>>('deadLetters');
  const [watched, records] = split(await all<WorkOrderDocument>('workOrders'), ({ _id }) => isWatched(_id));
  const allAlerts = (await all<AlertDocument>('alerts')).map(withoutMarks).map(toAlert);
  const [ofFeeds, ofFolds] = split(allAlerts, ({ recordId }) => isWatched(recordId));
  const [ofInspections, ofOthers] = split(ofFolds, ({ recordId }) => recordId.startsWith('inspection:'));
  const [ofSigning, ofRest] = split(ofOthers, ({ recordId }) => recordId.startsWith('signing:'));
  const [ofStatements, alerts] = split(ofRest, ({ recordId }) => recordId.startsWith('reconciliation:'));
  const statements = await all<StatementDocument>('reconciliations');
  const tasks = await all<InspectionDocument>('inspections');

  const keysOf = (status: EventDocument['status']) =>
    events
      .filter((event) => event.status === status)
      .map(({ _id }) => _id)
      .sort();
  const standing = alerts.filter(({ retracted }) => !retracted);
  const outcome = {
    processed: keysOf('processed'),
    dead: keysOf('dead'),
    records: toTexts(
      records,
      ({ _id }) => _id,
      (document) => bySignature.record(toStoredRecord(document).record),
    ),
    alerts: toTexts(standing, ({ id }) => id, bySignature.alert),
    due: toTexts(records, ({ _id }) => _id, bySignature.due),
  };
  const wrongs = [
    ...wrongLetters(events, letters),
    ...wrongAlerts(allAlerts),
    ...wrongSilences(watched, ofFeeds),
    ...wrongOverdueTasks(tasks, ofInspections),
    ...wrongDifferences(statements, ofStatements, alerts),
    ...wrongSignings(statements, ofSigning),
  ];
  return { outcome, alerts, wrongs };
}

/** What waits for the feed of changes says nothing of the alert. */
function withoutMarks(document: AlertDocument): AlertDocument {
  const { outbox: _, ...alert } = document as AlertDocument & { readonly outbox?: unknown };
  return alert;
}

/** Nobody does an inspection here: each that was found overdue has one alert, and nothing else has. */
function wrongOverdueTasks(tasks: readonly InspectionDocument[], alerts: readonly Alert[]): string[] {
  const overdue = tasks.filter((task) => task.overdue).map(({ _id }) => `inspection-overdue|${_id}`);
  return differencesOfSets(
    'inspection alerts',
    alerts.map(({ fingerprint }) => fingerprint),
    overdue,
  );
}

/** What was known when a day was closed is no fold of events. But each difference of a statement has its one alert, of a rule or of its own. */
function wrongDifferences(
  statements: readonly StatementDocument[],
  own: readonly Alert[],
  byRules: readonly Alert[],
): string[] {
  const ofRules = new Set(byRules.map(({ id }) => id));
  const named = statements.flatMap(({ rows }) => rows.flatMap(({ differences }) => differences));
  return differencesOfSets(
    'alerts of differences',
    own.filter(({ open }) => open).map(({ id }) => id),
    named.map(({ alert }) => alert).filter((id) => !ofRules.has(id)),
  );
}

/** Nobody signs here: each statement whose time has come, and which says anything, has its one open alert. Of one that is still looked at, it may. */
function wrongSignings(statements: readonly StatementDocument[], alerts: readonly Alert[]): string[] {
  const fingerprintOf = ({ _id }: StatementDocument) => `statement-unsigned|${_id}`;
  const [waiting, settled] = split(statements, ({ lookAt }) => lookAt !== undefined);
  const open = new Set(waiting.map(fingerprintOf));
  return differencesOfSets(
    'alerts of unsigned statements',
    alerts
      .filter((alert) => alert.open && !open.has(alert.fingerprint))
      .map(({ fingerprint }) => fingerprint),
    settled.filter(({ counts: { completed, handedOver } }) => completed + handedOver > 0).map(fingerprintOf),
  );
}

interface StatementDocument {
  readonly _id: string;
  readonly lookAt?: Date;
  readonly counts: { readonly completed: number; readonly handedOver: number };
  readonly rows: readonly { readonly differences: readonly { readonly alert: string }[] }[];
}

interface InspectionDocument {
  readonly _id: string;
  readonly overdue?: boolean;
}

/** The watch over a feed's silence is no fold of events but of the minutes it was looked at. */
function isWatched(recordId: string): boolean {
  return /^feed:[^@]+$/.test(recordId);
}

function split<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

/** Each silence has its alert, and they are all over: the feed spoke last. */
function wrongSilences(records: readonly WorkOrderDocument[], alerts: readonly Alert[]): string[] {
  const ids = new Set(alerts.map(({ fingerprint, episode }) => `${fingerprint}#${episode}`));
  const silences = records.flatMap(({ findings }) => findings);
  return [
    ...silences.flatMap(({ fingerprint, episode, closedAt }) => [
      ...(closedAt === undefined ? [`silence ${fingerprint}#${episode}: not over`] : []),
      ...(ids.has(`${fingerprint}#${episode}`) ? [] : [`silence ${fingerprint}#${episode}: no alert`]),
    ]),
    ...(ids.size === silences.length ? [] : [`${ids.size} alerts of ${silences.length} silences`]),
    ...alerts.filter(({ open }) => open).map(({ id }) => `alert ${id}: open, but the feed speaks`),
  ];
}

function toTexts<Item>(items: readonly Item[], idOf: (item: Item) => string, textOf: (item: Item) => string) {
  return Object.fromEntries(items.map((item) => [idOf(item), textOf(item)]));
}

/** Nothing waits, and each dead event has one letter with its reason. */
function wrongLetters(
  events: readonly Pick<EventDocument, '_id' | 'status' | 'reason'>[],
  letters: readonly Pick<DeadLetter, 'eventKey' | 'reason'>[],
): string[] {
  const lettersOf = new Map<string, number>();
  for (const { eventKey = '' } of letters) lettersOf.set(eventKey, (lettersOf.get(eventKey) ?? 0) + 1);
  return events.flatMap(({ _id, status, reason }) => {
    if (status === 'received') return [`event ${_id}: still waits`];
    const expected = status === 'dead' ? 1 : 0;
    if ((lettersOf.get(_id) ?? 0) !== expected)
      return [`event ${_id} is ${status}, with ${lettersOf.get(_id) ?? 0} letters`];
    return status === 'dead' && !reason ? [`event ${_id}: dead without a reason`] : [];
  });
}

/** One open alert a fingerprint; raised once; taken back means closed. */
function wrongAlerts(alerts: readonly Alert[]): string[] {
  const open = new Set<string>();
  return alerts.flatMap(({ id, fingerprint, open: isOpen, retracted, history }) => {
    const wrongs = [];
    if (isOpen && open.has(fingerprint)) wrongs.push(`alert ${id}: a second open one of ${fingerprint}`);
    if (isOpen) open.add(fingerprint);
    if (isOpen && retracted) wrongs.push(`alert ${id}: taken back and open`);
    if (history.filter(({ what }) => what === 'raised').length !== 1)
      wrongs.push(`alert ${id}: raised ${history.filter(({ what }) => what === 'raised').length} times`);
    return wrongs;
  });
}
