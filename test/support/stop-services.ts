import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** jest globalTeardown: ends what start-services.ts started and waits until it is gone. */
// eslint-disable-next-line no-restricted-syntax -- jest calls the default export
export default async function stopServices(): Promise<void> {
  const host = (globalThis as { yxriskTestHost?: ChildProcess }).yxriskTestHost;
  if (host === undefined || host.exitCode !== null) return;
  const exited = once(host, 'exit');
  host.stdin?.end();
  await exited;
}
