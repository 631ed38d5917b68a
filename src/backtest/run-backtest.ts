import { setImmediate as letOthersRun } from 'node:timers/promises';
import type { Alert } from '../alerts/alert.js';
import type { BusinessEvent } from '../events/business-event.js';
import type { BacktestResult } from './backtest-result.js';
import { makeCompareAlerts } from './compare-alerts.js';
import { countWorkingDays, makeDayOf } from './daily-load.js';
import { gatherEvents, type Gathered } from './gather-events.js';
import type { KnownBy } from './known-at.js';
import { makeLane, type Lane, type RuleSide } from './lane.js';
import { replayFeed, watchesFeeds } from './replay-feed.js';
import { makeReplayRecord, type ReplayFailure } from './replay-record.js';
import { replayWindow } from './replay-window.js';
import { toRuleRows, toUnitRows } from './result-rows.js';
import { makeSameForBoth } from './same-for-both.js';
import { nextMinute } from './wake-times.js';

/** What a backtest goes through, and with what. */
export interface BacktestRequest {
  /** All events that may matter, in any order: also those from before the period, for what was open when it began. */
  readonly events: AsyncIterable<readonly BusinessEvent[]>;
  /** How many events could not be read, once all are. */
  readonly rejected?: () => number;
  readonly knownBy: KnownBy;
  /** Alerts raised in [from, to) count, epoch ms. Default: from the first event known, until just after the last. */
  readonly from?: number;
  /** Exclusive; time does not go on behind it, and what became known later is left out. */
  readonly to?: number;
  /** What became known before is left out: how far back a case that was open when the period began can reach. Default: all. */
  readonly since?: number;
  readonly live: RuleSide;
  readonly candidate: RuleSide;
  readonly feedSilentAfterMs: number;
  /** Examples kept of a rule, a unit and a kind of change. */
  readonly examples: number;
  /** More are refused: all of them are kept in memory, some 400 bytes each. */
  readonly maxEvents: number;
  readonly signal?: AbortSignal;
  readonly report?: (progress: BacktestProgress) => void;
  /** Hears of every record's alerts by either set. */
  readonly onAlerts?: (live: readonly Alert[], candidate: readonly Alert[]) => void;
}

export interface BacktestProgress {
  readonly phase: 'reading' | 'replaying';
  /** Events so far. */
  readonly done: number;
  /** Of so many; absent while they are read. */
  readonly of?: number;
}

/** How long other work of the process waits at most, ms. */
const STRETCH_MS = 20;
const SHOWN_FAILURES = 10;

/**
 * Replays events through two rule sets at once, each event as of when it became known, and compares the alerts. The same
 * code as the live pipeline's, over stores in memory: see replay-record.ts. One record after the other, so that besides
 * the events' texts only one record is in memory.
 *
 * @throws BacktestError when there are more than `maxEvents`
 * @throws the signal's reason when it aborts
 */
export async function runBacktest(request: BacktestRequest): Promise<BacktestResult> {
  const startedAt = performance.now();
  const { signal, report } = request;
  const live = makeLane(request.live);
  const candidate = makeLane(request.candidate);
  const breathe = makeBreathe(signal);
  const gathered = await gatherEvents({
    events: request.events,
    knownBy: request.knownBy,
    since: request.since ?? -Infinity,
    to: request.to ?? Infinity,
    sides: [live, candidate],
    maxEvents: request.maxEvents,
    onRead(done) {
      report?.({ phase: 'reading', done });
      return breathe();
    },
  });
  const period = periodOf(request, gathered);
  const { from, to } = period;
  const { calendar } = live;
  const compare = makeCompareAlerts({ from, to, examples: request.examples, dayOf: makeDayOf(calendar) });
  const failures = await replayAll(gathered, { live, candidate, to, request, breathe }, (ofLive, ofCandidate) => {
    compare.add(ofLive, ofCandidate);
    request.onAlerts?.(ofLive, ofCandidate);
  }); // prettier-ignore
  const workingDays = countWorkingDays(calendar, from, to);
  const { count: replayed, later, duplicates, records } = gathered;
  return {
    period: { from, to, workingDays },
    events: { replayed, later, rejected: request.rejected?.() ?? 0, duplicates, records: records.size },
    timeZone: calendar.timeZone,
    live: setOf(live),
    candidate: setOf(candidate),
    total: compare.total,
    rules: toRuleRows(live, candidate, compare.byRule),
    orgUnits: toUnitRows(compare.byUnit),
    load: { total: compare.load.total(workingDays), recipients: compare.load.recipients(workingDays) },
    examples: compare.examples,
    failures,
    seconds: Math.round(performance.now() - startedAt) / 1_000,
  };
}

