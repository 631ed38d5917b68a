import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadRules } from '../../src/engine/load-rules.js';
import type { LoadRulesOptions, LoadRulesResult } from '../../src/engine/load-rules.js';
import { ruleErrorText } from '../../src/engine/rule-error.js';
import { calendar } from './fixtures.js';

export const catalogue = {
  processes: [
    {
      name: '高压新装',
      stages: [
        { name: '业务受理', workItem: 'YXZY-YY-151', kinds: ['受理'] },
        { name: '现场勘查', workItem: 'YXZY-YY-152', kinds: ['勘查'] },
      ],
    },
    { name: '过户', stages: [{ name: '资料归档', workItem: 'YXZY-YY-300' }] },
  ],
};

/** Runs something over a folder of files, which is removed afterwards. */
export async function withRuleFolder<T>(
  files: Record<string, string | Uint8Array | object>,
  use: (dir: string) => Promise<T>,
): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'rules-'));
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      const raw = typeof content === 'string' || content instanceof Uint8Array;
      await writeFile(join(dir, path), raw ? content : JSON.stringify(content, null, 2));
    }
    return await use(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

export async function loadFiles(
  files: Record<string, string | Uint8Array | object>,
  options: Partial<LoadRulesOptions> = {},
): Promise<LoadRulesResult> {
  return withRuleFolder(files, (dir) => loadRules({ dir, calendar, catalogue, ...options }));
}

/** The problems as people read them; none if the folder loads. */
export async function problemsOf(
  files: Record<string, string | Uint8Array | object>,
  options: Partial<LoadRulesOptions> = {},
): Promise<string[]> {
  const result = await loadFiles(files, options);
  return 'errors' in result ? result.errors.map(ruleErrorText) : [];
}
