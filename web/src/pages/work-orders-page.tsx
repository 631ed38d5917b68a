import { Button, Input, Select, Space, Table, TreeSelect, Typography } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { useOrgUnits, usePages } from '../api/hooks.js';
import type { WorkOrderRow } from '../api/types.js';
import { QueryState } from '../components/query-state.js';
import { Time } from '../components/show.js';
import { toTree } from '../components/unit-tree.js';
import { Chip } from '../components/chip.js';
import { useFilters } from '../use-filters.js';

const STATUSES = ['open', 'closed', 'cancelled'] as const;
const STATUS_TONES = { open: 'info', closed: 'good', cancelled: 'plain' } as const;
const FILTERS = ['status', 'orgUnit', 'customerNo', 'process'] as const;

/** Work orders: by number straight to one, or a list by unit, status and customer. */
export function WorkOrdersPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { filters, change } = useFilters(FILTERS);
  const { units, nameOf } = useOrgUnits();
  const list = usePages<WorkOrderRow>('/api/work-orders', {
    ...filters,
    subjectType: 'workOrder',
    limit: 100,
  });
  const tree = useMemo(() => toTree(units), [units]);
  return (
    <>
      <Typography.Title level={1} className="page-title">
        {t('workOrders.title')}
      </Typography.Title>
      <Space wrap className="filters" role="search">
        <Input.Search
          className="filter-wide"
          enterButton
          aria-label={t('workOrders.find')}
          placeholder={t('workOrders.find')}
          onSearch={(no) => {
            if (no.trim() !== '') void navigate(`/work-orders/${encodeURIComponent(no.trim())}`);
          }}
        />
        <Input.Search
          allowClear
          className="filter"
          aria-label={t('workOrders.customerNo')}
          placeholder={t('workOrders.customerNo')}
          defaultValue={filters.customerNo}
          onSearch={(value) => change('customerNo', value.trim())}
        />
        <Select
          allowClear
          className="filter"
          aria-label={t('common.status')}
          placeholder={t('common.status')}
          options={STATUSES.map((value) => ({ value, label: t(`workOrders.status.${value}`) }))}
          value={filters.status || undefined}
          onChange={(value?: string) => change('status', value ?? '')}
        />
        <TreeSelect
          allowClear
          treeDefaultExpandAll
          className="filter"
          aria-label={t('common.unit')}
          placeholder={t('common.unit')}
          treeData={tree}
          value={filters.orgUnit || undefined}
          onChange={(value?: string) => change('orgUnit', value ?? '')}
        />
      </Space>
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
        <div className="list-foot">
          {list.hasNextPage ? (
            <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {t('state.more')}
            </Button>
          ) : (
            <span className="faint">{t('state.end')}</span>
          )}
          <span className="faint">{t('common.count', { count: list.items.length })}</span>
        </div>
      </QueryState>
    </>
  );
}
