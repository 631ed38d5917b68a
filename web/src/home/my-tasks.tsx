import { Card } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { useGet } from '../api/hooks.js';
import type { Inspection } from '../api/types.js';
import { Chip } from '../components/chip.js';
import { QueryState } from '../components/query-state.js';
import { Time } from '../components/show.js';
import { useFilters } from '../use-filters.js';

const TONES = { planned: 'info', started: 'warn', done: 'good' } as const;
const LISTED = 7;

/** The inspection tasks of a day that I may see: first those that are still to be done, by when they are due. */
export function MyTasks(props: {
  readonly date: string;
  readonly tasks: ReturnType<typeof useGet<'listInspections'>>;
}) {
  const { date, tasks } = props;
  const { t } = useTranslation();
  const { orgUnit } = useFilters(['orgUnit']).filters;
  const all = new URLSearchParams({ date, ...(orgUnit !== '' && { orgUnit }) });
  const items = [...(tasks.data?.items ?? [])].sort(byNeed);
  return (
    <Card size="small" title={t('home.myTasks')} className="my-tasks">
      <div className="fixed-list">
        <QueryState
          isPending={tasks.isPending}
          error={tasks.error}
          isEmpty={items.length === 0}
          emptyText={t('home.noTasks')}
          onRetry={() => void tasks.refetch()}
        >
          <ul className="plain-list">
            {items.slice(0, LISTED).map(({ id, plan, orgUnitName, status, dueAt }) => (
              <li key={id} className="due-line">
                <Chip tone={TONES[status]}>{t(`inspections.status.${status}`)}</Chip>
                <Link to={`/inspections/${encodeURIComponent(id)}`} className="cut">
                  {plan.name}
                </Link>
                <span className="faint due-unit">{orgUnitName}</span>
                <Time at={dueAt} isLate={status !== 'done' && Date.parse(dueAt) < Date.now()} />
              </li>
            ))}
          </ul>
        </QueryState>
      </div>
      <Link to={`/inspections?${all.toString()}`}>{t('home.all')}</Link>
    </Card>
  );
}

function byNeed(a: Inspection, b: Inspection): number {
  return (
    Number(a.status === 'done') - Number(b.status === 'done') ||
    (a.dueAt < b.dueAt ? -1 : Number(a.dueAt > b.dueAt))
  );
}