interface ReplayOptions {
  readonly live: Lane;
  readonly candidate: Lane;
  readonly to: number;
  readonly request: BacktestRequest;
  readonly breathe: () => Promise<void> | undefined;
}

/** Records, then window groups, then feeds; each through both lanes. Answers the records that could not be folded. */
async function replayAll(
  { count, records, groups, signs, arrivals }: Gathered,
  { live, candidate, to, request, breathe }: ReplayOptions,
  onAlerts: (live: readonly Alert[], candidate: readonly Alert[]) => void,
): Promise<ReplayFailure[]> {
  const timeline = signs.toTimeline(request.feedSilentAfterMs);
  const failures: ReplayFailure[] = [];
  const replayLive = makeReplayRecord(live, timeline);
  const replayCandidate = makeReplayRecord(candidate, timeline);
  const same = makeSameForBoth(live, candidate);
  /** The live set alone, for both. */
  async function once<T>(replayLive: () => Promise<T>): Promise<T> {
    live.standsFor = candidate;
    const found = await replayLive();
    live.standsFor = undefined;
    return found;
  }
  const asCandidate = (alerts: readonly Alert[]) =>
    alerts.map((alert): Alert => ({ ...alert, ruleSet: candidate.ruleSet.hash }));
  let done = 0;
  for (const [recordId, places] of records) {
    const events = arrivals(places);
    const isSame = same.record(events);
    const ofLive = await (isSame
      ? once(() => replayLive(recordId, events, to))
      : replayLive(recordId, events, to));
    const ofCandidate = isSame
      ? { ...ofLive, alerts: asCandidate(ofLive.alerts) }
      : await replayCandidate(recordId, events, to);
    onAlerts(ofLive.alerts, ofCandidate.alerts);
    for (const { failure } of [ofLive, ofCandidate])
      if (failure && failures.length < SHOWN_FAILURES) failures.push(failure);
    done += events.length;
    request.report?.({ phase: 'replaying', done, of: count });
    await breathe();
  }
  const [ofLive, ofCandidate] = groups;
  for (const id of new Set([...(ofLive?.keys() ?? []), ...(ofCandidate?.keys() ?? [])])) {
    const both = ofLive?.get(id);
    if (both && ofCandidate?.has(id) && same.rule(both.group.ruleId)) {
      const alerts = await once(() => replayWindow(live, both.group, arrivals(both.places), to, breathe));
      onAlerts(alerts, asCandidate(alerts));
      continue;
    }
    const found: Alert[][] = [];
    for (const [lane, group] of [[live, ofLive?.get(id)], [candidate, ofCandidate?.get(id)]] as const)
      found.push(group ? await replayWindow(lane, group.group, arrivals(group.places), to, breathe) : []);
    onAlerts(found[0] ?? [], found[1] ?? []);
  } // prettier-ignore
  for (const feed of timeline.watched) {
    const found: Alert[][] = [];
    for (const lane of [live, candidate])
      found.push(watchesFeeds(lane) ? await replayFeed(lane, timeline, feed, to, breathe) : []);
    onAlerts(found[0] ?? [], found[1] ?? []);
  }
  return failures;
}

/** Lets other work of the process run now and then, and notices an abort. */
function makeBreathe(signal: AbortSignal | undefined): () => Promise<void> | undefined {
  let rested = performance.now();
  return () => {
    signal?.throwIfAborted();
    if (performance.now() - rested < STRETCH_MS) return undefined;
    return letOthersRun().then(() => void (rested = performance.now()));
  };
}

/** Without an end, time goes on until the minute pass that sees the last event. */
function periodOf(
  { from, to }: BacktestRequest,
  { count, firstKnown, lastKnown }: Gathered,
): { readonly from: number; readonly to: number } {
  const first = count === 0 ? (to ?? 0) : firstKnown;
  const last = count === 0 ? (from ?? 0) : nextMinute(lastKnown) + 1;
  const start = from ?? first;
  return { from: start, to: to ?? Math.max(start, last) };
}

function setOf({ ruleSet }: Lane): { readonly hash: string; readonly rules: number } {
  return { hash: ruleSet.hash, rules: ruleSet.rules.length };
}
