import { Card, Col, Row, Statistic, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useGet, useOrgUnits } from '../api/hooks.js';
import type { Alert, AlertSummary, Deadline, Inspection, Page } from '../api/types.js';
import { Bars } from '../components/bars.js';
import { QueryState } from '../components/query-state.js';
import { SeverityTag, Time, toBusinessDate } from '../components/show.js';

/** Besides the stream, for what changes by time alone. */
const REFRESH_MS = 60_000;
const OPEN = 'open,acknowledged,dispatched,rectified';

/** What needs me now, and the unit's picture; every figure leads to the list behind it. */
export function HomePage() {
  const { t } = useTranslation();
  const { nameOf } = useOrgUnits();
  const summary = useGet<AlertSummary>('/api/alerts/summary', {}, REFRESH_MS);
  const urgent = useGet<Page<Alert>>(
    '/api/alerts',
    { status: OPEN, severity: 'critical,high', limit: 8 },
    REFRESH_MS,
  );
  const soon = useGet<Page<Deadline>>('/api/deadlines', { due: 'soon', hours: 24, limit: 200 }, REFRESH_MS);
  const date = toBusinessDate(Date.now());
  const tasks = useGet<Page<Inspection>>('/api/inspections', { date, limit: 200 }, REFRESH_MS);
  const data = summary.data;
  const high = data?.bySeverity
    .filter(({ severity }) => severity === 'high' || severity === 'critical')
    .reduce((sum, { count }) => sum + count, 0);
  const kinds = [...new Set(data?.byKind.map(({ kind }) => kind))].map((kind) => {
    const groups = data?.byKind.filter((group) => group.kind === kind) ?? [];
    const strong = groups.filter(({ severity }) => severity === 'high' || severity === 'critical');
    const total = (list: typeof groups) => list.reduce((sum, { count }) => sum + count, 0);
    return {
      label: t(`kind.${kind}`),
      count: total(groups),
      strong: total(strong),
      to: `/alerts?kind=${kind}`,
    };
  });
  const figures = [
    { key: 'open', value: data?.open, to: '/alerts' },
    { key: 'urgent', value: high, to: '/alerts?severity=critical,high' },
    { key: 'overdue', value: data?.overdue, to: '/alerts' },
    { key: 'soon', value: countOf(soon.data), to: '/alerts' },
    { key: 'tasks', value: countOf(tasks.data), to: `/inspections?date=${date}` },
  ] as const;
  return (
    <>
      <Typography.Title level={1} className="page-title">
        {t('home.title')}
      </Typography.Title>
      <QueryState isPending={summary.isPending} error={summary.error} onRetry={() => void summary.refetch()}>
        <div className="figures">
          {figures.map(({ key, value, to }) => (
            <Link key={key} to={to} className={`figure figure-${key}`}>
              <Statistic title={t(`home.${key}`)} value={value ?? '—'} />
            </Link>
          ))}
        </div>
        <Row gutter={[16, 16]}>
          <Col xs={24} lg={14}>
            <Card title={t('home.mine')} size="small">
              <QueryState
                isPending={urgent.isPending}
                error={urgent.error}
                isEmpty={urgent.data?.items.length === 0}
                emptyText={t('home.calm')}
                onRetry={() => void urgent.refetch()}
              >
                <ul className="plain-list">
                  {urgent.data?.items.map((alert) => (
                    <li key={alert.id} className="alert-line">
                      <SeverityTag severity={alert.severity} />
                      <Link to={`/alerts/${encodeURIComponent(alert.id)}`}>{alert.title}</Link>
                      <span className="faint">
                        {nameOf(alert.orgUnit)} <Time at={alert.lastAt} />
                      </span>
                    </li>
                  ))}
                </ul>
              </QueryState>
            </Card>
          </Col>
          <Col xs={24} lg={10}>
            <Card title={t('home.byKind')} size="small">
              <Bars bars={kinds.sort((a, b) => b.count - a.count)} strongText={t('home.urgent')} />
            </Card>
          </Col>
          <Col xs={24} md={12} lg={8}>
            <Card title={t('home.byUnit')} size="small">
              <Bars
                bars={(data?.byOrgUnit ?? []).slice(0, 10).map(({ orgUnit, count, high: strong }) => ({
                  label: nameOf(orgUnit) || t('common.none'),
                  count,
                  strong,
                  ...(orgUnit !== '' && { to: `/alerts?orgUnit=${encodeURIComponent(orgUnit)}` }),
                }))}
              />
            </Card>
          </Col>
          <Col xs={24} md={12} lg={6}>
            <Card title={t('home.byAge')} size="small">
              <Bars
                bars={(data?.byAge ?? []).map(({ days, count }) => ({ label: t(`home.age.${days}`), count }))}
              />
            </Card>
          </Col>
          <Col xs={24} lg={10}>
            <Card title={t('home.trend')} size="small">
              <Trend trend={data?.trend ?? []} />
            </Card>
          </Col>
        </Row>
      </QueryState>
    </>
  );
}

/** The first page holds 200 at most; what goes beyond is said, not guessed. */
function countOf(page: Page<unknown> | undefined): string | number | undefined {
  return page && (page.nextCursor === null ? page.items.length : `${page.items.length}+`);
}

function Trend({ trend }: { readonly trend: AlertSummary['trend'] }) {
  const { t } = useTranslation();
  const most = Math.max(1, ...trend.flatMap(({ raised, closed }) => [raised, closed]));
  return (
    <>
      <div className="trend" role="img" aria-label={t('home.trend')}>
        {trend.map(({ date, raised, closed }) => (
          <div
            key={date}
            className="trend-day"
            title={`${date}  ${t('home.raised')} ${raised}  ${t('home.closed')} ${closed}`}
          >
            <span className="trend-raised" style={{ height: `${(100 * raised) / most}%` }} />
            <span className="trend-closed" style={{ height: `${(100 * closed) / most}%` }} />
          </div>
        ))}
      </div>
      <div className="trend-legend">
        <span className="faint">{trend[0]?.date}</span>
        <span>
          <i className="swatch trend-raised" /> {t('home.raised')} <i className="swatch trend-closed" />{' '}
          {t('home.closed')}
        </span>
        <span className="faint">{trend.at(-1)?.date}</span>
      </div>
    </>
  );
}
