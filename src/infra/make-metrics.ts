import { collectDefaultMetrics, Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { AcceptedCounts } from '../events/accept-events.js';
import type { ChunkOutcome } from '../queue/partition-workers.js';
import type { RuleCounts } from '../rule-health/count-looks.js';

/** What the service counts. Labels hold rule ids, job names and outcomes; never personal data. */
export function makeMetrics(registry: Registry, beforeEvaluations: () => void = () => undefined) {
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const events = new Counter({
    name: 'yxrisk_events_total',
    help: 'Events offered, by result: accepted, duplicate, conflict, invalid, not_enqueued',
    labelNames: ['result'],
    registers,
  });
  const chunks = new Histogram({
    name: 'yxrisk_chunk_seconds',
    help: 'Time to handle a chunk of events, by outcome',
    labelNames: ['outcome'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  });
  const processed = new Counter({
    name: 'yxrisk_events_processed_total',
    help: 'Events folded and judged',
    registers,
  });
  const evaluations = new Counter({
    name: 'yxrisk_rule_evaluations_total',
    help: 'Rule evaluations by rule and outcome: hit, no_hit, not_evaluated, error',
    labelNames: ['rule', 'outcome'],
    registers,
    collect: beforeEvaluations,
  });
  const slowLooks = new Counter({
    name: 'yxrisk_rule_slow_looks_total',
    help: 'Timed looks of a rule that took longer than a rule may; one look in about 32 is timed',
    labelNames: ['rule'],
    registers,
  });
  const alerts = new Counter({
    name: 'yxrisk_alerts_total',
    help: 'Alerts written, by risk kind and change: raised, changed',
    labelNames: ['kind', 'change'],
    registers,
  });
  const refolds = new Counter({
    name: 'yxrisk_refolds_total',
    help: 'Records folded anew because an event came late or again',
    registers,
  });
  const jobs = new Counter({
    name: 'yxrisk_job_runs_total',
    help: 'Runs of background jobs by outcome',
    labelNames: ['job', 'outcome'],
    registers,
  });
  const waiting = new Gauge({
    name: 'yxrisk_inbox_events',
    help: 'Events in the inbox by status: received (waiting), dead',
    labelNames: ['status'],
    registers,
  });
  const deliveries = new Counter({
    name: 'yxrisk_deliveries_total',
    help: 'Tries to send a message, by channel and outcome: sent, retry, failed',
    labelNames: ['channel', 'outcome'],
    registers,
  });
  const publication = new Gauge({
    name: 'yxrisk_rules_publication',
    help: 'Number of the rule publication that this process judges by; 0 = rules that were not published',
    registers,
  });
  const ruleProblems = new Gauge({
    name: 'yxrisk_rules_folder_problems',
    help: 'Problems of the rules folder that keep it from being published; 0 where this process does not read it',
    registers,
  });
  const adopted = new Gauge({
    name: 'yxrisk_rules_up_to_date',
    help: '0 while this process cannot take over the rules that were published last, else 1',
    registers,
  });
  return {
    rules: (state: { publication: number; problems: number; adopted: boolean }) => {
      publication.set(state.publication);
      ruleProblems.set(state.problems);
      adopted.set(state.adopted ? 1 : 0);
    },
    delivery: (channel: string, outcome: string) => deliveries.inc({ channel, outcome }),
    accepted: (counts: AcceptedCounts) => {
      events.inc({ result: 'accepted' }, counts.accepted);
      events.inc({ result: 'duplicate' }, counts.duplicates);
      events.inc({ result: 'conflict' }, counts.conflicts);
      events.inc({ result: 'invalid' }, counts.invalid);
      events.inc({ result: 'not_enqueued' }, counts.notEnqueued);
    },
    chunk: ({ outcome, keys, tookMs }: ChunkOutcome) => {
      chunks.observe({ outcome }, tookMs / 1000);
      if (outcome === 'processed') processed.inc(keys.length);
    },
    evaluated: (counts: readonly RuleCounts[]) => {
      for (const count of counts) {
        for (const outcome of ['hit', 'no_hit', 'not_evaluated', 'error'] as const)
          if (count[outcome] > 0) evaluations.inc({ rule: count.rule, outcome }, count[outcome]);
        if (count.slow > 0) slowLooks.inc({ rule: count.rule }, count.slow);
      }
    },
    alert: (kind: string, change: 'raised' | 'changed') => alerts.inc({ kind, change }),
    refolded: () => refolds.inc(),
    job: (job: string, outcome: string) => jobs.inc({ job, outcome }),
    inbox: (counts: { received: number; dead: number }) => {
      waiting.set({ status: 'received' }, counts.received);
      waiting.set({ status: 'dead' }, counts.dead);
    },
  };
}
export type Metrics = ReturnType<typeof makeMetrics>;
