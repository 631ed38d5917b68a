import { Card } from 'antd';
import { useTranslation } from 'react-i18next';
import { useOrgUnits } from '../api/hooks.js';
import { Bars } from '../components/bars.js';
import { QueryState } from '../components/query-state.js';
import type { SummaryChartProps } from './summary-chart.js';
import { toOpenAlerts } from './to-alerts.js';

const LISTED = 9;

/** Open alerts by unit, most first. */
export function UnitBars({ summary }: Pick<SummaryChartProps, 'summary'>) {
  const { t } = useTranslation();
  const { nameOf } = useOrgUnits();
  const units = summary.data?.byOrgUnit ?? [];
  return (
    <Card size="small" title={t('home.byUnit')} className="chart-card-units">
      <div style={{ minHeight: 260 }}>
        <QueryState
          isPending={summary.isPending}
          error={summary.error}
          isEmpty={units.length === 0}
          emptyText={t('home.calm')}
          onRetry={() => void summary.refetch()}
        >
          <Bars
            strongText={t('home.graveShort')}
            bars={units.slice(0, LISTED).map(({ orgUnit, count, high }) => ({
              label: nameOf(orgUnit) || t('common.none'),
              count,
              strong: high,
              ...(orgUnit !== '' && { to: toOpenAlerts({ ownUnit: orgUnit }) }),
            }))}
          />
        </QueryState>
      </div>
    </Card>
  );
}
