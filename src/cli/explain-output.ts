import pc from 'picocolors';
import type { Limit } from '../calendar/business-calendar.js';
import type { AlertExplanation } from '../engine/explain-alert.js';
import type {
  Answer,
  ExplainedClock,
  ExplainedCondition,
  ExplainedStep,
  RuleExplanation,
} from '../engine/rule-explanation.js';
import type { JsonValue } from '../json.js';

const UNITS: Readonly<Record<Limit['unit'], string>> = {
  workingDay: '个工作日',
  workingHour: '个工作小时',
  calendarDay: '天',
  calendarHour: '小时',
  month: '个月',
  minute: '分钟',
};
const CLOCK_STATES = { running: '计时中', paused: '已暂停', stopped: '已停止', void: '已作废' } as const;
const MARKS: Readonly<Record<Answer, string>> = {
  yes: pc.green('✓'),
  no: pc.red('✗'),
  unknown: pc.yellow('？'),
};
const BRANCHES = { all: '全部成立', any: '任一成立', not: '不成立' } as const;
const MOMENTS: Readonly<Record<ExplainedStep['kind'], string>> = {
  event: '事件',
  start: '起算事件',
  early: '临期判断',
  overdue: '到期判断',
  sweep: '巡检',
  window: '窗口中的事件',
  feed: '数据源',
};
const OUTCOMES: Readonly<Record<ExplainedStep['outcome'], string>> = {
  hit: '命中',
  no_hit: '条件不成立',
  not_evaluated: '不能判断',
  error: '出错',
  started: '开始计时',
  not_applicable: '不适用',
  not_selected: '不是规则要的事件',
};

/** A rule's explanation for people, in Chinese. */
export function explanationText(explanation: RuleExplanation): string {
  const { rule, workOrder, process, at, events, summary, steps, omitted, clocks, notes } = explanation;
  const lines = [
    `规则 ${rule.id}@${rule.version} ${rule.name}`,
    `工单 ${workOrder}${process === undefined ? '' : `（${process}）`}，截至 ${timeText(at)}，已知 ${events.used} 个事件`,
    `结论 ${pc.bold(summary)}`,
  ];
  if (clocks.length > 0) lines.push('', '计时', ...clocks.flatMap(clockLines));
  if (steps.length > 0) lines.push('', '经过');
  if (omitted > 0) lines.push(`  （更早的 ${omitted} 步略去）`);
  lines.push(...steps.flatMap(stepLines));
  if (notes.length > 0) lines.push('', ...notes.map((note) => `注意 ${note}`));
  return `${lines.join('\n')}\n`;
}

/** Why an alert was raised, from what was stored with it. */
export function alertExplanationText({ alert, conditions, basis, notes }: AlertExplanation): string {
  const { rule, recordId, stage, phase, title, firstAt, dueAt, closedAt } = alert;
  const what = phase === 'early' ? '临期预警' : phase === 'overdue' ? '超期预警' : '预警';
  const lines = [
    `${what} ${alert.id} ${title}`,
    `规则 ${rule.id}@${rule.version} ${rule.name}`,
    `工单 ${recordId}${stage === undefined ? '' : `，环节 ${stage}`}`,
    `产生 ${timeText(firstAt)}${dueAt === undefined ? '' : `，应于 ${timeText(dueAt)} 前完成`}${closedAt === undefined ? '' : `，${timeText(closedAt)} 结束`}`,
    '',
    '当时的条件',
    ...conditions.map(({ result, negated, ...condition }) => {
      const holds = result !== (negated ?? false);
      return `  ${MARKS[holds ? 'yes' : 'no']} ${leafText({ ...condition, key: keyOf(condition) })}${negated ? '（要求不成立）' : ''}`;
    }),
  ];
  if (basis)
    lines.push(
      '',
      '依据',
      ...basis.map((one) => `  ${one.document}${one.article === undefined ? '' : ` ${one.article}`}`),
    );
  if (notes.length > 0) lines.push('', ...notes.map((note) => `注意 ${note}`));
  return `${lines.join('\n')}\n`;
}

