import { useTranslation } from 'react-i18next';
import { ChartCard } from '../charts/chart-card.js';
import { baseOption, countAxis, nameAxis, useChartTheme } from '../charts/use-chart-theme.js';
import { mostFirst } from './most-first.js';
import type { SummaryChartProps } from './summary-chart.js';
import { toOpenAlerts } from './to-alerts.js';

const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
/** A pattern beside the colour, so that neighbours can be told apart without it. */
const DECALS = {
  critical: { symbol: 'none' },
  high: { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [1, 5], rotation: -Math.PI / 4, color: 'rgba(0,0,0,0.2)' },
  medium: { symbol: 'circle', dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [6, 0], symbolSize: 0.5, color: 'rgba(0,0,0,0.16)' },
  low: { symbol: 'none' },
} as const; // prettier-ignore
const ROW = 30;

/** Open alerts by kind of risk, each by severity. */
export function KindChart({ summary, orgUnit }: SummaryChartProps) {
  const { t } = useTranslation();
  const colours = useChartTheme();
  const kinds = mostFirst(summary.data?.byKind ?? [], ({ kind }) => kind).map(([kind, total]) => ({
    kind,
    total,
  }));
  const linkOf = (kind: string, severity?: string) => toOpenAlerts({ kind, severity, orgUnit });
  const countOf = (kind: string, severity: string) =>
    summary.data?.byKind.find((group) => group.kind === kind && group.severity === severity)?.count ?? 0;
  const labels = kinds.map(({ kind }) => t(`kind.${kind}`));
  const totals = new Map(kinds.map(({ kind, total }) => [t(`kind.${kind}`), total]));
  return (
    <ChartCard
      name="kinds"
      title={t('home.byKind')}
      height={300}
      state={summary}
      isEmpty={kinds.length === 0}
      emptyText={t('home.calm')}
      linkOf={({ series, index }) => linkOf(kinds[index]?.kind ?? '', SEVERITIES[series])}
      columns={[
        t('alerts.kind'),
        ...SEVERITIES.map((severity) => t(`severity.${severity}`)),
        t('charts.sum'),
      ]}
      rows={kinds.map(({ kind, total }) => ({
        label: t(`kind.${kind}`),
        cells: [
          ...SEVERITIES.map((severity) => ({ text: countOf(kind, severity), to: linkOf(kind, severity) })),
          { text: total, to: linkOf(kind) },
        ],
      }))}
      option={{
        ...baseOption(colours),
        tooltip: { ...baseOption(colours).tooltip, trigger: 'axis', axisPointer: { type: 'shadow' } },
        xAxis: countAxis(colours),
        yAxis: nameAxis(colours, labels, {
          inverse: true,
          axisLine: { show: false },
          axisLabel: {
            color: colours.text,
            fontSize: 12,
            formatter: (label: string) => `${label}  ${totals.get(label) ?? ''}`,
          },
        }),
        series: SEVERITIES.map((severity) => ({
          type: 'bar',
          stack: 'all',
          name: t(`severity.${severity}`),
          barMaxWidth: Math.round(ROW * 0.6),
          color: colours.severity[severity],
          itemStyle: { decal: DECALS[severity], borderColor: colours.panel, borderWidth: 1 },
          data: kinds.map(({ kind }) => countOf(kind, severity)),
        })),
      }}
    />
  );
}
