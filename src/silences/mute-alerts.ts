import type { Alert, Muting } from '../alerts/alert.js';
import type { AlertStore } from '../alerts/alert-store.js';
import type { ChangeFeed } from '../alerts/change-feed.js';
import { statusByPeople } from '../alerts/take-step.js';
import { findMuting, type FindMutingOptions } from './find-muting.js';
import { isActive, matchesAlert, type Silence } from './silence.js';
import type { SilenceStore } from './silence-store.js';

export interface MuteAlertsDeps {
  readonly alertStore: Pick<AlertStore, 'loadByIds' | 'loadByRecords' | 'write'>;
  readonly silences: SilenceStore;
  readonly changeFeed: Pick<ChangeFeed, 'take' | 'readAfter'>;
  readonly inhibitions: FindMutingOptions['inhibitions'];
  readonly subtreeOf: (orgUnit: string) => readonly string[];
  readonly plan: (alert: Alert, now: number) => Alert;
  readonly now: () => number;
}

const READER = 'muting';
const BATCH = 500;
/** Most silences in force at once that are heeded. */
const MAX_LIVE = 1_000;

/** Brings alerts up to what keeps them quiet. Idempotent; an alert changed by others in between is left to the next pass. */
export function makeMuteAlerts(deps: MuteAlertsDeps) {
  const { alertStore, silences, changeFeed, subtreeOf, now } = deps;

  async function apply(recordIds: readonly string[], live: readonly Silence[]): Promise<number> {
    let changed = 0;
    for (let start = 0; start < recordIds.length; start += BATCH) {
      const alerts = await alertStore.loadByRecords(recordIds.slice(start, start + BATCH));
      const byRecord = new Map<string, Alert[]>();
      for (const alert of alerts)
        byRecord.set(alert.recordId, [...(byRecord.get(alert.recordId) ?? []), alert]);
      const writes = alerts.flatMap((alert) => {
        const next = muteAlert(alert, byRecord.get(alert.recordId) ?? [], live);
        return next ? [{ alert: deps.plan(next, now()), isNew: false }] : [];
      });
      const { conflicted } = await alertStore.write(writes);
      changed += writes.length - conflicted.length;
    }
    return changed;
  }

  function muteAlert(alert: Alert, ofRecord: readonly Alert[], live: readonly Silence[]): Alert | undefined {
    if (!alert.open || alert.shadow) return undefined;
    const options = { silences: live, inhibitions: deps.inhibitions, subtreeOf, now: now() };
    const muting = findMuting(alert, ofRecord, options);
    if (isSame(muting, alert.muted)) return undefined;
    const { muted: _, ...rest } = alert;
    const isNow = muting !== undefined;
    const status = statusByPeople(alert.history);
    const entry = {
      at: new Date(now()),
      what: isNow ? ('silenced' as const) : ('unsilenced' as const),
      who: 'system',
      ...(muting && { note: noteOf(muting) }),
    };
    return {
      ...rest,
      ...(muting && { muted: muting }),
      status: isNow && status === 'open' ? 'silenced' : status,
      history: [...alert.history, entry],
      version: alert.version + 1,
    };
  }

  /** What changed since the last pass, what is muted, and what a silence in force is for. */
  async function muteAlerts(signal?: AbortSignal): Promise<{ changed: number; ended: number }> {
    const live = (await silences.list({ live: { now: new Date(now()) }, limit: MAX_LIVE })).filter(
      (silence) => isActive(silence, now()),
    );
    const waiting = new Set([
      ...(await silences.mutedRecords()),
      ...(await silences.recordsOf(live, subtreeOf)),
    ]);
    let changed = await apply([...waiting], live);
    while (!signal?.aborted && (await changeFeed.take(BATCH)) === BATCH);
    let position = await silences.position(READER);
    while (!signal?.aborted) {
      const changes = await changeFeed.readAfter(position, BATCH);
      const last = changes.at(-1);
      if (!last) break;
      changed += await apply([...new Set(await recordsOf(changes.map(({ alertId }) => alertId)))], live);
      position = last.seq;
      await silences.moveTo(READER, position);
    }
    return { changed, ended: await endResolved(live) };
  }

  async function recordsOf(alertIds: readonly string[]): Promise<string[]> {
    const alerts = await alertStore.loadByIds(alertIds);
    return alerts.filter(({ open }) => open).map(({ recordId }) => recordId);
  }

  /** Silences until what they match is resolved. */
  async function endResolved(live: readonly Silence[]): Promise<number> {
    let ended = 0;
    for (const silence of live) {
      if (silence.until) continue;
      const records = await silences.recordsOf([silence], subtreeOf);
      const alerts = await alertStore.loadByRecords(records);
      if (alerts.some((alert) => alert.open && matchesAlert(silence, alert, subtreeOf))) continue;
      if (await silences.end(silence.id, { at: new Date(now()), by: 'system' })) ended += 1;
    }
    return ended;
  }

  return {
    muteAlerts,
    /** At once, for one silence that began or ended. */
    applySilence: async (silence: Silence): Promise<number> => {
      const live = await silences.list({ live: { now: new Date(now()) }, limit: MAX_LIVE });
      return apply(await silences.recordsOf([silence], subtreeOf), live);
    },
  };
}
export type MuteAlerts = ReturnType<typeof makeMuteAlerts>;

function isSame(a: Muting | undefined, b: Muting | undefined): boolean {
  return (
    a?.inhibitedBy === b?.inhibitedBy &&
    (a === undefined) === (b === undefined) &&
    (a?.silences.join() ?? '') === (b?.silences.join() ?? '')
  );
}

function noteOf({ silences, inhibitedBy }: Muting): string {
  return [
    ...(silences.length > 0 ? [`静默 ${silences.join(', ')}`] : []),
    ...(inhibitedBy === undefined ? [] : [`被预警 ${inhibitedBy} 覆盖`]),
  ].join('；');
}
