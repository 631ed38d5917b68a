import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RuleFile } from '../../src/engine/rule-file.js';

const LOAN_DIR = 'examples/loan';

type Plain = Record<string, unknown>;

/**
 * Rules beside the nine of examples/loan, so that there are twenty and every trigger is among them: other limits, a clock
 * that restarts with every event, evening sweeps over all open applications, and windows.
 * @param everyStage one of the sweeps looks at every stage of an application, not only at the one it is about: no author wants that,
 *   and it finds more than all other rules together
 */
export async function moreLoanRules(everyStage: boolean): Promise<RuleFile[]> {
  const offer = await read('offer-not-followed-up');
  const idle = await read('application-idle');
  const twice = await read('offer-sent-twice');
  const days = (rule: RuleFile, value: number) => ({
    ...rule,
    trigger: { ...rule.trigger, limit: { ...(rule.trigger as unknown as { limit: Plain }).limit, value }, warnAt: [0.8] },
  }); // prettier-ignore
  const base = { ...twice, appliesTo: { processes: ['loan application'] }, tests: [] };
  const sweep = (each?: 'stage') => ({
    ...base,
    ...(each && !everyStage && { appliesTo: { ...base.appliesTo, stages: ['O_SENT'] } }),
    trigger: { on: 'sweep', job: 'end-of-day', subject: 'workOrder', ...(each && { each }) },
    conditions: {
      all: [
        completed('O_SENT', true),
        ...['O_SENT_BACK', 'O_ACCEPTED', 'O_DECLINED', 'O_CANCELLED', 'A_DECLINED', 'A_CANCELLED'].map((stage) => completed(stage, false)),
        { fact: 'elapsed.workingDays', params: { from: 'workOrder.lastEventAt' }, operator: 'greaterThan', value: each ? 3 : 5 },
      ],
    },
  }); // prettier-ignore
  const window = (value: number, unit: string, atLeast: number) => ({
    ...base,
    appliesTo: undefined,
    trigger: { on: 'window', types: ['stage.completed'], groupBy: 'operator.id', window: { value, unit } },
    conditions: { all: [{ fact: 'window.count', operator: 'greaterThanInclusive', value: atLeast }] },
    event: { ...twice.event, params: { ...twice.event.params, title: '{{window.member}}: {{window.count}}' } },
  }); // prettier-ignore
  const rules: Record<string, object> = {
    ...Object.fromEntries([3, 7, 10, 15].map((value) => [`offer-${value}-days`, days(offer, value)])),
    ...Object.fromEntries([7, 21].map((value) => [`idle-${value}-days`, days(idle, value)])),
    'offer-thrice': { ...twice, conditions: { all: [{ fact: 'stage.totalCompletions', operator: 'greaterThanInclusive', value: 3 }] } },
    'offer-open-in-the-evening': sweep(),
    'offer-stage-open-in-the-evening': sweep('stage'),
    'many-in-ten-minutes': window(10, 'minute', 30),
    'many-in-a-day': window(24, 'calendarHour', 300),
  }; // prettier-ignore
  return Object.entries(rules).map(([id, rule]) => ({ ...rule, id }) as unknown as RuleFile);
}

/** The same twenty with a shorter limit and a stricter window. */
export async function changedLoanRules(rules: readonly RuleFile[]): Promise<RuleFile[]> {
  const stricter = JSON.stringify(rules.find(({ id }) => id === 'many-in-a-day')).replace('300', '200');
  const offer = await read('offer-not-followed-up');
  const limit = { value: 4, unit: 'workingDay' } as const;
  const changed = [
    JSON.parse(stricter) as RuleFile,
    { ...offer, version: 2, trigger: { ...offer.trigger, limit } as RuleFile['trigger'] },
  ];
  return rules.map((rule) => changed.find(({ id }) => id === rule.id) ?? rule);
}

function completed(stage: string, value: boolean): object {
  return { fact: 'stage.completed', params: { stage }, operator: 'equal', value };
}

async function read(id: string): Promise<RuleFile> {
  return JSON.parse(await readFile(join(LOAN_DIR, `${id}.json`), 'utf8')) as RuleFile;
}
