import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureAdminToken } from '../../src/access/ensure-admin-token.js';
import { addSimulateCommand } from '../../src/cli/simulate-command.js';
import { runCli } from '../../src/cli/main.js';
import { composeTestApi } from '../support/compose-test-api.js';
import type { Manifest, TruthRow } from '../../src/simulate/simulation.js';
import { openTestService, type TestService } from '../support/open-test-service.js';
import { compareWithTruth, formatScores, type FoundFinding } from './compare-with-truth.js';
import { openSimulatedContext } from './open-simulated-context.js';

const TOKEN = 'a-token-of-the-test';
const WORK_ORDERS = process.env['SIMULATION'] === 'full' ? 2_000 : 120;

let dir: string;
let test: TestService;
let server: Server;
let judged: ReadonlySet<string>;
/** The service looks back from here: after all is settled, while the feed is still alive. */
let now = Date.parse('2026-11-20T09:00:00+08:00');

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'yxrisk-simulate-'));
  test = await openTestService({ now: () => now });
  ({ judged } = await openSimulatedContext());
  const { service, connection } = test;
  await ensureAdminToken({ store: service.tokens, adminToken: TOKEN, now: service.now, generate: String });
  const app = composeTestApi(
    { service, connection },
    {
      bodyBytes: 8 * 1024 * 1024,
      requestsPerMinute: 100_000,
    },
  );
  server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  server?.close();
  server?.closeAllConnections();
  await test?.close();
  await rm(dir, { recursive: true, force: true });
});

/** Runs the real command. */
async function simulate(args: readonly string[]) {
  const said = { out: '', err: '', code: -1 };
  const add = addSimulateCommand;
  const code = await runCli(
    ['simulate', ...args],
    [
      (program) =>
        add(program, {
          readConfig: () => ({ rulesDir: 'rules', adminToken: TOKEN, batchMaxEvents: 1_000 }),
          io: {
            out: (text) => (said.out += text),
            err: (text) => (said.err += text),
            isTerminal: false,
            exit: (given) => (said.code = given),
            onInterrupt: () => () => undefined,
          },
          now: () => now,
        }),
    ],
    { version: 'test', printError: (text) => (said.err += text) },
  );
  return { ...said, code: code || said.code };
}

it('a started service has the alerts of the truth, and no other, when it is sent the simulation', async () => {
  const { port } = server.address() as AddressInfo;
  const args = ['--out', dir, '--seed', '11', '--work-orders', String(WORK_ORDERS), '--fault-rate', '0.4'];
  const ran = await simulate([...args, '--post', `http://127.0.0.1:${port}`, '--json']);
  expect(ran).toMatchObject({ code: 0 });
  const { counts, period, sent } = JSON.parse(ran.out) as Manifest & { sent: Record<string, unknown> };
  expect(sent).toMatchObject({
    sent: counts.deliveries,
    accepted: counts.events,
    duplicates: counts.duplicates,
    rejected: 0,
  });
  await test.drain();
  // As if it were the morning after all is settled.
  now = Date.parse(period.settledAt);
  await test.passDeadlines();
  const signal = new AbortController().signal;
  await test.crontab.minute['windows']?.({ now: () => now, attempt: 1, signal });
  await test.crontab.dated['end-of-day']?.(period.to, {
    now: () => now,
    attempt: 1,
    signal: new AbortController().signal,
  });

  // That a feed is silent is seen while it is; afterwards nobody can tell. Feeds are held against the truth elsewhere.
  const truth = (await readFile(join(dir, 'truth.ndjson'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as TruthRow)
    .filter(({ kind }) => kind !== 'feed-silent');
  const { scores, differences } = compareWithTruth(
    truth,
    (await foundAlerts()).filter(({ rule }) => judged.has(rule)),
  );
  process.stderr.write(
    `the service, ${counts.deliveries} events:\n${formatScores(scores.filter((score) => score.expected + score.found + score.false > 0))}\n`,
  );
  expect(differences).toEqual([]);
  expect(await test.service.inbox.countByStatus()).toMatchObject({ received: 0, dead: 0 });
}, 600_000);

/** Alerts that late events took back were never true, and say so themselves. */
async function foundAlerts(): Promise<FoundFinding[]> {
  const alerts = await test.connection
    .collection('alerts')
    .find({ retracted: { $ne: true } })
    .toArray();
  return alerts.map((alert) => {
    const [, , place = ''] = String(alert['fingerprint']).split('|');
    const visit = /#(\d+)$/.exec(place)?.[1];
    const { stage, phase, closedAt } = alert as {
      stage?: string;
      phase?: 'early' | 'overdue';
      closedAt?: Date;
    };
    return {
      recordId: String(alert['recordId']),
      rule: String((alert['rule'] as { id: string }).id),
      ...(stage !== undefined && place !== '' && { stage }),
      ...(visit !== undefined && { visit: Number(visit) }),
      ...(phase && { phase }),
      openedAt: (alert['firstAt'] as Date).getTime(),
      ...(closedAt && { closedAt: closedAt.getTime() }),
    };
  });
}
