import { newWorkOrder } from '../work-orders/project-work-order.js';
import type { AssessContext, Draft } from './assess-work-order.js';
import { closeFinding, fingerprintOf, recordHit } from './record-finding.js';
import type { FactScope } from './rule-set.js';
import type { WorkOrderRecord } from './work-order-record.js';

/** What is known of a feed: the stream of events of one sales system. */
export interface FeedState {
  readonly feed: string;
  /** Epoch ms of its last sign of life. */
  readonly lastSeenAt: number;
}

/** The job name by which feed rules ask to be looked at. */
export const FEED_SWEEP_JOB = 'every-minute';

/** The record of a feed that no rule has looked at yet. */
export function newFeedRecord(feed: string, calendarHash: string): WorkOrderRecord {
  const workOrder = {
    ...newWorkOrder({ recordId: `feed:${feed}`, subjectType: 'feed', subject: feed }),
    feed,
  };
  return { workOrder, clocks: [], findings: [], advancedTo: 0, calendarHash };
}

/**
 * Lets the feed rules (trigger: sweep `every-minute`, subject `feed`) look at one feed. Silence of a feed
 * is itself an alert, because the absence rules that depend on it are suspended meanwhile (invariant 12).
 * A finding opens once and closes when the rule no longer hits.
 */
export async function assessFeed(
  context: AssessContext,
  record: WorkOrderRecord,
  state: FeedState,
  now: number,
): Promise<WorkOrderRecord> {
  const draft: Draft = { ...record };
  const scope: FactScope = {
    workOrder: record.workOrder,
    calendar: context.calendar,
    parameters: context.ruleSet.parameters,
    now,
    extra: {
      'feed.name': state.feed,
      'feed.silentMinutes': Math.max(0, Math.floor((now - state.lastSeenAt) / 60_000)),
    },
  };
  for (const rule of context.ruleSet.sweeping('feed', undefined)) {
    const { trigger } = rule.file;
    if (trigger.on !== 'sweep' || trigger.job !== FEED_SWEEP_JOB) continue;
    const evaluation = await rule.evaluate(scope);
    context.onEvaluation?.(
      rule,
      evaluation.outcome,
      evaluation.outcome === 'error' ? evaluation.message : undefined,
    );
    const fingerprint = fingerprintOf(rule.id, record.workOrder.no);
    const open = draft.findings.find(
      (finding) => finding.fingerprint === fingerprint && finding.closedAt === undefined,
    );
    if (evaluation.outcome === 'hit' && !open) recordHit(draft, rule, scope, evaluation);
    if (evaluation.outcome === 'no_hit' && open) closeFinding(open, now, 'evidence');
  }
  return { ...record, findings: draft.findings };
}
