import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { listed } from '../api/client.js';
import { useGet } from '../api/hooks.js';
import { ChartCard } from '../charts/chart-card.js';
import { baseOption, countAxis, nameAxis, useChartTheme } from '../charts/use-chart-theme.js';
import { toBusinessTime } from '../components/show.js';
import { REFRESH_MS } from './refresh.js';

/** How busy a business hall was through the day: first the one where most people waited. */
export function HallChart({ orgUnit }: { readonly orgUnit: string }) {
  const { t } = useTranslation();
  const colours = useChartTheme();
  const [chosen, setChosen] = useState<string>();
  const load = useGet('loadOfHalls', { query: { orgUnit: listed(orgUnit) } }, REFRESH_MS);
  const halls = load.data?.halls ?? [];
  const mostOf = (hall: (typeof halls)[number]) => Math.max(...hall.samples.map(({ waiting }) => waiting ?? 0));
  const busiest = [...halls].sort((a, b) => mostOf(b) - mostOf(a))[0];
  const shown = halls.find(({ hall }) => hall === chosen) ?? busiest;
  const samples = shown?.samples ?? [];
  const times = samples.map(({ at }) => toBusinessTime(at).slice(11));
  const to = `/work-orders/${encodeURIComponent(shown?.recordId ?? '')}`;
  const numbers = (name: 'waiting' | 'windowsOpen' | 'longestWaitMinutes') => samples.map((sample) => sample[name]);
  return (
    <ChartCard
      name="hall"
      title={`${t('home.hall')} ${load.data?.date ?? ''}`}
      height={260}
      state={load}
      isEmpty={samples.length === 0}
      emptyText={t('home.noSamples')}
      linkOf={() => to}
      extra={
        shown && (
          <>
            <Select
              size="small"
              className="hall-choice"
              aria-label={t('home.hall')}
              value={shown.hall}
              onChange={setChosen}
              options={halls.map(({ hall, orgUnitName }) => ({ value: hall, label: orgUnitName }))}
            />
            <Link to={to} className="hall-link">
              {t('home.hallDay')}
            </Link>
          </>
        )
      }
      columns={[t('common.time'), t('home.waiting'), t('home.windowsOpen'), t('home.longestWait')]}
      rows={samples.map(({ at, waiting, windowsOpen, longestWaitMinutes }, index) => ({
        label: times[index] ?? at,
        cells: [waiting, windowsOpen, longestWaitMinutes].map((value) => ({ text: value ?? '–', to })),
      }))}
      option={{
        ...baseOption(colours),
        tooltip: { ...baseOption(colours).tooltip, trigger: 'axis' },
        grid: { ...baseOption(colours).grid, top: 52 },
        xAxis: nameAxis(colours, times),
        yAxis: [
          countAxis(colours, { name: t('home.people'), nameTextStyle: { color: colours.faint, align: 'left' } }),
          countAxis(colours, {
            name: t('home.minutes'), splitLine: { show: false }, nameTextStyle: { color: colours.faint, align: 'right' },
          }),
        ],
        series: [
          { type: 'bar', name: t('home.waiting'), color: colours.main, barMaxWidth: 22, itemStyle: { borderRadius: [3, 3, 0, 0] }, data: numbers('waiting') },
          { type: 'line', name: t('home.windowsOpen'), color: colours.calm, step: 'middle', symbol: 'rect', symbolSize: 6, lineStyle: { width: 2, type: 'dashed' }, data: numbers('windowsOpen') },
          { type: 'line', name: t('home.longestWait'), color: colours.strong, yAxisIndex: 1, symbol: 'circle', symbolSize: 7, lineStyle: { width: 2 }, data: numbers('longestWaitMinutes') },
        ],
      }}
    />
  );
} // prettier-ignore
