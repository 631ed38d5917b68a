import type { Command } from 'commander';
import { maskPersonalData } from '../api/mask-personal-data.js';
import type { BusinessCalendar } from '../calendar/business-calendar.js';
import { didYouMean } from '../engine/did-you-mean.js';
import { explainAlert } from '../engine/explain-alert.js';
import type { AlertExplanation, ExplainableAlert } from '../engine/explain-alert.js';
import { isDay, startOf } from '../engine/moments.js';
import type { RuleExplanation } from '../engine/rule-explanation.js';
import type { RuleFile } from '../engine/rule-file.js';
import type { CompiledRule } from '../engine/rule-set.js';
import { NotFoundError } from '../errors.js';
import { alertExplanationText, explanationText } from './explain-output.js';

/** The stores behind `rules explain`, opened for one call. */
export interface OpenExplainer {
  /** The rules to explain, disabled ones too: those of `--dir`, else those in use. */
  readonly rules: readonly CompiledRule[];
  readonly calendar: BusinessCalendar;
  readonly explain: (rule: CompiledRule, recordId: string, at: number) => Promise<RuleExplanation>;
  readonly findAlert: (id: string) => Promise<ExplainableAlert | undefined>;
  /** The rule file of a version that was once in use, where it is kept. */
  readonly ruleOfVersion: (id: string, version: number) => Promise<RuleFile | undefined>;
  close(): Promise<void>;
}

export interface ExplainCommandDeps {
  /** @param dir of a rules folder that is not in use */
  readonly openExplainer: (dir: string | undefined) => Promise<OpenExplainer>;
  readonly now: () => number;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly setExitCode: (code: 0 | 1 | 2) => void;
}

interface ExplainOptions {
  readonly workOrder?: string;
  readonly at?: string;
  readonly dir?: string;
  readonly json?: boolean;
}

/** Adds `yxrisk rules explain ALERT|RULE`. Exit 0 explained, 1 no such work order or alert, 2 misuse. */
export function addExplainCommand(rules: Command, deps: ExplainCommandDeps): void {
  rules
    .command('explain <what>')
    .description(
      'why a rule fired on a work order or not, or why an alert was raised / 为什么预警、为什么没有预警',
    )
    .option(
      '--work-order <no>',
      'the work order (hall:CODE@DATE, orgUnit:CODE, account:NO for other records)',
    )
    .option('--at <time>', 'as of then, e.g. "2026-01-05 17:00" (default: now)')
    .option('--dir <folder>', 'explain the rule of this folder, not the one in use')
    .option('--json', 'answer in JSON, for programs')
    .action(async (what: string, options: ExplainOptions) => {
      deps.setExitCode(await explainToPeople(what, options, deps));
    });
}

async function explainToPeople(
  what: string,
  { workOrder, at: atText, dir, json = false }: ExplainOptions,
  { openExplainer, now, out, err }: ExplainCommandDeps,
): Promise<0 | 1 | 2> {
  const explainer = await openExplainer(dir);
  try {
    const { rules, calendar } = explainer;
    const at = atText === undefined ? now() : instantOf(atText, calendar);
    if (at === undefined) {
      err(`--at 应为 "2026-01-05 17:00"、"2026-01-05"（到当日结束）或带时区的时刻，现为 "${atText}"\n`);
      return 2;
    }
    const rule = rules.find(({ id }) => id === what);
    if (rule && workOrder === undefined) {
      err(`解释规则要写明工单：yxrisk rules explain ${what} --work-order 工单号\n`);
      return 2;
    }
    if (rule && workOrder !== undefined) {
      const explanation = masked(await explainer.explain(rule, workOrder, at));
      out(json ? `${JSON.stringify(explanation, null, 2)}\n` : explanationText(explanation));
      return 0;
    }
    const alert = await explainer.findAlert(what);
    if (!alert) {
      err(
        `没有规则或预警 "${what}"${didYouMean(
          what,
          rules.map(({ id }) => id),
        )}\n`,
      );
      return 1;
    }
    const { id, version } = alert.rule;
    const current = rules.find((one) => one.id === id)?.file;
    const then = current?.version === version ? current : await explainer.ruleOfVersion(id, version);
    const explanation = masked(explainAlert(alert, then, current, calendar));
    out(json ? `${JSON.stringify(explanation, null, 2)}\n` : alertExplanationText(explanation));
    return 0;
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    err(
      `没有工单 "${workOrder}" 的事件（营业厅写 hall:编码@日期，单位写 orgUnit:编码，户写 account:户号）\n`,
    );
    return 1;
  } finally {
    await explainer.close();
  }
}

/** Personal data is shortened, as in every answer of the API: who may see it whole asks there, with a reason. */
function masked<T extends RuleExplanation | AlertExplanation>(explanation: T): T {
  return maskPersonalData(explanation) as unknown as T;
}

/** A day means the whole of it. */
function instantOf(text: string, calendar: BusinessCalendar): number | undefined {
  return isDay(text) ? calendar.instantOf(calendar.addDays(text, 1), '00:00') : startOf(text, calendar);
}
