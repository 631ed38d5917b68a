import { useTranslation } from 'react-i18next';
import type { Clock } from '../api/types.js';
import { toBusinessTime } from '../components/show.js';
import type { ShownWorkOrder } from './shown-work-order.js';

/** A limit over time: it runs from its anchor to where it is due, dashed while it stands still, and in red beyond. */
export function ClockRow(props: {
  readonly clock: Clock;
  readonly name: string;
  /** The same, as far as there is room. */
  readonly shown: string;
  readonly pauses: ShownWorkOrder['pauses'];
  readonly x: (instant: number) => number;
  readonly y: number;
  readonly until: number;
  /** Right end of the axis. */
  readonly to: number;
}) {
  const { clock, name, shown, pauses, x, y, until, to } = props;
  const { t } = useTranslation();
  const start = Date.parse(clock.anchorAt);
  const stopped = clock.stoppedAt === undefined ? undefined : Date.parse(clock.stoppedAt);
  const due = clock.dueAt === undefined ? undefined : Date.parse(clock.dueAt);
  const end = stopped ?? due ?? until;
  const run = due === undefined ? end : Math.min(due, end);
  const lateTo = stopped ?? until;
  const state = clock.overdue ? t('workOrders.overdue') : t(`workOrders.clockState.${clock.state}`);
  const middle = y + 14;
  return (
    <g className={clock.overdue ? 'chart-clock chart-late' : 'chart-clock'}>
      <title>{`${name} · ${state}：${toBusinessTime(start)} – ${due === undefined ? '' : toBusinessTime(due)}`}</title>
      <text x={0} y={y + 18} className="chart-label chart-small">
        {shown}
      </text>
      <line x1={x(start)} x2={x(run)} y1={middle} y2={middle} />
      {pauses.map(({ from, to }) => {
        const stands = [Math.max(start, Date.parse(from)), Math.min(run, to === undefined ? until : Date.parse(to))];
        const [since = 0, till = 0] = stands;
        return since < till && <line key={from} className="chart-stands" x1={x(since)} x2={x(till)} y1={middle} y2={middle} />;
      })}
      {due !== undefined && lateTo > due && clock.state !== 'paused' && (
        <line className="chart-beyond" x1={x(due)} x2={x(lateTo)} y1={middle} y2={middle} />
      )}
      <circle className="chart-anchor" cx={x(start)} cy={middle} r={3.5} />
      {due !== undefined && due > to && (
        <>
          <path className="chart-further" d={`M ${x(to)} ${middle} l -8 -5 l 0 10 z`} />
          <text x={x(to) - 12} y={middle - 5} textAnchor="end" className="chart-label chart-small">
            {toBusinessTime(due).slice(0, 10)}
          </text>
        </>
      )}
      {due !== undefined && due <= to && <line className="chart-due" x1={x(due)} x2={x(due)} y1={y + 5} y2={y + 23} />}
      {stopped !== undefined && <circle className="chart-stopped" cx={x(stopped)} cy={middle} r={4} />}
    </g>
  );
} // prettier-ignore
