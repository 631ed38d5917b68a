import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * jest globalSetup: one process that runs MongoDB and Redis for all suites. It is a child of its own because
 * jest loads this file without the module mapping of the tests; the child runs the sources through tsx.
 */
// eslint-disable-next-line no-restricted-syntax -- jest calls the default export
export default async function startServices(): Promise<void> {
  const host = spawn(process.execPath, ['--import', 'tsx', 'test/support/services-host.ts'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const lines = createInterface({ input: host.stdout });
  const line = await Promise.race([
    once(lines, 'line').then(([text]) => String(text)),
    once(host, 'exit').then(() => undefined),
  ]);
  if (line === undefined) throw new Error('the stores of the test run did not start; the reason is above');
  process.env['YXRISK_TEST_SERVICES'] = line;
  (globalThis as { yxriskTestHost?: ChildProcess }).yxriskTestHost = host;
}
