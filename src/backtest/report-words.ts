import { SEVERITY_TEXT } from '../notify/message.js';
import type { AlertSketch, BacktestResult, ChangeKind, Example, RuleRow } from './backtest-result.js';

/** How people call posts and org units. Absent or unknown ones are shown by their codes. */
export interface ReportNames {
  readonly post?: (id: string) => string | undefined;
  readonly unit?: (code: string) => string | undefined;
  readonly rule?: (id: string) => string | undefined;
}

export const KIND_WORDS: Readonly<Record<ChangeKind, string>> = {
  gained: '新增',
  lost: '消失',
  earlier: '提前',
  later: '推迟',
  severity: '等级变化',
  post: '接收岗位变化',
  closing: '解除时间变化',
};
export const CHANGE_WORDS: Readonly<Record<RuleRow['change'], string>> = {
  added: '新规则',
  removed: '已删除',
  changed: '已修改',
  same: '未改',
};

/** `2026-03-02 17:01` in the zone of the business. */
export function makeShowTime(timeZone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'short',
  });
  return (at) => format.format(at);
}

export function unitWord(code: string | undefined, { unit }: ReportNames): string {
  if (code === undefined) return '（未注明单位）';
  const name = unit?.(code);
  return name === undefined ? code : `${name}（${code}）`;
}

export function postWord(post: string, { post: nameOf }: ReportNames): string {
  return nameOf?.(post) ?? post;
}

/** What was replayed, in one sentence. */
export function describeReplay(result: BacktestResult, showTime: (at: number) => string): string {
  const { period, events, live, candidate, seconds } = result;
  const n = (value: number) => value.toLocaleString('en-US');
  const left = [
    events.later > 0 ? `期末之后才知道的 ${n(events.later)} 个未计入` : '',
    events.duplicates > 0 ? `重复的 ${n(events.duplicates)} 个略去` : '',
    events.rejected > 0 ? `不合格的 ${n(events.rejected)} 个略去` : '',
  ].filter(Boolean);
  return (
    `${showTime(period.from)} 至 ${showTime(period.to)}，${n(period.workingDays)} 个工作日；` +
    `回放 ${n(events.replayed)} 个事件（${n(events.records)} 个对象${left.length > 0 ? `；${left.join('，')}` : ''}），用时 ${seconds.toFixed(1)} 秒。` +
    `现行规则 ${n(live.rules)} 条，候选规则 ${n(candidate.rules)} 条。`
  );
}

/** One side of an example: when, how severe, and by when it was due. */
export function describeSketch(sketch: AlertSketch, showTime: (at: number) => string): string {
  const { raisedAt, severity, phase, overdueAt, dueAt, closedAt, retracted } = sketch;
  const parts = [
    `${showTime(raisedAt)} 发出`,
    SEVERITY_TEXT[severity],
    phase === undefined ? '' : phase === 'early' ? '临期' : '超期',
    overdueAt !== undefined && overdueAt !== raisedAt ? `${showTime(overdueAt)} 转为超期` : '',
    dueAt === undefined ? '' : `时限 ${showTime(dueAt)}`,
    closedAt === undefined ? '' : `${showTime(closedAt)} ${retracted ? '撤回' : '解除'}`,
  ];
  return parts.filter(Boolean).join('，');
}

/** What an example is about: the work order, its stage, its unit. */
export function describeSubject({ subject, stage, orgUnit }: Example, names: ReportNames): string {
  return [subject.id, stage, orgUnit === undefined ? undefined : unitWord(orgUnit, names)]
    .filter(Boolean)
    .join(' ');
}

/** The first examples of each rule and kind of change, in the order of the rules. */
export function pickExamples(
  result: BacktestResult,
  perKind: number,
): { readonly rule: string; readonly kind: ChangeKind; readonly examples: readonly Example[] }[] {
  const kinds = Object.keys(KIND_WORDS) as ChangeKind[];
  return result.rules.flatMap(({ rule }) =>
    kinds.flatMap((kind) => {
      const examples = result.examples.filter((one) => one.rule === rule && one.kinds.includes(kind));
      return examples.length === 0 ? [] : { rule, kind, examples: examples.slice(0, perKind) };
    }),
  );
}
