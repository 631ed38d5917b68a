import { Col, Row, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { listed } from '../api/client.js';
import { useGet, useHasRole } from '../api/hooks.js';
import { toBusinessDate } from '../components/show.js';
import { UnitFilter } from '../components/unit-filter.js';
import { AgeingChart } from '../home/ageing-chart.js';
import { Figures } from '../home/figures.js';
import { HallChart } from '../home/hall-chart.js';
import { HeatMap } from '../home/heat-map.js';
import { KindChart } from '../home/kind-chart.js';
import { MyAlerts } from '../home/my-alerts.js';
import { MyTasks } from '../home/my-tasks.js';
import { OnTime } from '../home/on-time.js';
import { REFRESH_MS } from '../home/refresh.js';
import { toOpenAlerts } from '../home/to-alerts.js';
import { TrendChart } from '../home/trend-chart.js';
import { UnitBars } from '../home/unit-bars.js';
import { useFilters } from '../use-filters.js';

/** What needs me now, and the unit's picture; every figure leads to the list behind it. */
export function HomePage() {
  const { t } = useTranslation();
  const { filters, change } = useFilters(['orgUnit']);
  const { orgUnit } = filters;
  const seesReports = useHasRole('supervisor', 'auditor');
  const query = { orgUnit: listed(orgUnit) };
  const summary = useGet('summarizeAlerts', { query }, REFRESH_MS);
  const soon = useGet('listDeadlines', { query: { ...query, due: 'soon', hours: 24, limit: 200 } }, REFRESH_MS);
  const date = toBusinessDate(Date.now());
  const tasks = useGet('listInspections', { query: { ...query, date, limit: 200 } }, REFRESH_MS);
  const { data } = summary;
  const grave = data?.bySeverity
    .filter(({ severity }) => severity === 'high' || severity === 'critical')
    .reduce((sum, { count }) => sum + count, 0);
  const left = tasks.data?.items.filter(({ status }) => status !== 'done').length;
  const ofUnit = orgUnit === '' ? '' : `&orgUnit=${encodeURIComponent(orgUnit)}`;
  const chart = { summary, orgUnit };
  return (
    <>
      <div className="page-head">
        <Typography.Title level={1} className="page-title">
          {t('home.title')}
        </Typography.Title>
        <UnitFilter placeholder={t('home.allUnits')} value={orgUnit} onChange={(unit) => change('orgUnit', unit)} />
      </div>
      <Figures
        figures={[
          { name: 'open', title: t('home.open'), value: data?.open, to: toOpenAlerts({ orgUnit }) },
          { name: 'grave', title: t('home.urgent'), value: grave, to: toOpenAlerts({ severity: 'critical,high', orgUnit }), isGrave: true },
          { name: 'overdue', title: t('home.overdue'), value: data?.overdue, to: toOpenAlerts({ overdue: 'true', orgUnit }), isGrave: true },
          { name: 'soon', title: t('home.soon'), value: countOf(soon.data), to: `/work-orders?view=soon${ofUnit}` },
          { name: 'tasks', title: t('home.tasks'), value: countOf(tasks.data), more: left ? t('home.left', { count: left }) : undefined, to: `/inspections?date=${date}${ofUnit}` },
        ]}
      />
      <Row gutter={[16, 16]}>
        <Col xs={24} lg={14}>
          <MyAlerts orgUnit={orgUnit} />
        </Col>
        <Col xs={24} lg={10}>
          <MyTasks date={date} tasks={tasks} />
        </Col>
        <Col xs={24} lg={seesReports ? 14 : 24}>
          <KindChart {...chart} />
        </Col>
        {seesReports && (
          <Col xs={24} lg={10}>
            <OnTime orgUnit={orgUnit} />
          </Col>
        )}
        <Col xs={24} xl={16}>
          <HeatMap {...chart} />
        </Col>
        <Col xs={24} md={12} xl={8}>
          <UnitBars summary={summary} />
        </Col>
        <Col xs={24} md={12} xl={8}>
          <AgeingChart {...chart} />
        </Col>
        <Col xs={24} xl={16}>
          <TrendChart {...chart} />
        </Col>
        <Col span={24}>
          <HallChart orgUnit={orgUnit} />
        </Col>
      </Row>
    </>
  );
} // prettier-ignore

/** The first page holds 200 at most; what goes beyond is said, not guessed. */
function countOf(
  page: { readonly items: readonly unknown[]; readonly nextCursor: string | null } | undefined,
) {
  return page && (page.nextCursor === null ? page.items.length : `${page.items.length}+`);
}
