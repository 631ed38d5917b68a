import { Card, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useGet } from '../api/hooks.js';
import { QueryState } from '../components/query-state.js';
import { toAllAlerts } from './to-alerts.js';

const PERIODS = ['day', 'week', 'month'] as const;

/** On-time rates of the assessed stages, by the report of a period; each leads to the alerts of the limits that were missed. */
export function OnTime({ orgUnit }: { readonly orgUnit: string }) {
  const { t } = useTranslation();
  const [period, setPeriod] = useState<(typeof PERIODS)[number]>('month');
  const report = useGet('getReport', { params: { period }, query: orgUnit === '' ? {} : { orgUnit } });
  const data = typeof report.data === 'object' && 'onTime' in report.data ? report.data : undefined;
  const more = new URLSearchParams({ view: 'report', period, ...(orgUnit !== '' && { orgUnit }) });
  return (
    <Card
      size="small"
      title={t('home.onTime')}
      className="on-time"
      extra={
        <Segmented
          size="small"
          aria-label={t('home.onTime')}
          value={period}
          onChange={setPeriod}
          options={PERIODS.map((value) => ({ value, label: t(`home.period.${value}`) }))}
        />
      }
    >
      <div className="fixed-rates">
        <QueryState
          isPending={report.isPending}
          error={report.error}
          isEmpty={data?.onTime.length === 0}
          onRetry={() => void report.refetch()}
        >
          <ul className="rates">
            {data?.onTime.map(({ stage, name, rules, onTime, late, rate }) => (
              <li key={stage}>
                <Link
                  className="rate"
                  data-stage={stage}
                  to={toAllAlerts({
                    rule: rules.join(','), phase: 'overdue', orgUnit, raisedFrom: data.from, raisedTo: data.to,
                  })} // prettier-ignore
                >
                  <span className="rate-name">{name}</span>
                  <span className="rate-track" aria-hidden="true">
                    <span className="rate-fill" style={{ width: `${100 * (rate ?? 0)}%` }} />
                  </span>
                  <span className="rate-value">
                    {rate === null ? '—' : `${Math.round(rate * 1000) / 10}%`}
                    <small>{rate === null ? t('home.undecided') : t('home.rate', { onTime, late })}</small>
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        </QueryState>
      </div>
      <Link to={`/assessments?${more.toString()}`}>{t('home.report')}</Link>
      {data && data.uncountedDates.length > 0 && (
        <span className="faint gap-left">{t('home.uncounted', { count: data.uncountedDates.length })}</span>
      )}
    </Card>
  );
}
