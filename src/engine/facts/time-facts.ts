import { dateFact, defineFact, optionalDateFact } from '../fact-definition.js';
import type { FactDefinition, FactReader } from '../fact-definition.js';
import { startOf } from '../moments.js';
import type { FactScope } from '../rule-set.js';
import { isCovered } from './reading.js';

const SPAN = {
  from: dateFact('起点：日期类事实的名称，或 {"fact":…,"params":…}', 'Start: a date fact'),
  to: optionalDateFact('终点，同上；不写则为 now', 'End: a date fact; absent = now'),
};
const HOUR = 3_600_000;

/** Facts about time: now, spans between two date facts, the clock of a deadline rule, feeds. */
export const TIME_FACTS = [
  defineFact({
    name: 'now',
    type: 'date',
    zh: '判断的时刻：事件发生时、到期时、巡检时刻',
    en: 'The instant looked at: event time, due time, sweep moment',
    alwaysKnown: true,
    resolve: ({ now }) => now,
  }),
  defineFact({
    name: 'today',
    type: 'date',
    day: true,
    derived: true,
    zh: '判断时刻所在的日期 YYYY-MM-DD',
    en: 'Business day of the instant looked at',
    alwaysKnown: true,
    resolve: (scope) => {
      const now = scope.given ? scope.given.get('now') : scope.now;
      return typeof now === 'number' ? scope.calendar.dateOf(now) : undefined;
    },
  }),
  span(
    'elapsed.workingHours',
    '两个时刻之间的工作小时数',
    'Working hours',
    true,
    (from, to, { calendar }) => calendar.workingMsBetween(from, to) / HOUR,
  ),
  span(
    'elapsed.workingDays',
    '两个时刻之间的工作日数（次日为 1）',
    'Working days',
    true,
    (from, to, { calendar }) => calendar.workingDaysBetween(from, to),
  ),
  span('elapsed.calendarHours', '两个时刻之间的自然小时数', 'Hours', false, (from, to) => (to - from) / HOUR),
  span('elapsed.minutes', '两个时刻之间的分钟数', 'Minutes', false, (from, to) => (to - from) / 60_000),
  defineFact({
    name: 'clock.anchorAt',
    type: 'date',
    zh: '时限起算时间',
    en: 'When the clock started',
    onlyOn: 'deadline',
    alwaysKnown: true,
    resolve: ({ clock }) => clock?.anchorAt,
  }),
  defineFact({
    name: 'clock.dueAt',
    type: 'date',
    zh: '时限到期时间',
    en: 'When the clock runs out',
    onlyOn: 'deadline',
    resolve: ({ clock }) => clock?.dueAt,
  }),
  defineFact({
    name: 'clock.phase',
    type: 'string',
    zh: 'early 临期，overdue 超期',
    en: '`early` before the limit, `overdue` past it',
    onlyOn: 'deadline',
    alwaysKnown: true,
    resolve: ({ clock }) => clock?.phase,
  }),
  defineFact({
    name: 'feed.name',
    type: 'string',
    zh: '数据源名称',
    en: 'Name of the feed',
    resolve: ({ extra, workOrder }) =>
      extra?.['feed.name'] ??
      workOrder.feed ??
      (workOrder.subjectType === 'feed' ? workOrder.subject : undefined),
  }),
  defineFact({
    name: 'feed.silentMinutes',
    type: 'number',
    zh: '数据源静默的分钟数',
    en: 'For how many minutes the feed has been silent',
    resolve: ({ extra }) => extra?.['feed.silentMinutes'],
  }),
];

/** A span is negative when `to` lies before `from`, and missing where a date is or the calendar does not reach. */
function span(
  name: string,
  zh: string,
  en: string,
  needsCalendar: boolean,
  measure: (from: number, to: number, scope: FactScope) => number,
): FactDefinition {
  return defineFact({
    name,
    type: 'number',
    derived: true,
    zh: `${zh}；终点早于起点时为负`,
    en: `${en} between two moments; negative when \`to\` lies before \`from\``,
    params: SPAN,
    resolve: (scope, { from, to }) => {
      const start = read(from, scope);
      const end = to ? read(to, scope) : scope.given ? givenNow(scope) : scope.now;
      if (start === undefined || end === undefined) return undefined;
      const [first, last] = start <= end ? [start, end] : [end, start];
      if (needsCalendar && !isCovered(first, last, scope.calendar)) return undefined;
      const length = measure(first, last, scope);
      return start <= end ? length : -length;
    },
  });
}

function givenNow(scope: FactScope): number | undefined {
  const now = scope.given?.get('now');
  return typeof now === 'number' ? now : undefined;
}

function read(reader: FactReader, scope: FactScope): number | undefined {
  const value = reader(scope);
  return value === undefined ? undefined : startOf(value, scope.calendar);
}
