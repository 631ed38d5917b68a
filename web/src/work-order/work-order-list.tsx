import { Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { listed } from '../api/client.js';
import { useOrgUnits, usePages } from '../api/hooks.js';
import type { WorkOrderRow } from '../api/types.js';
import { Chip } from '../components/chip.js';
import { ListFoot } from '../components/list-foot.js';
import { QueryState } from '../components/query-state.js';
import { Time } from '../components/show.js';

const STATUS_TONES = { open: 'info', closed: 'good', cancelled: 'plain' } as const;

/** Work orders by unit, status and customer. */
export function WorkOrderList({
  filters,
}: {
  readonly filters: Readonly<Record<'status' | 'orgUnit' | 'customerNo' | 'process', string>>;
}) {
  const { t } = useTranslation();
  const { nameOf } = useOrgUnits();
  const list = usePages('listWorkOrders', {
    query: {
      status: listed<WorkOrderRow['status']>(filters.status),
      orgUnit: listed(filters.orgUnit),
      customerNo: listed(filters.customerNo),
      process: listed(filters.process),
      subjectType: ['workOrder'],
      limit: 100,
    },
  });
  return (
    <QueryState
      isPending={list.isPending}
      error={list.error}
      isEmpty={list.items.length === 0}
      onRetry={() => void list.refetch()}
    >
      <Table<WorkOrderRow>
        rowKey="no"
        size="small"
        pagination={false}
        scroll={{ x: 900 }}
        dataSource={list.items}
        columns={[
          {
            title: t('workOrders.no'),
            render: (_, { no }) => <Link to={`/work-orders/${encodeURIComponent(no)}`}>{no}</Link>,
          },
          { title: t('common.process'), dataIndex: 'process' },
          { title: t('workOrders.customerNo'), dataIndex: 'customerNo' },
          { title: t('common.unit'), render: (_, { orgUnit }) => nameOf(orgUnit) },
          { title: t('workOrders.managingUnit'), render: (_, { managingUnit }) => nameOf(managingUnit) },
          {
            title: t('common.status'),
            render: (_, { status }) => (
              <Chip tone={STATUS_TONES[status]}>{t(`workOrders.status.${status}`)}</Chip>
            ),
          },
          { title: t('workOrders.archivedAt'), render: (_, { archivedAt }) => <Time at={archivedAt} /> },
        ]}
      />
      <ListFoot list={list} />
    </QueryState>
  );
}
