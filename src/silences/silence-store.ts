import type { Collection } from 'mongodb';
import type { Connection } from 'mongoose';
import type { AlertDocument } from '../alerts/alert-store.js';
import { withStoreErrors } from '../events/store-error.js';
import type { Silence } from './silence.js';

export interface SilenceStore {
  init(): Promise<void>;
  add(silence: Silence): Promise<void>;
  get(id: string): Promise<Silence | undefined>;
  /** Newest first; `live`: neither ended nor over, those that begin later too. */
  list(query: {
    readonly live?: { readonly now: Date };
    /** Only those for one of these units, or for an alert, whose unit is not known here. */
    readonly orgUnits?: readonly string[];
    readonly skip?: number;
    readonly limit: number;
  }): Promise<Silence[]>;
  /** False when it is ended already. */
  end(id: string, ended: { readonly at: Date; readonly by: string }): Promise<boolean>;
  /** Records of open alerts that a silence could be for, and of those that are muted now. */
  recordsOf(silences: readonly Silence[], subtreeOf: (unit: string) => readonly string[]): Promise<string[]>;
  mutedRecords(): Promise<string[]>;
  /** Those that ended, or were over, before that time. */
  removeEndedBefore(before: Date): Promise<number>;
  /** How far a reader of the change feed has come; 0 at first. */
  position(reader: string): Promise<number>;
  moveTo(reader: string, seq: number): Promise<void>;
}

type SilenceDocument = Omit<Silence, 'id'> & { readonly _id: string };

/** Silences in MongoDB, collection `silences`; ended ones stay on record. */
export function makeSilenceStore(connection: Connection): SilenceStore {
  const silences = connection.collection('silences') as unknown as Collection<SilenceDocument>;
  const alerts = connection.collection('alerts') as unknown as Collection<AlertDocument>;
  const positions = connection.collection('feed_positions') as unknown as Collection<{
    _id: string;
    seq: number;
  }>;
  return withStoreErrors<SilenceStore>({
    async init() {
      await silences.createIndex({ createdAt: -1 });
      await alerts.createIndex(
        { 'muted.silences': 1 },
        { partialFilterExpression: { muted: { $exists: true } } },
      );
    },
    async add({ id, ...rest }) {
      await silences.insertOne({ _id: id, ...rest });
    },
    async get(id) {
      const document = await silences.findOne({ _id: id });
      return document ? toSilence(document) : undefined;
    },
    async list({ live, orgUnits, skip = 0, limit }) {
      const notOver = live && {
        ended: { $exists: false },
        $or: [{ until: { $exists: false } }, { until: { $gt: live.now } }],
      };
      const ofUnits = orgUnits && {
        $or: [{ 'matcher.orgUnit': { $in: [...orgUnits] } }, { 'matcher.alert': { $exists: true } }],
      };
      const found = silences
        .find({ $and: [notOver ?? {}, ofUnits ?? {}] })
        .sort({ createdAt: -1, _id: -1 })
        .skip(skip);
      return (await found.limit(limit).toArray()).map(toSilence);
    },
    async end(id, ended) {
      const filter = { _id: id, ended: { $exists: false } };
      return (await silences.updateOne(filter, { $set: { ended } })).modifiedCount === 1;
    },
    async recordsOf(given, subtreeOf) {
      if (given.length === 0) return [];
      const $or = given.map(({ matcher }) => {
        const { alert, subject, rules, kinds, severities, processes, orgUnit } = matcher;
        return {
          ...(alert !== undefined && { _id: alert }),
          ...(subject !== undefined && { 'subject.id': subject }),
          ...(rules && { 'rule.id': { $in: [...rules] } }),
          ...(kinds && { 'riskPoint.kind': { $in: [...kinds] } }),
          ...(severities && { severity: { $in: [...severities] } }),
          ...(processes && { process: { $in: [...processes] } }),
          ...(orgUnit !== undefined && { orgUnit: { $in: [...subtreeOf(orgUnit)] } }),
        };
      });
      return alerts.distinct('recordId', { open: true, $or });
    },
    mutedRecords: () => alerts.distinct('recordId', { muted: { $exists: true }, open: true }),
    async removeEndedBefore(before) {
      const over = { $or: [{ 'ended.at': { $lt: before } }, { until: { $lt: before } }] };
      return (await silences.deleteMany(over)).deletedCount;
    },
    async position(reader) {
      return (await positions.findOne({ _id: reader }))?.seq ?? 0;
    },
    async moveTo(reader, seq) {
      await positions.updateOne({ _id: reader }, { $set: { seq } }, { upsert: true });
    },
  });
}

function toSilence({ _id, ...rest }: SilenceDocument): Silence {
  return { id: _id, ...rest };
}
