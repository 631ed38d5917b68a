import { Button, Card, DatePicker, Space, Typography } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { listed } from '../api/client.js';
import { usePages } from '../api/hooks.js';
import type { Inspection } from '../api/types.js';
import { ListFoot } from '../components/list-foot.js';
import { QueryState } from '../components/query-state.js';
import { Time, toBusinessDate } from '../components/show.js';
import { UnitFilter } from '../components/unit-filter.js';
import { Chip } from '../components/chip.js';
import { placesOf } from '../inspection-draft.js';
import { useFilters } from '../use-filters.js';

/** The inspection tasks of a business date: what to look at, where, until when; made to be read on a phone. */
export function InspectionsPage() {
  const { t } = useTranslation();
  const { filters, change } = useFilters(['date', 'orgUnit']);
  const { date, orgUnit } = filters;
  const list = usePages('listInspections', { query: { date, orgUnit: listed(orgUnit), limit: 100 } });
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
        <UnitFilter value={orgUnit} onChange={(unit) => change('orgUnit', unit)} />
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
        <ListFoot list={list} />
      </QueryState>
    </>
  );
}

function Task({ task }: { readonly task: Inspection }) {
  const { t } = useTranslation();
  const total = placesOf(task).length;
  const done = task.status === 'done' ? total : (task.results ?? []).length;
  return (
    <Card
      size="small"
      title={<Link to={`/inspections/${encodeURIComponent(task.id)}`}>{task.plan.name}</Link>}
      extra={
        <Chip tone={task.status === 'done' ? 'good' : task.overdue ? 'bad' : 'info'}>
          {t(`inspections.status.${task.overdue && task.status !== 'done' ? 'overdue' : task.status}`)}
        </Chip>
      }
    >
      <p className="task-facts">
        {task.orgUnitName} · {task.date} · {t('inspections.assignTo')}:{' '}
        {t(`role.${task.assignTo}`, task.assignTo)} · {t('inspections.dueAt')}:{' '}
        <Time at={task.dueAt} isLate={task.overdue === true} />
      </p>
      {task.draw && (
        <p className="faint">
          {task.samples.length === 0
            ? t('inspections.noSamples')
            : t('inspections.drawn', { count: task.samples.length })}
        </p>
      )}
      <p className="faint">{t('inspections.done', { done, total })}</p>
    </Card>
  );
}
