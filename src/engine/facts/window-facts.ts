import type { JsonValue } from '../../json.js';
import { defineFact, optionalText, text } from '../fact-definition.js';
import type { FactScope } from '../rule-set.js';
import type { WindowView } from '../sliding-window.js';

const EVENTS = {
  events: optionalText('只数规则中起了名的这些事件；不写则全部', 'Name of some of the events; absent = all', {
    names: 'windowEvents',
  }),
};
const FIELD = { field: text('事件 data 中的字段，可用点号取下级；subject 为事件主体', 'Field of the event') };
const RATIO = {
  events: text('分子：规则中起了名的这些事件', 'Numerator: name of some of the events', {
    names: 'windowEvents',
  }),
  of: optionalText('分母：规则中起了名的这些事件；不写则全部', 'Denominator; absent = all', {
    names: 'windowEvents',
  }),
};

/** Facts of window rules: what came in a stretch of time, up to and with the event that is looked at. */
export const WINDOW_FACTS = [
  defineFact({
    name: 'window.member',
    type: 'string',
    onlyOn: 'window',
    alwaysKnown: true,
    zh: '这个窗口是谁的（按 groupBy 取的值）',
    en: 'Whose window it is',
    resolve: ({ window }) => window?.member,
  }),
  number('window.count', '窗口内的事件数', 'Events in the window', EVENTS, (window, { events }) =>
    window.count(events, 'own'),
  ),
  number(
    'window.distinct',
    '窗口内某字段有多少个不同的值',
    'Different values of a field',
    { ...FIELD, ...EVENTS },
    (window, { field, events }) =>
      new Set(window.values(field, events).map((value) => JSON.stringify(value))).size,
  ),
  number(
    'window.sum',
    '窗口内某数字字段的合计',
    'Sum of a number field',
    { ...FIELD, ...EVENTS },
    (window, p) => numbers(window, p).reduce((sum, value) => sum + value, 0),
  ),
  level(
    'window.average',
    '窗口内某数字字段的平均值',
    'Average of a number field',
    (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  ),
  level('window.min', '窗口内某数字字段的最小值', 'Least value of a number field', (values) =>
    values.reduce((least, value) => Math.min(least, value)),
  ),
  level('window.max', '窗口内某数字字段的最大值', 'Greatest value of a number field', (values) =>
    values.reduce((most, value) => Math.max(most, value)),
  ),
  share('window.ratio', '窗口内两种事件数之比，如差错率', 'Ratio of two counts', (window, { events, of }) =>
    ratio(window.count(events, 'own'), window.count(of, 'own')),
  ),
  share(
    'window.peersRatio',
    '同类合计的这一比例（不含自己）',
    'The same of all peers together',
    (window, { events, of }) => ratio(window.count(events, 'peers'), window.count(of, 'peers')),
  ),
  share(
    'window.timesPeers',
    '自己的比例是同类的几倍；同类一次也没有时未知',
    'Own ratio as a multiple of that of the peers; missing where theirs is zero',
    (window, { events, of }) => {
      const own = ratio(window.count(events, 'own'), window.count(of, 'own'));
      const peers = ratio(window.count(events, 'peers'), window.count(of, 'peers'));
      return own === undefined || peers === undefined ? undefined : ratio(own, peers);
    },
  ),
  number(
    'window.peers',
    '窗口内有事件的同类有几个（不含自己）',
    'Peers with an event in the window',
    {},
    (window) => window.peers,
  ),
  defineFact({
    name: 'window.full',
    type: 'boolean',
    onlyOn: 'window',
    alwaysKnown: true,
    zh: '窗口开始时的情况是否已知（carry 为 true，且窗口之前有采样）',
    en: 'Whether a sample before the window tells how things stood at its beginning',
    resolve: ({ window }) => window?.full,
  }),
  number(
    'window.largestGapMinutes',
    '相邻两次采样最长隔了几分钟',
    'Longest gap between two samples',
    {},
    (window) => window.largestGapMs / 60_000,
  ),
];

function number<const P extends Parameters<typeof defineFact>[0]['params'] & object>(
  name: string,
  zh: string,
  en: string,
  params: P,
  measure: (window: WindowView, params: Given<P>) => number | undefined,
) {
  return defineFact({
    name,
    type: 'number',
    onlyOn: 'window',
    alwaysKnown: true,
    zh,
    en,
    params,
    resolve: ({ window }: FactScope, given) => window && measure(window, given as Given<P>),
  });
}

type Given<P> = { readonly [K in keyof P]: string };

/** Missing where no event in the window tells the field. */
function level(name: string, zh: string, en: string, measure: (values: readonly number[]) => number) {
  return defineFact({
    name,
    type: 'number',
    onlyOn: 'window',
    zh: `${zh}；没有一个事件告知时未知`,
    en: `${en}; missing where no event tells it`,
    params: { ...FIELD, ...EVENTS },
    resolve: ({ window }: FactScope, given) => {
      const values = window ? numbers(window, given) : [];
      return values.length === 0 ? undefined : measure(values);
    },
  });
}

/** Missing where there is nothing to divide by. */
function share(
  name: string,
  zh: string,
  en: string,
  measure: (
    window: WindowView,
    params: { readonly events: string; readonly of?: string },
  ) => number | undefined,
) {
  return defineFact({
    name,
    type: 'number',
    onlyOn: 'window',
    zh,
    en,
    params: RATIO,
    resolve: ({ window }: FactScope, { events, of }) =>
      window && measure(window, { events, ...(of !== undefined && { of }) }),
  });
}

function ratio(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}

function numbers(
  window: WindowView,
  { field, events }: { field: string; events?: string | undefined },
): number[] {
  return window.values(field, events).filter((value: JsonValue) => typeof value === 'number');
}
