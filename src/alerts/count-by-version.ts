import type { Collection } from 'mongodb';
import type { Connection } from 'mongoose';
import { withStoreErrors } from '../events/store-error.js';
import type { Alert } from './alert.js';

/** What became of the alerts of a rule version. */
export interface VersionAlerts {
  readonly rule: string;
  readonly version: number;
  /** Told to people; those of a rule in trial are in `shadow`. */
  readonly raised: number;
  readonly open: number;
  readonly shadow: number;
  readonly confirmed: number;
  readonly unconfirmed: number;
  readonly invalid: number;
}

export interface VersionAlertReader {
  /** Alerts that last happened in [from, to), by rule version; retracted ones are not counted. */
  count(query: { readonly from: Date; readonly to: Date; readonly rule?: string }): Promise<VersionAlerts[]>;
}

export function makeVersionAlertReader(connection: Connection): VersionAlertReader {
  const alerts = connection.collection('alerts') as unknown as Collection<Omit<Alert, 'id'>>;
  const countIf = (condition: object) => ({ $sum: { $cond: [condition, 1, 0] } });
  const judged = (result: string) => countIf({ $eq: ['$outcome.result', result] });
  return withStoreErrors<VersionAlertReader>({
    async count({ from, to, rule }) {
      const rows = alerts.aggregate<
        Omit<VersionAlerts, 'rule' | 'version'> & { _id: { rule: string; version: number } }
      >([
        {
          $match: {
            lastAt: { $gte: from, $lt: to },
            retracted: { $ne: true },
            ...(rule !== undefined && { 'rule.id': rule }),
          },
        },
        {
          $group: {
            _id: { rule: '$rule.id', version: '$rule.version' },
            raised: countIf({ $eq: ['$shadow', false] }),
            open: countIf({ $and: ['$open', { $eq: ['$shadow', false] }] }),
            shadow: countIf({ $eq: ['$shadow', true] }),
            confirmed: judged('confirmed'),
            unconfirmed: judged('unconfirmed'),
            invalid: judged('invalid'),
          },
        },
      ]);
      return (await rows.toArray()).map(({ _id, ...counts }) => ({ ..._id, ...counts }));
    },
  });
}
