import { useTranslation } from 'react-i18next';
import { ChartCard } from '../charts/chart-card.js';
import { baseOption, countAxis, nameAxis, useChartTheme } from '../charts/use-chart-theme.js';
import { toBusinessDate } from '../components/show.js';
import type { SummaryChartProps } from './summary-chart.js';
import { toAllAlerts } from './to-alerts.js';

const DAYS = 30;
const DAY_MS = 86_400_000;

/** Alerts raised and closed, day by day. */
export function TrendChart({ summary, orgUnit }: SummaryChartProps) {
  const { t } = useTranslation();
  const colours = useChartTheme();
  const known = new Map(summary.data?.trend.map((day) => [day.date, day]));
  const now = Date.now();
  const days = Array.from({ length: DAYS }, (_, index) => {
    const date = toBusinessDate(now - (DAYS - 1 - index) * DAY_MS);
    return known.get(date) ?? { date, raised: 0, closed: 0 };
  });
  const linkOf = (what: 'raised' | 'closed', date: string) =>
    toAllAlerts({ [`${what}From`]: date, [`${what}To`]: date, orgUnit });
  const line = (what: 'raised' | 'closed', color: string, look: object) => ({
    type: 'line',
    name: t(`home.${what}`),
    color,
    symbolSize: 7,
    data: days.map((day) => day[what]),
    ...look,
  });
  return (
    <ChartCard
      name="trend"
      title={t('home.trend')}
      height={260}
      state={summary}
      isEmpty={days.every(({ raised, closed }) => raised + closed === 0)}
      emptyText={t('state.empty')}
      linkOf={({ series, index }) => linkOf(series === 0 ? 'raised' : 'closed', days[index]?.date ?? '')}
      columns={[t('common.date'), t('home.raised'), t('home.closed')]}
      rows={days.toReversed().map(({ date, raised, closed }) => ({
        label: date,
        cells: [
          { text: raised, to: linkOf('raised', date) },
          { text: closed, to: linkOf('closed', date) },
        ],
      }))}
      option={{
        ...baseOption(colours),
        tooltip: { ...baseOption(colours).tooltip, trigger: 'axis' },
        xAxis: nameAxis(colours, days.map(({ date }) => date.slice(5))),
        yAxis: countAxis(colours),
        series: [
          line('raised', colours.strong, { symbol: 'circle', lineStyle: { width: 2 } }),
          // Dashed and square: told apart without the colour.
          line('closed', colours.calm, { symbol: 'rect', lineStyle: { width: 2, type: 'dashed' } }),
        ],
      }}
    />
  ); // prettier-ignore
}
