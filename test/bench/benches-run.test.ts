import { expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** At the smallest size: that they still run and tell what they should, not what they measure. */
it.each([
  ['backtest', []],
  ['hot-path', ['--events', '500', '--rounds', '1']],
  ['full-service', ['--events', '400', '--rounds', '1', '--batch', '50']],
  ['latency', ['--seconds', '1']],
  ['memory', ['--events', '1000', '--batch', '50']],
])(
  'the bench %s runs',
  async (name, sizes) => {
    const out = await mkdtemp(join(tmpdir(), 'yxrisk-bench-test-'));
    try {
      const args = ['--import', 'tsx', 'bench/main.ts', name, ...sizes, '--out', out];
      // The made-up log: the real one takes minutes.
      const { LOAN_LOG: _, ...env } = process.env;
      await run(process.execPath, args, { timeout: 560_000, env: { ...env, NODE_OPTIONS: '' } });
      const result = JSON.parse(await readFile(join(out, `${name}.json`), 'utf8')) as Record<string, unknown>;
      expect(result).toMatchObject({ name, machine: { node: process.version } });
    } finally {
      await rm(out, { recursive: true, force: true });
    }
  },
  600_000,
);
