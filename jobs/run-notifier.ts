import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from '../src/compose.js';
import { logRarely } from '../src/queue/log-rarely.js';
import type { Running } from './start-jobs.js';

/** How often the chain looks for something to do when nothing was. */
const IDLE_MS = 1_000;
const HEALTHY_MS = 120_000;

/**
 * Runs the chain of notification until it is closed: a pass over the stages that only write to the store, then what is due
 * is sent beside the next pass, so that a slow channel delays no alert of another. Any number of processes may.
 */
export function startNotifier(
  { notify: { notifier }, logger, now }: Pick<Service, 'notify' | 'logger' | 'now'>,
  idleMs = IDLE_MS,
): Running {
  const closing = new AbortController();
  const { signal } = closing;
  const reportError = logRarely(logger, 'notifier: a pass failed, the next one goes on', now);
  let lastGood = now();
  let sending: Promise<void> | undefined;

  const report = (error: unknown) => reportError(error instanceof Error ? error : new Error(String(error)));
  async function run(): Promise<void> {
    while (!signal.aborted) {
      try {
        await notifier.pass();
        lastGood = now();
      } catch (error) {
        report(error);
      }
      sending ??= notifier
        .send(signal)
        .then(() => undefined, report)
        .finally(() => (sending = undefined));
      await sleep(idleMs, undefined, { signal }).catch(() => undefined);
    }
    await sending;
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