function clockLines(clock: ExplainedClock): string[] {
  const { stage, visit, part, anchorAt, limit, dueAt, state, stoppedAt, overdue, workingHours, hours } =
    clock;
  const place = [stage, (visit ?? 1) > 1 ? `第 ${visit} 次` : '', part].filter(Boolean).join(' ');
  const parts = [
    `${timeText(anchorAt)} 起算`,
    ...(limit ? [`时限 ${limit.value} ${UNITS[limit.unit]}`] : []),
    ...(dueAt === undefined ? [] : [`${timeText(dueAt)} 到期`]),
    `${CLOCK_STATES[state]}${stoppedAt === undefined ? '' : `（${timeText(stoppedAt)}）`}${overdue ? '，已超期' : ''}`,
    workingHours === undefined ? `已用 ${hours} 小时` : `已用 ${workingHours} 个工作小时`,
    ...(clock.uncoveredYears ? [`日历没有 ${clock.uncoveredYears.join('、')} 年，算不出到期时间`] : []),
  ];
  const lines = [`  ${place === '' ? '整张工单' : place}：${parts.join('，')}`];
  if (clock.conditions) {
    lines.push('    到期时要看的条件，按此刻的情况：', ...conditionLines(clock.conditions, 6));
  }
  return lines;
}

function stepLines(step: ExplainedStep): string[] {
  const { at, until, times, kind, type, stage, outcome, reasons, conditions, missing } = step;
  const when = until === undefined ? timeText(at) : `${timeText(at)} 至 ${timeText(until)} 共 ${times} 次`;
  const what = [MOMENTS[kind], type, stage].filter(Boolean).join(' ');
  const why = [...reasons, ...(missing ? [`不知道 ${missing.join('、')}`] : [])];
  return [
    `  ${when} ${what}：${OUTCOMES[outcome]}${why.length === 0 ? '' : `（${why.join('；')}）`}`,
    ...(conditions ? conditionLines(conditions, 4) : []),
  ];
}

function conditionLines(condition: ExplainedCondition, indent: number): string[] {
  const space = ' '.repeat(indent);
  if (condition.kind === 'condition') return [`${space}${MARKS[condition.result]} ${leafText(condition)}`];
  const { kind, label, result, children } = condition;
  return [
    `${space}${MARKS[result]} ${label === undefined ? '' : `${label}：`}${BRANCHES[kind]}`,
    ...children.flatMap((child) => conditionLines(child, indent + 2)),
  ];
}

/** `name：fact key = value，要求 operator value`. */
function leafText(leaf: {
  readonly name?: string;
  readonly factText: string;
  readonly key: string;
  readonly factValue: JsonValue;
  readonly operator: string;
  readonly operatorText: string;
  readonly value: JsonValue;
  readonly valueFact?: string;
}): string {
  const { name, factText, key, factValue, operator, operatorText, value, valueFact } = leaf;
  const wanted = valueFact === undefined ? valueText(value) : `${valueFact}（${valueText(value)}）`;
  const demand =
    typeof value === 'boolean' && operator !== 'equal' && operator !== 'notEqual'
      ? `${operator} ${value}`
      : `${operatorText} ${wanted}`;
  return `${name === undefined ? '' : `${name}：`}${factText} ${pc.dim(key)} = ${valueText(factValue)}，要求 ${demand}`;
}

function keyOf({ fact, params }: { readonly fact: string; readonly params?: object }): string {
  const list = Object.entries(params ?? {}).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return list.length === 0 ? fact : `${fact}(${list.join(',')})`;
}

function valueText(value: JsonValue): string {
  if (value === null) return '未知';
  if (value === true) return '是';
  if (value === false) return '否';
  if (Array.isArray(value)) return value.length === 0 ? '（空）' : value.map(valueText).join('、');
  return typeof value === 'string' ? timeText(value) : JSON.stringify(value);
}

/** An instant as people read it; any other text as it is. */
function timeText(text: string): string {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text) ? text.slice(0, 16).replace('T', ' ') : text;
}
