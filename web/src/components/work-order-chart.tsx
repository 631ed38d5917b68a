import { useTranslation } from 'react-i18next';
import { useRuleNames } from '../api/hooks.js';
import type { Alert, Clock } from '../api/types.js';
import { ScrollRegion } from './scroll-region.js';
import { toBusinessTime } from './show.js';

/** What the chart and the page read of a work order's state; times are ISO texts. */
export interface ShownWorkOrder {
  readonly no: string;
  readonly status: 'open' | 'closed' | 'cancelled';
  readonly process?: string;
  readonly customerNo?: string;
  readonly orgUnit?: string;
  readonly managingUnit?: string;
  readonly openedAt?: string;
  readonly endedAt?: string;
  readonly documents: readonly { readonly document: string }[];
  readonly pauses: readonly { readonly from: string; readonly to?: string }[];
  readonly stages: readonly {
    readonly stage: string;
    readonly visit: number;
    readonly arrivedAt?: string;
    readonly completedAt?: string;
    readonly sentAt?: string;
  }[];
}

const WIDTH = 1000;
const LABEL = 190;
const ROW = 26;
const TOP = 22;

/** Stages as bars, running and overdue limits under them, pauses shaded, alerts at their moments. */
export function WorkOrderChart(props: {
  readonly workOrder: ShownWorkOrder;
  readonly clocks: readonly Clock[];
  readonly alerts: readonly Alert[];
}) {
  const { t } = useTranslation();
  const ruleName = useRuleNames();
  const { workOrder, alerts } = props;
  const at = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text));
  const clocks = props.clocks.filter(
    ({ state, dueAt, undecided }) => state === 'running' && dueAt !== undefined && !undecided,
  );
  const instants = [
    ...workOrder.stages.flatMap(({ arrivedAt, completedAt, sentAt }) => [arrivedAt, completedAt, sentAt]),
    ...clocks.flatMap(({ anchorAt, dueAt }) => [anchorAt, dueAt]),
    ...alerts.map(({ firstAt }) => firstAt),
    workOrder.openedAt,
    workOrder.endedAt,
  ].flatMap((text) => at(text) ?? []);
  if (instants.length === 0) return <span className="faint">{t('state.empty')}</span>;
  const first = Math.min(...instants);
  const last = Math.max(...instants, first + 3_600_000);
  const x = (instant: number) => LABEL + ((instant - first) / (last - first)) * (WIDTH - LABEL - 12);
  const rows = workOrder.stages.length + clocks.length;
  const height = TOP + Math.max(1, rows) * ROW + 24;
  return (
    <ScrollRegion label={t('workOrders.timeline')}>
      <svg
        viewBox={`0 0 ${WIDTH} ${height}`}
        className="work-order-chart"
        role="img"
        aria-label={t('workOrders.timeline')}
      >
        {workOrder.pauses.map(({ from, to }) => {
          const start = x(Math.max(first, Date.parse(from)));
          const end = x(Math.min(last, at(to) ?? last));
          return (
            <rect
              key={from}
              className="chart-pause"
              x={start}
              y={TOP}
              width={Math.max(1, end - start)}
              height={height - TOP - 24}
            >
              <title>{t('workOrders.clockState.paused')}</title>
            </rect>
          );
        })}
        {workOrder.stages.map((stage, index) => {
          const start = at(stage.arrivedAt) ?? at(stage.completedAt) ?? first;
          const end = at(stage.completedAt) ?? at(stage.sentAt) ?? last;
          const y = TOP + index * ROW;
          const text = `${stage.stage}${stage.visit > 1 ? ` ${t('workOrders.visit', { visit: stage.visit })}` : ''}`;
          return (
            <g key={`${stage.stage}#${stage.visit}`}>
              <text x={0} y={y + 15} className="chart-label">
                {text}
              </text>
              <rect
                className={stage.completedAt ? 'chart-stage' : 'chart-stage chart-open'}
                x={x(start)}
                y={y + 3}
                width={Math.max(3, x(end) - x(start))}
                height={15}
                rx={3}
              >
                <title>{`${text} ${toBusinessTime(start)} – ${stage.completedAt ? toBusinessTime(stage.completedAt) : ''}`}</title>
              </rect>
            </g>
          );
        })}
        {clocks.map(({ key, rule, anchorAt, dueAt, overdue }, index) => {
          const y = TOP + (workOrder.stages.length + index) * ROW;
          const start = Date.parse(anchorAt);
          const due = at(dueAt) ?? last;
          return (
            <g key={key} className={overdue ? 'chart-late' : 'chart-clock'}>
              <text x={0} y={y + 15} className="chart-label chart-small">
                {ruleName(rule.id).slice(0, 16)}
              </text>
              <line x1={x(start)} x2={x(due)} y1={y + 11} y2={y + 11} />
              <line x1={x(due)} x2={x(due)} y1={y + 4} y2={y + 18} />
              <title>{`${ruleName(rule.id)}: ${toBusinessTime(start)} – ${toBusinessTime(due)}`}</title>
            </g>
          );
        })}
        {alerts.map(({ id, firstAt, severity, title }) => (
          <path
            key={id}
            className={`chart-alert severity-fill-${severity}`}
            d={`M ${x(Date.parse(firstAt))} ${TOP - 16} l 7 12 l -14 0 z`}
          >
            <title>{title}</title>
          </path>
        ))}
        <text x={LABEL} y={height - 6} className="chart-label chart-small">
          {toBusinessTime(first)}
        </text>
        <text x={WIDTH - 12} y={height - 6} textAnchor="end" className="chart-label chart-small">
          {toBusinessTime(last)}
        </text>
      </svg>
    </ScrollRegion>
  );
}
