import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useGet, useRuleNames } from '../api/hooks.js';
import type { Clock, WorkOrderPage } from '../api/types.js';
import { ScrollRegion } from '../components/scroll-region.js';
import { toBusinessDate, toBusinessTime } from '../components/show.js';
import { ClockRow } from './clock-row.js';
import { ChartBackground } from './chart-background.js';
import { ChartLegend } from './chart-legend.js';
import { isLate } from './known-moments.js';
import type { ShownAlert, ShownWorkOrder } from './shown-work-order.js';
import { useWidth } from './use-width.js';

const ROW = 28;
const TOP = 44;
const BOTTOM = 26;
const LEAST_WIDTH = 680;
const LABEL = { wide: 200, narrow: 116 };
/** Letters of a name that there is room for. */
const LETTERS = { wide: 15, narrow: 8 };
const RIGHT = 18;
const LEAST_AHEAD_MS = 3 * 86_400_000;
/** Around what happened, as a part of it. */
const MARGIN = 0.03;
const MOST_CALENDAR_MS = 399 * 86_400_000;

/** Stages as bars, limits under them with their pauses, alerts at their moments; days off and hours without business are shaded. */
export function WorkOrderChart(props: {
  readonly workOrder: ShownWorkOrder;
  readonly clocks: readonly Clock[];
  readonly alerts: readonly ShownAlert[];
  readonly timeline: WorkOrderPage['timeline'];
  /** Up to when it is known, epoch ms. */
  readonly until: number;
  /** Times that the axis holds in any case, so that it stands still while one goes back. */
  readonly keep: readonly number[];
}) {
  const { workOrder, alerts, timeline, until, keep } = props;
  const { t } = useTranslation();
  const ruleName = useRuleNames();
  const { element, width: room } = useWidth<HTMLDivElement>(LEAST_WIDTH);
  const [showsAll, setShowsAll] = useState(false);
  const at = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text));
  const told = props.clocks.filter(({ state, undecided }) => state !== 'void' && !undecided);
  const clocks = showsAll ? told : told.filter(({ state }) => state !== 'stopped');
  const happened = [
    ...keep,
    ...timeline.map(({ time }) => Date.parse(time)),
    ...alerts.map((alert) => Date.parse(alert.at)),
    ...clocks.map(({ anchorAt }) => Date.parse(anchorAt)),
  ];
  const first = Math.min(...happened);
  const latest = Math.max(...happened);
  // What lies far ahead is pointed to rather than drawn: it would press the rest together.
  const horizon = latest + Math.max(LEAST_AHEAD_MS, latest - first);
  const ahead = [...clocks.map(({ dueAt }) => at(dueAt)), until];
  const last = Math.max(
    latest,
    first + 3_600_000,
    ...ahead.filter((instant) => instant !== undefined && instant <= horizon).map(Number),
  );
  const margin = (last - first) * MARGIN;
  const [from, to] = [first - margin, last + margin];
  const hasSpan = happened.length > 0;
  const calendarTo = Math.min(to, from + MOST_CALENDAR_MS);
  const calendar = useGet(
    'getCalendar',
    hasSpan && { query: { from: toBusinessDate(from), to: toBusinessDate(calendarTo) } },
  );
  if (!hasSpan) return <span className="faint">{t('state.empty')}</span>;

  const size = room < LEAST_WIDTH ? 'narrow' : 'wide';
  const left = LABEL[size];
  const cut = (text: string) => (text.length > LETTERS[size] ? `${text.slice(0, LETTERS[size])}…` : text);
  const width = Math.max(LEAST_WIDTH, room);
  const x = (instant: number) =>
    left + ((Math.min(to, Math.max(from, instant)) - from) / (to - from)) * (width - left - RIGHT);
  const rows = workOrder.stages.length + clocks.length;
  const bottom = TOP + Math.max(1, rows) * ROW;
  const height = bottom + BOTTOM;
  return (
    <div ref={element}>
      <ScrollRegion label={t('workOrders.timeline')}>
        <svg width={width} height={height} className="work-order-chart" role="group" aria-label={t('workOrders.timeline')}>
          <ChartBackground days={calendar.data?.days ?? []} pauses={workOrder.pauses} {...{ from, to, until, x, bottom }} top={TOP} left={left} width={width - RIGHT} />
          {timeline.map((event) => {
            const moment = x(Date.parse(event.time));
            return (
              <rect key={`${event.source}${event.id}`} className={isLate(event) ? 'chart-event chart-event-late' : 'chart-event'} x={moment - 3} y={TOP - 14} width={6} height={6} rx={isLate(event) ? 0 : 3} transform={isLate(event) ? `rotate(45 ${moment} ${TOP - 11})` : undefined}>
                <title>{`${toBusinessTime(event.time)} ${t(`eventType.${event.type.replace(/^yxzy\./, '').replaceAll('.', '_')}`, event.type)}`}</title>
              </rect>
            );
          })}
          {workOrder.stages.map((stage, index) => {
            const start = at(stage.arrivedAt) ?? at(stage.completedAt) ?? from;
            const done = at(stage.completedAt) ?? at(stage.sentAt);
            const end = done ?? Math.min(until, to);
            const y = TOP + index * ROW;
            const text = `${stage.stage}${stage.visit > 1 ? ` ${t('workOrders.visit', { visit: stage.visit })}` : ''}`;
            return (
              <g key={`${stage.stage}#${stage.visit}`}>
                <text x={0} y={y + 18} className="chart-label">
                  {cut(text)}
                </text>
                <rect className={done === undefined ? 'chart-stage chart-open' : 'chart-stage'} x={x(start)} y={y + 6} width={Math.max(4, x(end) - x(start))} height={16} rx={4}>
                  <title>{`${text} ${toBusinessTime(start)} – ${done === undefined ? '' : toBusinessTime(done)}`}</title>
                </rect>
              </g>
            );
          })}
          {clocks.map((clock, index) => (
            <ClockRow key={clock.key} clock={clock} name={ruleName(clock.rule.id)} shown={cut(ruleName(clock.rule.id))} to={to} pauses={workOrder.pauses} y={TOP + (workOrder.stages.length + index) * ROW} {...{ x, until }} />
          ))}
          {alerts.map(({ id, at: moment, severity, title }) => (
            <Link key={id} to={`/alerts/${encodeURIComponent(id)}`} aria-label={`${t(`severity.${severity}`)} ${title}`}>
              <path className={`chart-alert severity-fill-${severity}`} d={`M ${x(Date.parse(moment))} ${TOP - 40} l 8 14 l -16 0 z`}>
                <title>{`${toBusinessTime(moment)} ${t(`severity.${severity}`)} ${title}`}</title>
              </path>
            </Link>
          ))}
        </svg>
      </ScrollRegion>
      <ChartLegend hasPauses={workOrder.pauses.length > 0} />
      {told.some(({ state }) => state === 'stopped') && (
        <Button type="link" size="small" className="all-clocks" onClick={() => setShowsAll(!showsAll)}>
          {t(showsAll ? 'workOrders.runningClocks' : 'workOrders.allClocks', { count: told.length })}
        </Button>
      )}
    </div>
  );
} // prettier-ignore
