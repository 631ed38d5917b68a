import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { listed } from '../api/client.js';
import { useOrgUnits, usePages, useRuleNames } from '../api/hooks.js';
import { PagedTable } from '../components/paged-table.js';
import { Time } from '../components/show.js';

/** Limits that run: due within a day, or passed; earliest first. */
export function DeadlineList(props: {
  readonly due: 'soon' | 'overdue';
  readonly orgUnit: string;
  readonly process: string;
}) {
  const { due, orgUnit, process } = props;
  const { t } = useTranslation();
  const { nameOf } = useOrgUnits();
  const ruleName = useRuleNames();
  const query = { due, hours: 24, orgUnit: listed(orgUnit), process: listed(process), limit: 100 };
  const list = usePages('listDeadlines', { query });
  return (
    <PagedTable
      list={list}
      label={t('workOrders.clocks')}
      emptyText={t('workOrders.noDeadlines')}
      className="wide-table"
      columns={[
        {
          title: t('workOrders.dueAt'),
          render: (_, { dueAt }) => <Time at={dueAt} isLate={due === 'overdue'} />,
        },
        {
          title: t('workOrders.no'),
          render: (_, { recordId }) => (
            <Link to={`/work-orders/${encodeURIComponent(recordId)}`}>{recordId}</Link>
          ),
        },
        { title: t('workOrders.limitOf'), render: (_, { rule }) => ruleName(rule.id) },
        { title: t('common.process'), dataIndex: 'process' },
        { title: t('common.stage'), dataIndex: 'stage' },
        { title: t('common.unit'), render: (_, { orgUnit: unit }) => nameOf(unit) },
        {
          title: t('workOrders.hasAlert'),
          render: (_, { alertId }) =>
            alertId !== undefined && (
              <Link to={`/alerts/${encodeURIComponent(alertId)}`}>{t('common.detail')}</Link>
            ),
        },
      ]}
    />
  );
}
