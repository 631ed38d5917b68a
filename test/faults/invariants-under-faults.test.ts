import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openContent, type Content } from '../../src/open-content.js';
import { bundleWorker } from './bundle-worker.js';
import { formatReports } from './format-reports.js';
import { runFaults, type FaultReport } from './run-faults.js';

const { env } = process;
// Full size: FAULT_SEEDS=20 npm test -- test/faults/invariants. One seed of it again: FAULT_FIRST_SEED=7 FAULT_EVENTS=10000 FAULT_KILLS=20.
const SEEDS = Number(env['FAULT_SEEDS'] ?? 1);
const EVENTS = Number(env['FAULT_EVENTS'] ?? (SEEDS > 1 ? 10_000 : 400));
const KILLS = Number(env['FAULT_KILLS'] ?? (SEEDS > 1 ? 20 : 3));
const FIRST_SEED = Number(env['FAULT_FIRST_SEED'] ?? 1);
/** Runs side by side: they wait for each other's processors, but also for locks to run out. */
const SIDE_BY_SIDE = Number(env['FAULT_PARALLEL'] ?? 3);

let rulesDir: string;
let content: Content;
let worker: Awaited<ReturnType<typeof bundleWorker>>;
const reports: FaultReport[] = [];

beforeAll(async () => {
  // A copy: every process of every run must read the same rules, whoever edits them meanwhile.
  rulesDir = join(await mkdtemp(join(tmpdir(), 'yxrisk-faults-rules-')), 'rules');
  await cp('rules', rulesDir, { recursive: true });
  content = await openContent({ dir: rulesDir, timeZone: 'Asia/Shanghai' });
  worker = await bundleWorker();
});
afterAll(async () => {
  const wrongs = reports.flatMap((report) => report.wrongs.map((wrong) => `seed ${report.seed}: ${wrong}`));
  process.stdout.write(`\n${formatReports(reports)}\n${wrongs.slice(0, 20).join('\n')}\n`);
  await worker.close();
  await rm(join(rulesDir, '..'), { recursive: true, force: true });
});

describe('killed workers, a wiped and a killed Redis, a killed database, four schedulers at once, three days without any', () => {
  it(
    `leave ${EVENTS} events each processed once, no alert missing or double, each (job, date) once`,
    async () => {
      const failed: { seed: number; error: unknown }[] = [];
      const seeds = Array.from({ length: SEEDS }, (_, index) => FIRST_SEED + index);
      const runNext = async (): Promise<void> => {
        for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift())
          // One seed that fails does not hide what the others show.
          await runFaults({
            seed,
            events: EVENTS,
            kills: KILLS,
            content,
            script: worker.script,
            rulesDir,
          }).then(
            (report) => {
              reports.push(report);
              // Long runs are cut off at times: what is known so far stands in the output.
              if (SEEDS > 1)
                process.stderr.write(
                  `${[formatReports([report]).split('\n').at(-1), ...report.wrongs.slice(0, 12)].join('\n')}\n`,
                );
            },
            (error: unknown) => failed.push({ seed, error }),
          );
      };
      await Promise.all(Array.from({ length: SIDE_BY_SIDE }, runNext));
      expect(failed).toEqual([]);
      reports.sort((a, b) => a.seed - b.seed);
      for (const { seed, wrongs, accepted, processed, dead, alerts } of reports) {
        expect({ seed, count: wrongs.length, wrongs: wrongs.slice(0, 5) }).toEqual({
          seed,
          count: 0,
          wrongs: [],
        });
        expect(processed + dead).toBe(accepted);
        // There was something to lose.
        expect(Math.min(dead, alerts)).toBeGreaterThan(0);
      }
      expect(reports).toHaveLength(SEEDS);
    },
    SEEDS * Math.max(600_000, EVENTS * 300),
  );
});
