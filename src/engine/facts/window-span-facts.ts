import { defineFact, optionalText, text } from '../fact-definition.js';
import { orgUnitOf } from '../org-unit-of.js';
import type { FactScope } from '../rule-set.js';
import type { Span } from '../sliding-window.js';

const SPAN = {
  from: text('起：规则中起了名的这些事件', 'Name of the events that begin it', { names: 'windowEvents' }),
  to: text('止：规则中起了名的这些事件', 'Name of the events that end it', { names: 'windowEvents' }),
  limit: text('时限类参数，写 组.参数；按起算之日和单位取值', 'Parameter that holds the limit', {
    names: 'limitParameter',
  }),
  stage: optionalText(
    'same 起止须是同一环节（默认），any 只须是同一工单',
    '`same`: both of one stage (default); `any`: of one work order is enough',
    { values: ['same', 'any'] },
  ),
};

/** How much of their time limits the work in a window took: spans between two events of one work order. */
export const WINDOW_SPAN_FACTS = [
  defineFact({
    name: 'window.lastDayCount',
    type: 'number',
    onlyOn: 'window',
    zh: '窗口内起止都有的事项中，恰在时限最后一天办完的有几件；有一件的时限跨入没有日历的年份时未知',
    en: 'Of what began and ended in the window: how many ended on the last day of their time limit; missing where the calendar does not reach',
    params: SPAN,
    resolve: (scope, params) => lastDays(scope, params)?.filter(Boolean).length,
  }),
  defineFact({
    name: 'window.lastDayRatio',
    type: 'number',
    onlyOn: 'window',
    zh: '窗口内起止都有的事项中，恰在时限最后一天办完的占多少；一件也没有时未知',
    en: 'The same as a part of all that began and ended in the window; missing where nothing did',
    params: SPAN,
    resolve: (scope, params) => {
      const found = lastDays(scope, params);
      return found && found.length > 0 ? found.filter(Boolean).length / found.length : undefined;
    },
  }),
];

interface SpanParams {
  readonly from: string;
  readonly to: string;
  readonly limit: string;
  readonly stage?: string | undefined;
}

/** Of each span whether it ended on the last day of its limit; undefined where that cannot be said of all. */
function lastDays(scope: FactScope, { from, to, limit, stage }: SpanParams): boolean[] | undefined {
  const found: boolean[] = [];
  for (const span of scope.window?.spans(from, to, stage !== 'any') ?? []) {
    const isLast = endsOnLastDay(scope, span, limit);
    if (isLast === undefined) return undefined;
    found.push(isLast);
  }
  return found;
}

function endsOnLastDay(
  { calendar, parameters, workOrder }: FactScope,
  { start, end }: Span,
  name: string,
): boolean | undefined {
  const place = { orgUnit: orgUnitOf(workOrder, undefined), date: calendar.dateOf(start.at) };
  const limit = parameters?.limitOf(name, place);
  const due = limit && calendar.deadline({ anchor: start.at, limit });
  if (due?.state !== 'due') return undefined;
  // A limit in calendar days runs out at the first instant of the day after.
  return end.at <= due.dueAt && calendar.dateOf(end.at) === calendar.dateOf(due.dueAt - 1);
}
