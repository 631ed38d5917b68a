import { Input, Segmented, Select, Space, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { UnitFilter } from '../components/unit-filter.js';
import { useFilters } from '../use-filters.js';
import { DeadlineList } from '../work-order/deadline-list.js';
import { WorkOrderList } from '../work-order/work-order-list.js';

const STATUSES = ['open', 'closed', 'cancelled'] as const;
const VIEWS = ['list', 'soon', 'overdue'] as const;
const FILTERS = ['view', 'status', 'orgUnit', 'customerNo', 'process'] as const;

/** Work orders: by number straight to one, a list by unit, status and customer, or the limits that are due. */
export function WorkOrdersPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { filters, change } = useFilters(FILTERS);
  const view = VIEWS.find((one) => one === filters.view) ?? 'list';
  return (
    <>
      <Typography.Title level={1} className="page-title">
        {t('workOrders.title')}
      </Typography.Title>
      <Space wrap className="filters" role="search">
        <Segmented
          aria-label={t('workOrders.title')}
          value={view}
          onChange={(value) => change('view', value === 'list' ? '' : value)}
          options={VIEWS.map((value) => ({ value, label: t(`workOrders.views.${value}`) }))}
        />
        <Input.Search
          className="filter-wide"
          enterButton
          aria-label={t('workOrders.find')}
          placeholder={t('workOrders.find')}
          onSearch={(no) => {
            if (no.trim() !== '') void navigate(`/work-orders/${encodeURIComponent(no.trim())}`);
          }}
        />
        {view === 'list' && (
          <>
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
          </>
        )}
        <UnitFilter value={filters.orgUnit} onChange={(unit) => change('orgUnit', unit)} />
      </Space>
      {view === 'list' ? (
        <WorkOrderList filters={filters} />
      ) : (
        <DeadlineList due={view} orgUnit={filters.orgUnit} process={filters.process} />
      )}
    </>
  );
}
