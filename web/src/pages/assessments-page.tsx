import { Segmented, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { useHasRole, useIsReader } from '../api/hooks.js';
import { Ledger } from '../closing/ledger.js';
import { ReportView } from '../closing/report-view.js';
import { Statements } from '../closing/statements.js';
import { useFilters } from '../use-filters.js';

const VIEWS = ['statements', 'ledger', 'report'] as const;

/** How the days and months are closed: statements of each day, what is charged to whom, and the reports. */
export function AssessmentsPage() {
  const { t } = useTranslation();
  const { filters, change } = useFilters(['view']);
  const isReader = useIsReader();
  const mayReport = useHasRole('supervisor', 'auditor');
  const may = { statements: isReader, ledger: true, report: mayReport };
  const views = VIEWS.filter((one) => may[one]);
  const view = views.find((one) => one === filters.view) ?? (isReader ? 'statements' : 'ledger');
  return (
    <>
      <Typography.Title level={1} className="page-title">
        {t('assessments.title')}
      </Typography.Title>
      <div className="gap-below">
        <Segmented
          value={view}
          onChange={(value) => change('view', value)}
          options={views.map((value) => ({
            value,
            label: t(`assessments.view.${value}`),
          }))}
        />
      </div>
      {view === 'statements' && <Statements />}
      {view === 'ledger' && <Ledger />}
      {view === 'report' && <ReportView />}
    </>
  );
}
