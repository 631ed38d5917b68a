import { Button, Card, Collapse, DatePicker, Empty, Space, TreeSelect, Typography } from 'antd';
import dayjs from 'dayjs';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useOrgUnits, usePages } from '../api/hooks.js';
import type { Inspection } from '../api/types.js';
import { QueryState } from '../components/query-state.js';
import { Time, toBusinessDate } from '../components/show.js';
import { toTree } from '../components/unit-tree.js';
import { Chip } from '../components/chip.js';
import { FileDocuments } from '../components/file-documents.js';
import { useFilters } from '../use-filters.js';

/** The inspection tasks of a business date: what to look at, where, until when; made to be read on a phone. */
export function InspectionsPage() {
  const { t } = useTranslation();
  const { filters, change } = useFilters(['date', 'orgUnit']);
  const { units } = useOrgUnits();
  const { date, orgUnit } = filters;
  const list = usePages<Inspection>('/api/inspections', { date, orgUnit, limit: 100 });
  const tree = useMemo(() => toTree(units), [units]);
  return (
    <>
      <Typography.Title level={1} className="page-title">
        {t('inspections.title')}
      </Typography.Title>
      <Space wrap className="filters" role="search">
        <DatePicker
          aria-label={t('common.date')}
          placeholder={t('common.date')}
          value={date === '' ? null : dayjs(date)}
          onChange={(day: dayjs.Dayjs | null) => change('date', day?.format('YYYY-MM-DD') ?? '')}
        />
        <Button onClick={() => change('date', toBusinessDate(Date.now()))}>{t('inspections.today')}</Button>
        <TreeSelect
          allowClear
          treeDefaultExpandAll
          className="filter"
          aria-label={t('common.unit')}
          placeholder={t('common.unit')}
          treeData={tree}
          value={orgUnit || undefined}
          onChange={(value?: string) => change('orgUnit', value ?? '')}
        />
      </Space>
      <QueryState
        isPending={list.isPending}
        error={list.error}
        isEmpty={list.items.length === 0}
        onRetry={() => void list.refetch()}
      >
        <div className="cards">
          {list.items.map((task) => (
            <Task key={task.id} task={task} />
          ))}
        </div>
        {list.hasNextPage && (
          <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t('state.more')}
          </Button>
        )}
      </QueryState>
    </>
  );
}

function Task({ task }: { readonly task: Inspection }) {
  const { t } = useTranslation();
  const isSample = task.draw !== undefined;
  return (
    <Card
      size="small"
      title={task.plan.name}
      extra={
        <Chip tone={task.status === 'done' ? 'good' : 'info'}>{t(`inspections.status.${task.status}`)}</Chip>
      }
    >
      <p className="task-facts">
        {task.orgUnitName} · {task.date} · {t('inspections.assignTo')}:{' '}
        {t(`role.${task.assignTo}`, task.assignTo)} · {t('inspections.dueAt')}: <Time at={task.dueAt} />
      </p>
      {isSample && task.draw && (
        <p className="faint">
          {t('inspections.draw', {
            population: task.draw.populationSize,
            drawn: task.samples.length,
            ratio: `${Math.round(task.draw.ratio * 100)}%`,
            seed: task.draw.seed.slice(0, 12),
          })}
        </p>
      )}
      {isSample && task.samples.length === 0 && (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('inspections.noSamples')} />
      )}
      {task.items.length > 0 && <Checklist items={task.items} />}
      {task.samples.length > 0 && (
        <Collapse
          size="small"
          items={task.samples.map(({ workOrder, process, items, documents }) => ({
            key: workOrder,
            label: (
              <>
                {workOrder} {process}{' '}
                <span className="faint">{t('inspections.checks', { count: items.length })}</span>
              </>
            ),
            children: (
              <>
                <p>
                  <Link to={`/work-orders/${encodeURIComponent(workOrder)}`}>
                    {t('alerts.openWorkOrder')}
                  </Link>
                </p>
                <Checklist items={items} />
                {documents && <FileDocuments documents={documents} />}
              </>
            ),
          }))}
        />
      )}
    </Card>
  );
}

function Checklist({ items }: { readonly items: Inspection['items'] }) {
  return (
    <ol className="checklist">
      {items.map(({ id, text, clause }) => (
        <li key={id}>
          {text} <span className="faint">{clause}</span>
        </li>
      ))}
    </ol>
  );
}
