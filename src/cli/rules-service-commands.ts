import Table from 'cli-table3';
import { InvalidArgumentError, type Command } from 'commander';
import type { Service } from '../compose.js';
import { ruleErrorText } from '../engine/rule-error.js';
import type { HealthSignal, RuleHealth } from '../rule-health/report-rule-health.js';

/** What the commands about the running service's rules need. */
export interface RulesServiceDeps {
  readonly open: () => Promise<{ readonly service: Service; readonly close: () => Promise<void> }>;
  /** Writes to stdout and stderr, without adding a line end. */
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Who publishes, for the audit log. */
  readonly user: string;
  readonly setExitCode: (code: 0 | 1) => void;
}

const SIGNAL_WORDS: Readonly<Record<HealthSignal, string>> = {
  errors: '出错',
  slow: '慢',
  undecided: '多因缺事实不能判断',
  imprecise: '查实不足一半',
  'never-looked': '从未触发',
  'never-hits': '从未命中',
};

/** Adds `yxrisk rules health` and `yxrisk rules publish` to the `rules` command: they need the stores of the service. */
export function addRulesServiceCommands(program: Command, deps: RulesServiceDeps): void {
  const rules = program.commands.find((command) => command.name() === 'rules');
  if (!rules) throw new Error('add the rules command first');
  rules
    .command('health')
    .description('how the rules do: looks, hits, errors, missing facts, time, precision / 规则运行情况')
    .option('--days <n>', 'business days looked back on, today included', readDays, 30)
    .option('--rule <id>', 'only this rule')
    .option('--all', 'also rules that give no cause for a look')
    .option('--json', 'answer in JSON, for programs')
    .action(async (options: { days: number; rule?: string; all?: true; json?: true }) => {
      const { service, close } = await deps.open();
      try {
        const { calendar } = service.content;
        const to = calendar.dateOf(service.now());
        const from = calendar.addDays(to, 1 - options.days);
        const { rule } = options;
        const found = await service.reportRuleHealth({ from, to, ...(rule !== undefined && { rule }) });
        const shown =
          options.all || rule !== undefined ? found : found.filter(({ signals }) => signals.length > 0);
        if (options.json) deps.out(`${JSON.stringify({ from, to, rules: shown }, null, 2)}\n`);
        else deps.out(describe(shown, found.length, from, to));
        deps.setExitCode(found.some(({ signals }) => signals.length > 0) ? 1 : 0);
      } finally {
        await close();
      }
    });
  rules
    .command('publish')
    .description('publish the rules folder as it is now, for all processes / 立即发布规则文件夹')
    .option('--force', 'also when most rules would vanish')
    .option('--json', 'answer in JSON, for programs')
    .action(async ({ force = false, json }: { force?: boolean; json?: true }) => {
      const { service, close } = await deps.open();
      try {
        const result = await service.ruleDesk.publishFolder({ via: 'command', by: deps.user }, { force });
        if (result.status === 'refused' || result.status === 'overtaken') deps.setExitCode(1);
        if (json) deps.out(`${JSON.stringify(forPrograms(result), null, 2)}\n`);
        else if (result.status === 'refused')
          deps.err(`${result.errors.map(ruleErrorText).join('\n')}\n没有发布。\n`);
        else if (result.status === 'overtaken') deps.err('另一个进程同时发布了规则，请重试。\n');
        else if (result.status === 'unchanged') deps.out('规则文件夹与已发布的相同，没有发布。\n');
        else
          deps.out(
            `已发布第 ${result.publication.number} 版规则集，${result.publication.rules.length} 条规则。\n`,
          );
      } finally {
        await close();
      }
    });
}

function readDays(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > 3660)
    throw new InvalidArgumentError('Write a whole number of days from 1 to 3660.');
  return days;
}

function forPrograms(result: Awaited<ReturnType<Service['ruleDesk']['publishFolder']>>) {
  if (result.status !== 'published') return result;
  const { number, hash, changes } = result.publication;
  return { status: result.status, publication: number, hash, changes };
}

function describe(shown: readonly RuleHealth[], all: number, from: string, to: string): string {
  const table = new Table({
    head: ['规则', '状态', '判断', '命中', '不能判断', '出错', '平均毫秒', '查实/未查实/无效', '提示'],
    style: { head: [], border: [] },
  });
  for (const health of shown) {
    const { confirmed, unconfirmed, invalid } = health.alerts;
    const [missing] = health.missing;
    const hints = [
      ...health.signals.map((signal) => SIGNAL_WORDS[signal]),
      ...(missing && health.signals.includes('undecided') ? [`缺 ${missing.fact}`] : []),
      ...(health.lastError === undefined ? [] : [health.lastError.slice(0, 60)]),
    ];
    table.push([
      `${health.rule}@${health.version}`,
      health.status,
      health.looks,
      health.hits,
      health.notEvaluated,
      health.errors,
      health.time ? health.time.average.toFixed(3) : '—',
      `${confirmed}/${unconfirmed}/${invalid}`,
      hints.join('；'),
    ]);
  }
  const clear = shown.length === 0 ? '没有需要留意的规则。\n' : `${table.toString()}\n`;
  return `${from} 至 ${to}，共 ${all} 条规则（含仍有记录的旧版本）。\n${clear}`;
}
