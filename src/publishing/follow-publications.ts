import type { Logger } from 'pino';
import type { Alert, AlertHistoryEntry } from '../alerts/alert.js';
import type { AlertStore } from '../alerts/alert-store.js';
import type { HandleEvents } from '../handle-event.js';
import type { DeadlineStore } from '../work-orders/deadline-store.js';
import type { LiveRules } from './live-rules.js';
import type { FollowUp, OpenAlerts, Publication } from './publication.js';
import type { PublicationStore } from './publication-store.js';

export interface FollowPublicationsDeps {
  readonly store: Pick<PublicationStore, 'unfinished' | 'setFollowUp'>;
  readonly live: LiveRules;
  readonly alertStore: Pick<AlertStore, 'loadOpenOfRule' | 'write'>;
  readonly plan: (alert: Alert, now: number) => Alert;
  readonly deadlines: Pick<DeadlineStore, 'recordsOfOtherRules' | 'countOfOtherRules'>;
  readonly advanceRecords: HandleEvents['advanceRecords'];
  readonly logger: Pick<Logger, 'info'>;
  readonly now: () => number;
  /** Every process has taken a publication over after so long. Default 15 s. */
  readonly settledAfterMs?: number;
  readonly batchSize?: number;
}

const REMOVED = '规则已停用，预警自动解除';
const KEPT = '规则已停用，不会再自动解除，请处理后人工销号';
const ENABLED = '规则由试运行转为启用';

/**
 * Brings open alerts and running clocks up to what was published, in the background. A pass that dies is taken up by the
 * next: alerts are found by being open, records by the rule set that they were last written under.
 *
 * - rules that are no longer there: their open alerts are closed or kept, as the author said (docs/rules.md)
 * - rules that left their trial: what they found and still holds is told now
 * - deadline rules that changed: the clocks that run take the new limit (alignClocks, by looking at the record)
 */
