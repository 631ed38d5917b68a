import type { Collection } from 'mongodb';
import type { Connection } from 'mongoose';
import type { AlertDocument } from '../alerts/alert-store.js';
import { withStoreErrors } from '../events/store-error.js';

export interface FoundAlertsReader {
  /**
   * Alerts of these rules about what happened in [from, to), epoch ms, earliest first, and about what happened in the week before and was
   * found since `from`: entered late, or looked at once a silent feed spoke again. Not those in shadow or taken back.
   */
  between(request: {
    readonly rules: readonly string[];
    readonly from: number;
    readonly to: number;
  }): Promise<readonly { readonly id: string; readonly title: string; readonly orgUnit?: string }[]>;
}

/** More than any province finds in a day with the rules that make tasks. */
const MOST = 20_000;
/** What is found later than that is no longer a matter for a daily task: an old log that is imported makes none. */
const FOUND_LATE_MS = 7 * 86_400_000;

/** What the tasks of a day go into. An alert that was found earlier and goes on was in an earlier task. */
export function makeFoundAlertsReader(connection: Connection): FoundAlertsReader {
  const alerts = connection.collection('alerts') as unknown as Collection<AlertDocument>;
  return withStoreErrors<FoundAlertsReader>({
    async between({ rules, from, to }) {
      const [earliest, since, until] = [new Date(from - FOUND_LATE_MS), new Date(from), new Date(to)];
      const found = await alerts
        .find({
          // Nothing that was first seen since then was last seen before: that narrows it by an index.
          lastAt: { $gte: earliest },
          firstAt: { $gte: earliest, $lt: until },
          $or: [{ firstAt: { $gte: since } }, { raisedAt: { $gte: since } }],
          'rule.id': { $in: [...rules] },
          shadow: false,
          retracted: { $ne: true },
        })
        .project<{ _id: string; title: string; orgUnit?: string }>({ title: 1, orgUnit: 1 })
        .sort({ firstAt: 1, _id: 1 })
        .limit(MOST)
        .toArray();
      return found.map(({ _id: id, title, orgUnit }) => ({
        id,
        title,
        ...(orgUnit !== undefined && { orgUnit }),
      }));
    },
  });
}
