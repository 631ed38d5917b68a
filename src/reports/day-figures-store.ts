import type { Collection } from 'mongodb';
import type { Connection } from 'mongoose';
import { withStoreErrors } from '../events/store-error.js';
import type { DayFigures } from './day-figures.js';

/** Figures by unit and business date: collection `day_figures`; and which dates were counted: `day_figures_dates`. */
export interface DayFiguresStore {
  init(): Promise<void>;
  /** Replaces all figures of these dates. Idempotent. */
  put(dates: readonly string[], figures: readonly DayFigures[], now: Date): Promise<void>;
  /** Of these units (absent = all), dates both included. */
  between(from: string, to: string, orgUnits?: readonly string[]): Promise<DayFigures[]>;
  /** The dates that were counted, of those between, and when. */
  countedDates(from: string, to: string): Promise<ReadonlyMap<string, Date>>;
  removeBefore(date: string): Promise<number>;
}

type FiguresDocument = Omit<DayFigures, 'id'> & { readonly _id: string };

export function makeDayFiguresStore(connection: Connection): DayFiguresStore {
  const figures = connection.collection('day_figures') as unknown as Collection<FiguresDocument>;
  const dates = connection.collection('day_figures_dates') as unknown as Collection<{
    _id: string;
    at: Date;
  }>;
  return withStoreErrors<DayFiguresStore>({
    async init() {
      await figures.createIndex({ date: 1, orgUnit: 1 });
    },
    async put(counted, given, now) {
      if (given.length > 0)
        await figures.bulkWrite(
          given.map(({ id, ...rest }) => ({
            replaceOne: { filter: { _id: id }, replacement: rest, upsert: true },
          })),
          { ordered: false },
        );
      // What a unit had on one of these dates and has no more, after late events.
      await figures.deleteMany({ date: { $in: [...counted] }, _id: { $nin: given.map(({ id }) => id) } });
      for (const date of counted)
        await dates.updateOne({ _id: date }, { $set: { at: now } }, { upsert: true });
    },
    async between(from, to, orgUnits) {
      const filter = {
        date: { $gte: from, $lte: to },
        ...(orgUnits && { orgUnit: { $in: [...orgUnits] } }),
      };
      const found = await figures.find(filter).sort({ date: 1, orgUnit: 1 }).toArray();
      return found.map(({ _id, ...rest }) => ({ id: _id, ...rest }));
    },
    async countedDates(from, to) {
      const found = await dates.find({ _id: { $gte: from, $lte: to } }).toArray();
      return new Map(found.map(({ _id, at }) => [_id, at]));
    },
    async removeBefore(date) {
      await dates.deleteMany({ _id: { $lt: date } });
      return (await figures.deleteMany({ date: { $lt: date } })).deletedCount;
    },
  });
}
