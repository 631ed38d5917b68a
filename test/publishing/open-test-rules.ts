import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { composeService, type Service } from '../../src/compose.js';
import type { RuleFile } from '../../src/engine/rule-file.js';
import { openContent } from '../../src/open-content.js';
import { openTestService, TEST_SETTINGS, type TestService } from '../support/open-test-service.js';

/** What every rules folder needs besides rules. */
const BESIDE = ['calendars', 'catalogue', 'checklists', 'org-units.json', 'alert-handling.json'];

/** A rules folder of the test's own, that may be written and broken. */
export interface RulesFolder {
  readonly dir: string;
  /** Writes a rule to `<domain>/<id>.json`, or any text to any file. */
  put(rule: RuleFile, domain?: string): Promise<void>;
  write(file: string, text: string): Promise<void>;
  remove(file: string): Promise<void>;
  close(): Promise<void>;
}

export async function openRulesFolder(rules: readonly RuleFile[] = []): Promise<RulesFolder> {
  const dir = await mkdtemp(join(tmpdir(), 'yxrisk-rules-'));
  for (const name of BESIDE) await cp(join('rules', name), join(dir, name), { recursive: true });
  const folder: RulesFolder = {
    dir,
    put: (rule, domain = 'acceptance') => folder.write(`${domain}/${rule.id}.json`, textOf(rule)),
    async write(file, text) {
      await mkdir(dirname(join(dir, file)), { recursive: true });
      await writeFile(join(dir, file), text);
    },
    remove: (file) => rm(join(dir, file), { force: true }),
    close: () => rm(dir, { recursive: true, force: true }),
  };
  for (const rule of rules) await folder.put(rule);
  return folder;
}

export function textOf(rule: RuleFile): string {
  return `${JSON.stringify(rule, null, 2)}\n`;
}

export interface TestRules extends TestService {
  readonly folder: RulesFolder;
  readonly now: () => number;
  readonly tick: (ms: number) => void;
  /** Looks until the folder has been quiet for one look. */
  settle(): Promise<void>;
  /** Another process on the same stores, with a folder of its own. */
  join(folder: RulesFolder): Promise<Service>;
  /** Lines of the log, as told. */
  readonly lines: { readonly level: number; readonly msg: string }[];
}

/** The service on a rules folder of its own that it publishes from, with a clock of the test's. */
export async function openTestRules(rules: readonly RuleFile[], at: string): Promise<TestRules> {
  const folder = await openRulesFolder(rules);
  let time = Date.parse(at);
  const now = () => time;
  const lines: { level: number; msg: string }[] = [];
  const logger = pino(
    { level: 'info' },
    { write: (line) => void lines.push(JSON.parse(line) as (typeof lines)[number]) },
  );
  const test = await openTestService({ now, rulesDir: folder.dir, logger });
  await test.service.ruleDesk.open({ publishes: true });
  const others: Service[] = [];
  return {
    ...test,
    folder,
    now,
    tick: (ms) => (time += ms),
    lines,
    async settle() {
      await test.service.ruleDesk.look();
      await test.service.ruleDesk.look();
    },
    async join(other) {
      const content = await openContent({ dir: other.dir, timeZone: 'Asia/Shanghai' });
      const service = await composeService({
        connection: test.connection,
        redisUrl: test.redisUrl,
        content,
        settings: { ...TEST_SETTINGS, redisPrefix: test.service.settings.redisPrefix },
        logger,
        now,
      });
      others.push(service);
      return service;
    },
    async close() {
      for (const other of others) await other.close();
      await test.close();
      await folder.close();
    },
  };
}
