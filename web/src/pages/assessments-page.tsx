import { Segmented, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMe } from '../api/hooks.js';
import { Ledger } from '../components/ledger.js';
import { ReportView } from '../components/report-view.js';
import { Statements } from '../components/statements.js';
import { useFilters } from '../use-filters.js';

const VIEWS = ['statements', 'ledger', 'report'] as const;

/** How the days and months are closed: statements of each day, what is charged to whom, and the reports. */
export function AssessmentsPage() {
  const { t } = useTranslation();
  const { filters, change } = useFilters(['view']);
  const mayReport = useMe()?.roles.some((role) => ['admin', 'supervisor', 'auditor'].includes(role)) ?? false;
  const view = VIEWS.find((one) => one === filters.view) ?? 'statements';
  return (
    <>
      <Typography.Title level={1} className="page-title">
        {t('assessments.title')}
      </Typography.Title>
      <Segmented
        className="gap-below"
        value={view}
        onChange={(value) => change('view', value)}
        options={VIEWS.filter((one) => one !== 'report' || mayReport).map((value) => ({
          value,
          label: t(`assessments.view.${value}`),
        }))}
      />
      {view === 'statements' && <Statements />}
      {view === 'ledger' && <Ledger />}
      {view === 'report' && <ReportView />}
    </>
  );
}
