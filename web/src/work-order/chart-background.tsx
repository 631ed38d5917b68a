import { useTranslation } from 'react-i18next';
import type { Schemas } from '../api/client.js';
import { toBusinessDate, toBusinessTime } from '../components/show.js';
import { shadeDays, workedWeekends } from './shade-days.js';
import type { ShownWorkOrder } from './shown-work-order.js';
import { timeTicks } from './time-ticks.js';

/** What lies behind the rows: days off and hours without business, pauses, the time axis, and up to when it is known. */
export function ChartBackground(props: {
  readonly days: readonly Schemas['CalendarDay'][];
  readonly pauses: ShownWorkOrder['pauses'];
  readonly from: number;
  readonly to: number;
  readonly until: number;
  readonly x: (instant: number) => number;
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  /** Right end. */
  readonly width: number;
}) {
  const { days, pauses, from, to, until, x, top, bottom, left, width } = props;
  const { t } = useTranslation();
  const height = bottom - top;
  const ticks = timeTicks(from, to, Date.parse(days[0]?.startsAt ?? new Date(from).toISOString()));
  const wordOf = (tick: number) => (ticks.byHour ? toBusinessTime(tick).slice(5) : toBusinessDate(tick).slice(5));
  return (
    <>
      <defs>
        <pattern id="off-days" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="6" height="6" className="shade-off-ground" />
          <line x1="0" y1="0" x2="0" y2="6" className="shade-off-line" />
        </pattern>
      </defs>
      <rect x={left} y={top} width={width - left} height={height} className="chart-ground" />
      {shadeDays(days, from, to).map((shade) => (
        <rect key={shade.from} className={`shade-${shade.kind}`} data-shade={shade.kind} x={x(shade.from)} y={top} width={Math.max(0.5, x(shade.to) - x(shade.from))} height={height}>
          <title>{`${t(`workOrders.shading.${shade.kind}`)} ${toBusinessTime(shade.from)} – ${toBusinessTime(shade.to)}`}</title>
        </rect>
      ))}
      {workedWeekends(days).map(({ date, startsAt }) => (
        <text key={date} className="chart-worked" x={x(Date.parse(startsAt) + 43_200_000)} y={top + 11} textAnchor="middle" data-worked={date}>
          {t('workOrders.shading.worked')}
        </text>
      ))}
      {pauses.map((pause) => (
        <rect key={pause.from} className="chart-pause" x={x(Date.parse(pause.from))} y={top} width={Math.max(1, x(pause.to === undefined ? Math.min(until, to) : Date.parse(pause.to)) - x(Date.parse(pause.from)))} height={height}>
          <title>{`${t('workOrders.shading.paused')} ${pause.reason ?? ''}`}</title>
        </rect>
      ))}
      {ticks.at.map((tick) => (
        <g key={tick}>
          <line className="chart-tick" x1={x(tick)} x2={x(tick)} y1={top} y2={bottom} />
          <text className="chart-label chart-small" x={x(tick)} y={bottom + 17} textAnchor={x(tick) < left + 24 ? 'start' : x(tick) > width - 24 ? 'end' : 'middle'}>
            {wordOf(tick)}
          </text>
        </g>
      ))}
      {until < to && <line className="chart-now" x1={x(until)} x2={x(until)} y1={top - 4} y2={bottom} />}
    </>
  );
} // prettier-ignore
