import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from '../src/compose.js';
import { logRarely } from '../src/queue/log-rarely.js';
import type { Running } from './start-jobs.js';

/** Between two looks. A change is published once the folder has been quiet for one look: within some three seconds. */
const LOOK_EVERY_MS = 1_000;
/** A folder that takes long to look at, on a slow share, is looked at less often; but authors hear of a fault within 5 s. */
const REST_TO_WORK = 3;
const LONGEST_REST_MS = 2_000;
const HEALTHY_MS = 120_000;

/**
 * Keeps the rules of this process up to date until it is closed: takes over what is published and, in the process that
 * reads the rules folder, publishes what is written there.
 */
export function startRuleWatch(
  { ruleDesk, ruleProposals, logger, now }: Pick<Service, 'ruleDesk' | 'ruleProposals' | 'logger' | 'now'>,
  lookEveryMs = LOOK_EVERY_MS,
): Running {
  const closing = new AbortController();
  const { signal } = closing;
  const report = logRarely(logger, 'rules: a look failed, the next one goes on', now);
  let lastGood = now();

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const began = performance.now();
      try {
        await ruleDesk.look();
        await ruleProposals.applyApproved();
        lastGood = now();
      } catch (error) {
        report(error instanceof Error ? error : new Error(String(error)));
      }
      const tired = Math.min(REST_TO_WORK * (performance.now() - began), LONGEST_REST_MS);
      const rest = Math.max(lookEveryMs, tired);
      await sleep(rest, undefined, { signal }).catch(() => undefined);
    }
  }
  const running = run();
  return {
    isHealthy: () => now() - lastGood < HEALTHY_MS,
    async close() {
      closing.abort();
      await running;
    },
  };
}
