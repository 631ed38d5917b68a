import type { RuleFile } from '../engine/rule-file.js';
import type { RuleSet } from '../engine/rule-set.js';
import type { Finding, WorkOrderRecord } from '../engine/work-order-record.js';
import type { Alert } from './alert.js';
import type { AlertStore } from './alert-store.js';
import { alertIdOf, mergeAlert, retractAlert, supersedeAlert } from './merge-alert.js';

/** Findings of one record to bring to the alerts. */
export interface RaiseRequest {
  readonly record: WorkOrderRecord;
  /** Revision under which `record` was stored. */
  readonly revision: number;
  /** What changed; `all` also takes back alerts that no finding stands behind any more (after a refold). */
  readonly findings: readonly Finding[] | 'all';
}

export interface RaiseResult {
  readonly raised: readonly Alert[];
  readonly changed: readonly Alert[];
}

/** How often a write is tried again when another process changed the same alert in between. */
const MAX_TRIES = 5;

/** The part of the alert store that findings are brought to. */
export type RaisedAlerts = Pick<AlertStore, 'loadByIds' | 'loadByRecords' | 'loadOpen' | 'write'>;

export interface RaiseAlertsDeps {
  readonly alertStore: RaisedAlerts;
  readonly now: () => number;
  /** Gives an alert its due times, see plan-alert.ts; without it, it has none. */
  readonly plan?: (alert: Alert, now: number) => Alert;
  /**
   * A published version that is no longer in the rule set: whoever dies between record and alert may find its rule changed or
   * gone, and what that version found is raised all the same. Without it, nothing is raised for a rule that is gone.
   */
  readonly formerRule?: (id: string, version: number) => Promise<RuleFile | undefined>;
}

/** Turns findings into alerts: merges by fingerprint, keeps what people did, writes what changed. Idempotent. */
export function makeRaiseAlerts({ alertStore, now, plan = (alert) => alert, formerRule }: RaiseAlertsDeps) {
  /** Files of versions that found something new and are not in force, by `id@version`. */
  async function loadFormer(
    requests: readonly RaiseRequest[],
    existing: ReadonlyMap<string, Alert>,
    ruleSet: RuleSet,
  ): Promise<ReadonlyMap<string, RuleFile>> {
    const former = new Map<string, RuleFile>();
    if (!formerRule) return former;
    for (const { record, findings } of requests) {
      for (const { rule, fingerprint, episode } of findings === 'all' ? record.findings : findings) {
        if (ruleSet.byId(rule.id)?.version === rule.version) continue;
        const key = `${rule.id}@${rule.version}`;
        if (former.has(key) || existing.has(alertIdOf(fingerprint, episode))) continue;
        const file = await formerRule(rule.id, rule.version);
        if (file) former.set(key, file);
      }
    }
    return former;
  }

  return async function raiseAlerts(
    requests: readonly RaiseRequest[],
    ruleSet: RuleSet,
  ): Promise<RaiseResult> {
    const raised: Alert[] = [];
    const changed: Alert[] = [];
    let open = requests.filter(({ findings }) => findings === 'all' || findings.length > 0);
    for (let attempt = 1; open.length > 0; attempt += 1) {
      const existing = await loadExisting(alertStore, open);
      const former = await loadFormer(open, existing, ruleSet);
      const at = now();
      const writes = open
        .flatMap((request) => alertsToWrite(request, existing, ruleSet, former, at))
        .map(({ alert, isNew }) => ({ alert: plan(alert, at), isNew }));
      const { conflicted } = await alertStore.write(writes);
      const refused = new Set(conflicted);
      for (const { alert, isNew } of writes) {
        if (!refused.has(alert.id)) (isNew ? raised : changed).push(alert);
      }
      if (refused.size === 0) break;
      await giveWay(
        alertStore,
        writes.filter(({ alert }) => refused.has(alert.id) && alert.open),
        at,
      );
      if (attempt === MAX_TRIES) {
        throw new Error(
          `${refused.size} alerts were changed by others in ${MAX_TRIES} tries: ${conflicted.slice(0, 3).join(', ')}`,
        );
      }
      const again = new Set(
        writes.filter(({ alert }) => refused.has(alert.id)).map(({ alert }) => alert.recordId),
      );
      open = open.filter(({ record }) => again.has(record.workOrder.no));
    }
    return { raised, changed };
  };
}
export type RaiseAlerts = ReturnType<typeof makeRaiseAlerts>;

/** An alert to store, and whether it is new. */
export interface AlertWrite {
  readonly alert: Alert;
  readonly isNew: boolean;
}

/**
 * A fingerprint has one open alert. Where a person holds an earlier episode open, the next one, which the rules found
 * since, takes its place.
 */
async function giveWay(alertStore: RaisedAlerts, opening: readonly AlertWrite[], now: number): Promise<void> {
  const wanted = new Map(opening.map(({ alert }) => [alert.fingerprint, alert.episode]));
  const held = await alertStore.loadOpen([...wanted.keys()]);
  const earlier = held.filter(({ fingerprint, episode }) => episode < (wanted.get(fingerprint) ?? 0));
  await alertStore.write(earlier.map((alert) => ({ alert: supersedeAlert(alert, now), isNew: false })));
}

async function loadExisting(
  alertStore: RaisedAlerts,
  requests: readonly RaiseRequest[],
): Promise<Map<string, Alert>> {
  const ids = requests.flatMap(({ findings }) =>
    findings === 'all' ? [] : findings.map((finding) => alertIdOf(finding.fingerprint, finding.episode)),
  );
  const records = requests
    .filter(({ findings }) => findings === 'all')
    .map(({ record }) => record.workOrder.no);
  const [byId, byRecord] = await Promise.all([alertStore.loadByIds(ids), alertStore.loadByRecords(records)]);
  return new Map([...byId, ...byRecord].map((alert) => [alert.id, alert]));
}

function alertsToWrite(
  { record, revision, findings }: RaiseRequest,
  existing: ReadonlyMap<string, Alert>,
  ruleSet: RuleSet,
  former: ReadonlyMap<string, RuleFile>,
  now: number,
): AlertWrite[] {
  const { workOrder } = record;
  const writes: AlertWrite[] = [];
  const present = new Set<string>();
  for (const finding of findings === 'all' ? record.findings : findings) {
    const id = alertIdOf(finding.fingerprint, finding.episode);
    present.add(id);
    const inForce = ruleSet.byId(finding.rule.id)?.file;
    const isJudge = inForce?.version === finding.rule.version;
    const rule = former.get(`${finding.rule.id}@${finding.rule.version}`) ?? inForce;
    const source = {
      workOrder,
      revision,
      ...(rule && { rule }),
      ...(isJudge && { ruleSet: ruleSet.hash }),
    };
    const before = existing.get(id);
    const alert = mergeAlert(before, finding, source, now);
    if (alert) writes.push({ alert, isNew: !before });
  }
  if (findings === 'all') {
    for (const alert of existing.values()) {
      if (alert.recordId !== workOrder.no || present.has(alert.id)) continue;
      const retracted = retractAlert(alert, revision, now);
      if (retracted) writes.push({ alert: retracted, isNew: false });
    }
  }
  return writes;
}
