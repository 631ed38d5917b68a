import { useTranslation } from 'react-i18next';
import { ChartCard } from '../charts/chart-card.js';
import { baseOption, nameAxis, useChartTheme } from '../charts/use-chart-theme.js';
import { mostFirst } from './most-first.js';
import type { SummaryChartProps } from './summary-chart.js';
import { toOpenAlerts } from './to-alerts.js';

const ROW = 30;
const COLUMN = 64;
/** Of the names of processes. */
const LABEL = 136;

/** Open alerts by process, the family of a work item, and kind of risk. */
export function HeatMap({ summary, orgUnit }: SummaryChartProps) {
  const { t } = useTranslation();
  const colours = useChartTheme();
  const groups = summary.data?.byProcess ?? [];
  const processes = mostFirst(groups, ({ process }) => process).map(([process]) => process);
  const kinds = mostFirst(groups, ({ kind }) => kind).map(([kind]) => kind);
  const nameOf = (process: string) => (process === '' ? t('home.noProcess') : process);
  const linkOf = (process: string, kind: string) =>
    toOpenAlerts({ kind, ...(process === '' ? { noProcess: 'true' } : { process }), orgUnit });
  const countOf = (process: string, kind: string) =>
    groups.find((group) => group.process === process && group.kind === kind)?.count ?? 0;
  const most = Math.max(1, ...groups.map(({ count }) => count));
  const cells = groups.map((group) => ({
    value: [kinds.indexOf(group.kind), processes.indexOf(group.process), group.count],
    label: { color: colours.heatInk[group.count > most * 0.55 ? 0 : 1] },
  }));
  return (
    <ChartCard
      name="heat"
      title={t('home.heat')}
      height={Math.max(220, processes.length * ROW + 40)}
      minWidth={LABEL + kinds.length * COLUMN}
      state={summary}
      isEmpty={groups.length === 0}
      emptyText={t('home.calm')}
      linkOf={({ index }) => {
        const group = groups[index];
        return group && linkOf(group.process, group.kind);
      }}
      columns={[t('common.process'), ...kinds.map((kind) => t(`kind.${kind}`))]}
      rows={processes.map((process) => ({
        label: nameOf(process),
        cells: kinds.map((kind) => {
          const count = countOf(process, kind);
          return count === 0 ? { text: '' } : { text: count, to: linkOf(process, kind) };
        }),
      }))}
      option={{
        ...baseOption(colours),
        grid: { left: LABEL, right: 4, top: 34, bottom: 4 },
        tooltip: {
          ...baseOption(colours).tooltip,
          formatter: ({ dataIndex }: { dataIndex: number }) => {
            const group = groups[dataIndex];
            return group ? `${escapeText(nameOf(group.process))} · ${t(`kind.${group.kind}`)}：${group.count}` : '';
          },
        },
        xAxis: nameAxis(
          colours,
          kinds.map((kind) => t(`kind.${kind}`)),
          { position: 'top', axisLine: { show: false }, axisLabel: { color: colours.faint, fontSize: 12, interval: 0 } },
        ),
        yAxis: nameAxis(colours, processes.map(nameOf), {
          inverse: true,
          axisLine: { show: false },
          axisLabel: { color: colours.text, fontSize: 12, width: LABEL - 16, overflow: 'truncate' },
        }),
        visualMap: { show: false, min: 0, max: most, dimension: 2, inRange: { color: [...colours.heat] } },
        series: [
          {
            type: 'heatmap',
            data: cells,
            label: { show: true, fontSize: 12, formatter: ({ value }: { value: number[] }) => String(value[2]) },
            itemStyle: { borderColor: colours.panel, borderWidth: 2, borderRadius: 4 },
          },
        ],
      }}
    />
  ); // prettier-ignore
}

/** ECharts takes what a formatter answers for markup; names of processes come from outside. */
function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
