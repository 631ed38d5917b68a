import { useTranslation } from 'react-i18next';
import { ChartCard } from '../charts/chart-card.js';
import { baseOption, countAxis, nameAxis, useChartTheme } from '../charts/use-chart-theme.js';
import type { SummaryChartProps } from './summary-chart.js';
import { toOpenAlerts } from './to-alerts.js';

/** Open alerts by how long ago they were first found. */
export function AgeingChart({ summary, orgUnit }: SummaryChartProps) {
  const { t } = useTranslation();
  const colours = useChartTheme();
  const ages = summary.data?.byAge ?? [];
  const nameOf = (days: string) => t(`home.age.${days}`, days);
  const linkOf = (age: string) => toOpenAlerts({ age, orgUnit });
  return (
    <ChartCard
      name="ageing"
      title={t('home.byAge')}
      height={260}
      state={summary}
      isEmpty={ages.every(({ count }) => count === 0)}
      emptyText={t('home.calm')}
      linkOf={({ index }) => linkOf(ages[index]?.days ?? '')}
      columns={[t('home.byAge'), t('home.open')]}
      rows={ages.map(({ days, count }) => ({
        label: nameOf(days),
        cells: [{ text: count, to: linkOf(days) }],
      }))}
      option={{
        ...baseOption(colours),
        tooltip: { ...baseOption(colours).tooltip, trigger: 'axis', axisPointer: { type: 'shadow' } },
        legend: { show: false },
        grid: { ...baseOption(colours).grid, top: 24 },
        xAxis: nameAxis(
          colours,
          ages.map(({ days }) => nameOf(days)),
        ),
        yAxis: countAxis(colours),
        series: [
          {
            type: 'bar',
            name: t('home.open'),
            barMaxWidth: 44,
            color: colours.main,
            itemStyle: { borderRadius: [4, 4, 0, 0] },
            label: { show: true, position: 'top', color: colours.text, fontSize: 12 },
            data: ages.map(({ count }) => count),
          },
        ],
      }}
    />
  );
}
