import type { BusinessCalendar } from '../calendar/business-calendar.js';
import { toReadable } from './moments.js';
import type { ExplainedClock, ExplainedFinding, ExplainedStep, RuleExplanation } from './rule-explanation.js';

type Summary = Pick<RuleExplanation, 'outcome' | 'summary'>;

const CLOSED_BY = { evidence: '证据已到', stopped: '停止计时的事件已到', ended: '工单已作废' } as const;

/** The one sentence that answers "why". */
export function summarizeExplanation(
  { rule, steps, clocks, findings }: Pick<RuleExplanation, 'rule' | 'steps' | 'clocks' | 'findings'>,
  calendar: BusinessCalendar,
): Summary {
  const time = (iso: string) => toReadable(Date.parse(iso), calendar);
  const finding = findings.find(({ closedAt }) => closedAt === undefined) ?? findings.at(-1);
  if (finding) return { outcome: 'hit', summary: findingText(finding, time) };
  const undecided = steps.findLast(({ outcome }) => outcome === 'error' || outcome === 'not_evaluated');
  const last = steps.findLast(({ outcome }) => outcome !== 'not_selected' && outcome !== 'started');
  if (undecided && (last === undefined || last.outcome === undecided.outcome)) {
    const missing = undecided.missing ?? [];
    const summary =
      undecided.outcome === 'error'
        ? '没有预警：规则判断时出错，请看下面的说明'
        : missing.length > 0
          ? `没有预警：不能判断，不知道 ${missing.join('、')}`
          : '没有预警：不能判断，还不知道工单是否属于规则的适用范围';
    return { outcome: undecided.outcome === 'error' ? 'error' : 'not_evaluated', summary };
  }
  const clock = clocks.findLast(({ state }) => state === 'running' || state === 'paused');
  if (clock && last?.kind !== 'overdue') return { outcome: 'waiting', summary: waitingText(clock, time) };
  if (last?.outcome === 'no_hit') return { outcome: 'no_hit', summary: noHitText(last, time) };
  const stopped = clocks.findLast(({ state }) => state === 'stopped');
  if (stopped)
    return {
      outcome: 'no_hit',
      summary: `没有预警：${stopped.stoppedAt === undefined ? '' : `${time(stopped.stoppedAt)} `}已停止计时，没有超过时限`,
    };
  if (last) return { outcome: 'not_applicable', summary: `没有预警：规则不适用，${last.reasons.join('；')}` };
  return { outcome: 'not_triggered', summary: NOT_TRIGGERED[rule.trigger](steps) };
}

const NOT_TRIGGERED: Readonly<
  Record<RuleExplanation['rule']['trigger'], (steps: readonly ExplainedStep[]) => string>
> = {
  event: (steps) =>
    steps.length > 0
      ? '没有预警：有这类事件，但都不符合 trigger.types 的要求'
      : '没有预警：没有发生过 trigger.types 所列的事件',
  deadline: (steps) =>
    steps.length > 0
      ? '没有预警：有起算一类的事件，但都不符合 trigger.start 的要求，没有开始计时'
      : '没有预警：没有发生过起算事件（trigger.start），没有开始计时',
  sweep: () => '没有预警：还没有巡检过',
  window: () => '没有预警：没有一个事件算在这条规则的窗口内',
};

function findingText(
  { openedAt, closedAt, closedBy, phase, stage }: ExplainedFinding,
  time: (iso: string) => string,
): string {
  const what = phase === 'early' ? '临期预警' : phase === 'overdue' ? '超期预警' : '预警';
  const where = stage === undefined ? '' : `（${stage}）`;
  const end =
    closedAt === undefined
      ? '还没有解除'
      : `${time(closedAt)} 自动解除（${CLOSED_BY[closedBy ?? 'evidence']}）`;
  return `${time(openedAt)} 产生${what}${where}，${end}`;
}

function waitingText(
  { state, dueAt, uncoveredYears }: ExplainedClock,
  time: (iso: string) => string,
): string {
  if (state === 'paused') return '还没有预警：计时已暂停';
  if (dueAt === undefined)
    return `不能判断：时限跨入 ${(uncoveredYears ?? []).join('、')} 年，日历中还没有这一年的工作日安排`;
  return `还没有预警：正在计时，${time(dueAt)} 到期`;
}

function noHitText({ kind, at, until }: ExplainedStep, time: (iso: string) => string): string {
  const when = time(until ?? at);
  const moment = {
    event: '事件发生时',
    start: '起算时',
    early: '临期时',
    overdue: '到期时',
    sweep: '巡检时',
    window: '最近一个事件发生时',
    feed: '此刻',
  }[kind];
  return `没有预警：${when} ${moment}判断过，条件不成立`;
}