export function makeFollowPublications(deps: FollowPublicationsDeps) {
  const { store, live, alertStore, plan, deadlines, logger, now } = deps;
  const { settledAfterMs = 15_000, batchSize = 500 } = deps;

  async function changeAlerts(
    rule: string,
    change: (alert: Alert, at: Date) => Alert | undefined,
    signal: AbortSignal | undefined,
  ): Promise<{ changed: readonly Alert[]; refused: number }> {
    const changed: Alert[] = [];
    let refused = 0;
    let after: string | undefined;
    while (!signal?.aborted) {
      const open = await alertStore.loadOpenOfRule(rule, batchSize, after);
      const at = now();
      const writes = open.flatMap((alert) => {
        const next = change(alert, new Date(at));
        return next ? [{ alert: plan(next, at), isNew: false }] : [];
      });
      if (writes.length > 0) {
        const { conflicted } = await alertStore.write(writes);
        refused += conflicted.length;
        changed.push(...writes.map(({ alert }) => alert).filter(({ id }) => !conflicted.includes(id)));
      }
      if (open.length < batchSize) break;
      after = open.at(-1)?.fingerprint;
    }
    return { changed, refused };
  }

  /** Answers false when somebody changed an alert meanwhile: the next pass goes on. */
  async function followAlerts(
    publication: Publication,
    signal?: AbortSignal,
  ): Promise<FollowUp['alerts'] | undefined> {
    const counts = { closed: 0, kept: 0, enabled: 0 };
    let refused = 0;
    for (const { id, openAlerts } of publication.changes.removed) {
      // It may be back by now.
      if (live.current().byId(id)) continue;
      const result = await changeAlerts(id, (alert, at) => retire(alert, openAlerts, at), signal);
      counts.closed += result.changed.filter(({ open }) => !open).length;
      counts.kept += result.changed.filter(({ open }) => open).length;
      refused += result.refused;
    }
    for (const id of publication.changes.enabled) {
      if (live.current().byId(id)?.file.status !== 'active') continue;
      const result = await changeAlerts(id, enable, signal);
      counts.enabled += result.changed.length;
      refused += result.refused;
    }
    return refused > 0 || signal?.aborted ? undefined : counts;
  }

  /** Answers false when there is more to do. */
  async function followRecords(
    publications: readonly Publication[],
    save: (records: NonNullable<FollowUp['records']>) => Promise<void>,
    signal?: AbortSignal,
  ): Promise<boolean> {
    const { hash } = live.current();
    // Where several wait, one pass is for all of them; an older place to go on at holds for the older set only.
    const began = publications.length === 1 ? publications[0]?.follow.records : undefined;
    let looked = began?.looked ?? 0;
    let after = began?.after;
    const of = began?.of ?? (await deadlines.countOfOtherRules(hash));
    while (!signal?.aborted) {
      const recordIds = await deadlines.recordsOfOtherRules(hash, batchSize, after);
      if (recordIds.length > 0) await deps.advanceRecords(recordIds, 'rules');
      looked += recordIds.length;
      after = recordIds.at(-1) ?? after;
      await save({ looked, of: Math.max(of, looked), ...(after !== undefined && { after }) });
      if (recordIds.length < batchSize) return true;
    }
    return false;
  }

  return async function followPublications(
    signal?: AbortSignal,
  ): Promise<{ publications: number; records: number }> {
    const waiting = (await store.unfinished()).filter(
      ({ number, at }) =>
        number <= (live.loaded().publication ?? 0) && now() - at.getTime() >= settledAfterMs,
    );
    const result = { publications: 0, records: 0 };
    if (waiting.length === 0) return result;
    const alerts = new Map<number, FollowUp['alerts']>();
    for (const publication of waiting) {
      const counts = await followAlerts(publication, signal);
      if (!counts) return result;
      alerts.set(publication.number, counts);
    }
    let records: FollowUp['records'];
    if (waiting.some(changesClocks)) {
      const save = async (progress: NonNullable<FollowUp['records']>) => {
        records = progress;
        for (const { number } of waiting)
          await store.setFollowUp(number, { state: 'running', records: progress });
      };
      if (!(await followRecords(waiting, save, signal))) return result;
      result.records = records?.looked ?? 0;
    }
    for (const { number } of waiting) {
      const counts = alerts.get(number);
      await store.setFollowUp(number, {
        state: 'done',
        ...(counts && { alerts: counts }),
        ...(records && { records: { looked: records.looked, of: records.of } }),
        finishedAt: new Date(now()),
      });
      result.publications += 1;
      logger.info(
        { publication: number, ...counts, records: records?.looked ?? 0 },
        'rules: alerts and clocks follow what was published',
      );
    }
    return result;
  };
}
export type FollowPublications = ReturnType<typeof makeFollowPublications>;

/** New rules have no clocks yet, and those of rules that are gone end by themselves. */
function changesClocks({ changes, rules }: Publication): boolean {
  const onDeadline = new Set(rules.filter(({ on }) => on === 'deadline').map(({ id }) => id));
  return changes.changed.some(({ id }) => onDeadline.has(id));
}

/**
 * An open alert of a rule that is no longer there. Where the author did not say, what nobody works on is closed, and what
 * somebody has taken in hand is left for him to finish.
 */
function retire(alert: Alert, openAlerts: OpenAlerts | undefined, at: Date): Alert | undefined {
  const isUntouched = alert.status === 'open' || alert.status === 'silenced';
  const closes = alert.shadow || openAlerts === 'close' || (openAlerts === undefined && isUntouched);
  if (closes)
    return {
      ...alert,
      status: 'auto_closed',
      open: false,
      closedAt: at,
      history: [...alert.history, entry('auto_closed', REMOVED, at)],
      version: alert.version + 1,
    };
  if (alert.history.some(({ note }) => note === KEPT)) return undefined;
  return {
    ...alert,
    history: [...alert.history, entry('commented', KEPT, at)],
    version: alert.version + 1,
  };
}

/** What a rule in trial found and still holds is raised now. */
function enable(alert: Alert, at: Date): Alert | undefined {
  if (!alert.shadow) return undefined;
  return {
    ...alert,
    shadow: false,
    raisedAt: at,
    history: [...alert.history, entry('raised', ENABLED, at)],
    version: alert.version + 1,
  };
}

function entry(what: AlertHistoryEntry['what'], note: string, at: Date): AlertHistoryEntry {
  return { at, what, who: 'system', note };
}
