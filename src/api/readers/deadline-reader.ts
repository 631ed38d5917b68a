import type { Collection } from 'mongodb';
import type { Connection } from 'mongoose';
import { withStoreErrors } from '../../events/store-error.js';
import { readPageCursor, writePageCursor } from '../../page-cursor.js';
import type { DeadlineStore, RunningClock } from '../../work-orders/deadline-store.js';
import type { Deadline, DeadlineReader } from '../deps.js';

/** The due list for people: running clocks, with the alerts they led to. */
export function makeDeadlineReader(deps: {
  readonly connection: Connection;
  readonly store: Pick<DeadlineStore, 'listRunning'>;
  /** Whether a rule is in force; clocks of others are not shown. Default: all are. */
  readonly isInForce?: (ruleId: string) => boolean;
}): DeadlineReader {
  const alerts = deps.connection.collection('alerts') as unknown as Collection<OpenAlert>;

  async function withAlerts(items: readonly Deadline[]): Promise<Deadline[]> {
    const recordId = { $in: [...new Set(items.map((item) => item.recordId))] };
    const open = await alerts
      .find({ recordId, open: true }, { projection: { recordId: 1, 'rule.id': 1, stage: 1 } })
      .toArray();
    const byPlace = new Map(open.map((alert) => [placeOf(alert), alert._id]));
    return items.map((item) => {
      const alertId = byPlace.get(placeOf(item));
      return alertId === undefined ? item : { ...item, alertId };
    });
  }

  return withStoreErrors<DeadlineReader>({
    async find({ due, now, until, process, rule, orgUnits, limit, cursor }) {
      const found = await deps.store.listRunning({
        ...(due === 'soon' && { from: now.getTime() }),
        until: (due === 'soon' ? until : now).getTime(),
        ...(process && { process }),
        ...(rule && { rule }),
        ...(orgUnits && { orgUnits }),
        ...(cursor !== undefined && { after: readPageCursor(cursor) }),
        ...(deps.isInForce && { isInForce: deps.isInForce }),
        limit: limit + 1,
      });
      const items = await withAlerts(found.slice(0, limit).map(toDeadline));
      const last = items.at(-1);
      return found.length > limit && last
        ? { items, nextCursor: writePageCursor([last.dueAt.getTime(), last.id]) }
        : { items };
    },
  });
}

interface OpenAlert {
  readonly _id: string;
  readonly recordId: string;
  readonly rule: { readonly id: string };
  readonly stage?: string;
}

/** What a deadline and its alert have in common. */
function placeOf({ recordId, rule, stage }: Omit<OpenAlert, '_id'>): string {
  return JSON.stringify([recordId, rule.id, stage]);
}

function toDeadline({ id, recordId, clock, process, orgUnit }: RunningClock): Deadline {
  return {
    id,
    recordId,
    rule: clock.rule,
    anchorAt: new Date(clock.anchorAt),
    dueAt: new Date(clock.dueAt),
    ...(clock.stage !== undefined && { stage: clock.stage }),
    ...(process !== undefined && { process }),
    ...(orgUnit !== undefined && { orgUnit }),
  };
}
