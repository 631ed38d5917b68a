import { App, Button, Card, DatePicker, Segmented, Space } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useGet, useRuleNames } from '../api/hooks.js';
import type { Report } from '../api/types.js';
import { useErrorText } from '../error-text.js';
import { saveFile, showPage, toBlob } from '../save-file.js';
import { useApi } from '../session.js';
import { useFilters } from '../use-filters.js';
import { Chip } from '../components/chip.js';
import { QueryState } from '../components/query-state.js';
import { ListTable } from '../components/list-table.js';
import { UnitFilter } from '../components/unit-filter.js';

const PERIODS = ['day', 'week', 'month'] as const;
const percent = (rate: number | null) => (rate === null ? '—' : `${Math.round(rate * 1000) / 10}%`);

/** The report of a day, week or statistics month for a unit; also as an Excel file and as a page to print. */
export function ReportView() {
  const { t } = useTranslation();
  const api = useApi();
  const errorText = useErrorText();
  const { message } = App.useApp();
  const { filters, change } = useFilters(['period', 'date', 'orgUnit']);
  const period = PERIODS.find((one) => one === filters.period) ?? 'day';
  const params = { period };
  const asked = { date: filters.date, orgUnit: filters.orgUnit };
  const query = useGet('getReport', { params, query: asked });
  const report = query.data;
  const fail = (error: Error) => void message.error(errorText(error));
  const excel = () =>
    api
      .getReport({ params, query: { ...asked, format: 'xlsx' } })
      .then((file) => saveFile(toBlob(file), `${report?.label ?? period}.xlsx`), fail);
  const print = () =>
    showPage(
      api.getReport({ params, query: { ...asked, format: 'html' } }),
      `${report?.label ?? period}.html`,
    ).catch(fail);
  return (
    <>
      <Space wrap className="filters" role="search">
        <Segmented
          value={period}
          onChange={(value) => change('period', value)}
          options={PERIODS.map((value) => ({ value, label: t(`report.period.${value}`) }))}
        />
        <DatePicker
          aria-label={t('common.date')}
          placeholder={t('common.date')}
          value={filters.date === '' ? null : dayjs(filters.date)}
          onChange={(day: dayjs.Dayjs | null) => change('date', day?.format('YYYY-MM-DD') ?? '')}
        />
        <UnitFilter value={filters.orgUnit} onChange={(unit) => change('orgUnit', unit)} />
        <Button onClick={() => void excel()}>{t('ledger.excel')}</Button>
        <Button onClick={() => void print()}>{t('inspections.print')}</Button>
      </Space>
      <QueryState isPending={query.isPending} error={query.error} onRetry={() => void query.refetch()}>
        {report && <Sheet report={report} />}
      </QueryState>
    </>
  );
}

function Sheet({ report }: { readonly report: Report }) {
  const { t } = useTranslation();
  const ruleName = useRuleNames();
  const { volumes, onTime, alerts, uncountedDates } = report;
  return (
    <div className="report">
      <h2>
        {report.orgUnitName} · {report.label}
      </h2>
      {uncountedDates.length > 0 && (
        <p className="faint">{t('report.uncounted', { dates: uncountedDates.join('、') })}</p>
      )}
      <div className="figures">
        {(Object.keys(volumes) as (keyof typeof volumes)[]).map((name) => (
          <div key={name} className="figure">
            <div className="faint">{t(`report.volume.${name}`)}</div>
            <strong>{volumes[name]}</strong>
          </div>
        ))}
      </div>
      <div className="cards">
        <Card size="small" title={t('report.onTime')}>
          <ListTable
            label={t('report.onTime')}
            rowKey="stage"
            dataSource={[...onTime]}
            columns={[
              { title: t('common.stage'), dataIndex: 'name' },
              { title: t('report.inTime'), dataIndex: 'onTime' },
              { title: t('report.late'), dataIndex: 'late' },
              { title: t('report.rate'), render: (_, { rate }) => percent(rate) },
            ]}
          />
        </Card>
        <Card size="small" title={t('report.alerts', { raised: alerts.raised, overdue: alerts.overdue })}>
          <ListTable
            label={t('nav.alerts')}
            rowKey="kind"
            dataSource={[...alerts.byKind]}
            columns={[
              { title: t('alerts.kind'), render: (_, { kind }) => t(`kind.${kind}`) },
              { title: t('report.raised'), dataIndex: 'raised' },
              { title: t('alertStatus.open'), dataIndex: 'open' },
              { title: t('outcome.confirmed'), dataIndex: 'confirmed' },
              { title: t('outcome.unconfirmed'), dataIndex: 'unconfirmed' },
            ]}
          />
        </Card>
        <Card size="small" title={t('report.precision')}>
          <ListTable
            label={t('report.precision')}
            rowKey="rule"
            dataSource={[...alerts.rules]}
            columns={[
              { title: t('common.rule'), render: (_, { rule }) => ruleName(rule) },
              { title: t('outcome.confirmed'), dataIndex: 'confirmed' },
              { title: t('report.precision'), render: (_, { precision }) => percent(precision) },
            ]}
          />
        </Card>
      </div>
      {alerts.cases.length > 0 && (
        <Card size="small" title={t('report.cases')}>
          <p className="faint">{t('report.casesHint')}</p>
          {alerts.cases.map(({ rule, kind, confirmed, examples }) => (
            <section key={rule} className="case">
              <h3>
                {ruleName(rule)} <Chip>{t(`kind.${kind}`)}</Chip>{' '}
                <span className="faint">{t('report.casesConfirmed', { count: confirmed })}</span>
              </h3>
              <ul>
                {examples.map(({ alert, title, advice }) => (
                  <li key={alert}>
                    <Link to={`/alerts/${encodeURIComponent(alert)}`}>{title}</Link>
                    <div className="faint">{advice}</div>
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </Card>
      )}
    </div>
  );
}
