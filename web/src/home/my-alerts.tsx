import { Card, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { OPEN_STATUSES } from '../alert-query.js';
import type { InputOf } from '../api/client.js';
import { useGet, useOrgUnits } from '../api/hooks.js';
import { QueryState } from '../components/query-state.js';
import { SeverityTag, Time } from '../components/show.js';
import { REFRESH_MS } from './refresh.js';
import { toOpenAlerts } from './to-alerts.js';

type AlertQuery = NonNullable<InputOf<'listAlerts'>['query']>;
const LISTED = 8;

/** Whose alerts: dispatched to me, escalated to me, those of the unit. */
const LISTS = {
  mine: { query: { assignee: ['me'] }, filters: { assignee: 'me' } },
  escalated: { query: { escalatedTo: ['me'] }, filters: { escalatedTo: 'me' } },
  unit: { query: {}, filters: {} },
} as const satisfies Record<string, { query: AlertQuery; filters: object }>;
type ListName = keyof typeof LISTS;
const NAMES = Object.keys(LISTS) as ListName[];

/** What needs me now, by when its step is due: first what was given to me, else what the unit has. */
export function MyAlerts({ orgUnit }: { readonly orgUnit: string }) {
  const { t } = useTranslation();
  const { nameOf } = useOrgUnits();
  const [chosen, setChosen] = useState<ListName>();
  const mine = useCount('mine');
  const escalated = useCount('escalated');
  const counts: Partial<Record<ListName, number | undefined>> = { mine, escalated };
  const name = chosen ?? (mine ? 'mine' : escalated ? 'escalated' : 'unit');
  const list = useGet(
    'listAlerts',
    {
      query: {
        ...LISTS[name].query,
        ...(name === 'unit' && orgUnit !== '' && { orgUnit: [orgUnit] }),
        status: [...OPEN_STATUSES],
        sort: 'due',
        limit: LISTED,
      },
    },
    REFRESH_MS,
  );
  const all = toOpenAlerts({
    ...LISTS[name].filters,
    sort: 'due',
    ...(name === 'unit' && { orgUnit }),
  });
  return (
    <Card
      size="small"
      className="my-alerts"
      title={t('home.mine')}
      extra={
        <Segmented<ListName>
          size="small"
          aria-label={t('home.mine')}
          value={name}
          onChange={setChosen}
          options={NAMES.map((value) => ({
            value,
            label: `${t(`home.lists.${value}`)}${counts[value] === undefined ? '' : ` ${counts[value]}`}`,
          }))}
        />
      }
    >
      <div className="fixed-list">
        <QueryState
          isPending={list.isPending}
          error={list.error}
          isEmpty={list.data?.items.length === 0}
          emptyText={t(name === 'unit' ? 'home.calm' : 'home.nothingOfMine')}
          onRetry={() => void list.refetch()}
        >
          <ul className="plain-list">
            {list.data?.items.map(({ id, severity, title, orgUnit: unit, stepDueAt }) => (
              <li key={id} className="due-line">
                <SeverityTag severity={severity} />
                <Link to={`/alerts/${encodeURIComponent(id)}`} className="cut" title={title}>
                  {title}
                </Link>
                <span className="faint due-unit">{nameOf(unit)}</span>
                <Time at={stepDueAt} isLate={stepDueAt !== undefined && Date.parse(stepDueAt) < Date.now()} />
              </li>
            ))}
          </ul>
        </QueryState>
      </div>
      <Link to={all}>{t('home.all')}</Link>
    </Card>
  );
}

function useCount(name: ListName): number | undefined {
  const query = { ...LISTS[name].query, status: [...OPEN_STATUSES] };
  return useGet('countAlerts', { query }, REFRESH_MS).data?.total;
}
