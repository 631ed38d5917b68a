import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Grid, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { useOrgUnits, usePages } from '../api/hooks.js';
import type { Alert } from '../api/types.js';
import { AlertDrawer } from '../components/alert-drawer.js';
import { AlertFilters, FILTERS, type FilterName } from '../components/alert-filters.js';
import { AlertTable } from '../components/alert-table.js';
import { AlertViews } from '../components/alert-views.js';
import { BulkBar } from '../components/bulk-bar.js';
import { QueryState } from '../components/query-state.js';
import { AlertStatusTag, SeverityTag, Time } from '../components/show.js';
import { useTakeStep } from '../components/step-dialog.js';
import { useErrorText } from '../error-text.js';
import { useAlertKeys } from '../use-alert-keys.js';
import { useFilters } from '../use-filters.js';

/** What is still to be done. */
const OPEN = 'open,acknowledged,dispatched,rectified';
/** Besides the stream, for what changes by time alone. */
const REFRESH_MS = 60_000;

/** The inbox of alerts. Filters and the open alert stand in the address, so that a view can be kept and sent. */
export function AlertsPage() {
  const { t } = useTranslation();
  const { id } = useParams();
  const navigate = useNavigate();
  const { filters, change: changeFilter, query, clear } = useFilters(FILTERS);
  const list = usePages<Alert>(
    '/api/alerts',
    { ...filters, status: filters.status || OPEN, limit: 200 },
    REFRESH_MS,
  );
  const { items } = list;
  const isNarrow = Grid.useBreakpoint().md === false;
  const [marked, setMarked] = useState(0);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const acknowledge = useAcknowledge();
  const open = (alert: Alert | undefined) =>
    void navigate(
      `/alerts${alert ? `/${encodeURIComponent(alert.id)}` : ''}${query === '' ? '' : `?${query}`}`,
    );
  const change = (name: FilterName, value: string) => {
    setMarked(0);
    setChosen(new Set());
    changeFilter(name, value);
  };
  useAlertKeys({
    items,
    marked,
    isOpen: id !== undefined,
    onMark: setMarked,
    onOpen: open,
    onChoose: (alert) => setChosen(toggled(chosen, alert.id)),
    onAcknowledge: (alert) => void acknowledge(alert),
  });

  return (
    <>
      <Typography.Title level={1} className="page-title">
        {t('alerts.title')}
      </Typography.Title>
      <AlertViews query={query} />
      <AlertFilters filters={filters} isSet={query !== ''} onChange={change} onClear={clear} />
      <QueryState
        isPending={list.isPending}
        error={list.error}
        isEmpty={items.length === 0}
        emptyText={query === '' ? t('home.calm') : t('state.empty')}
        onRetry={() => void list.refetch()}
      >
        {!isNarrow && (
          <BulkBar
            chosen={items.filter((alert) => chosen.has(alert.id))}
            onClear={() => setChosen(new Set())}
          />
        )}
        {isNarrow ? (
          <AlertLines items={items} query={query} />
        ) : (
          <AlertTable
            items={items}
            marked={marked}
            chosen={chosen}
            onChoose={(ids) => setChosen(new Set(ids))}
            onOpen={(alert, index) => {
              setMarked(index);
              open(alert);
            }}
            onNearEnd={() => {
              if (list.hasNextPage && !list.isFetching) void list.fetchNextPage();
            }}
          />
        )}
        <div className="list-foot">
          {list.hasNextPage ? (
            <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {t('state.more')}
            </Button>
          ) : (
            <span className="faint">{t('state.end')}</span>
          )}
          <span className="faint">
            {t('common.count', { count: items.length })}
            {!isNarrow && ` · ${t('alerts.keys')}`}
          </span>
        </div>
      </QueryState>
      <AlertDrawer id={id} onClose={() => open(undefined)} />
    </>
  );
}

function AlertLines({ items, query }: { readonly items: readonly Alert[]; readonly query: string }) {
  const { nameOf } = useOrgUnits();
  return (
    <ul className="plain-list panel">
      {items.map((alert) => (
        <li key={alert.id} className="alert-line">
          <SeverityTag severity={alert.severity} />
          <AlertStatusTag status={alert.status} />
          <Link to={`/alerts/${encodeURIComponent(alert.id)}${query === '' ? '' : `?${query}`}`}>
            {alert.title}
          </Link>
          <span className="faint">
            {nameOf(alert.orgUnit)} · <Time at={alert.lastAt} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Acknowledges at once: it says no more than that somebody has seen it. */
function useAcknowledge() {
  const { t } = useTranslation();
  const take = useTakeStep();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const errorText = useErrorText();
  return async (alert: Alert) => {
    if (alert.status !== 'open' && alert.status !== 'silenced') return;
    try {
      await take([alert], 'acknowledge', {});
      void message.success(t('step.done', { step: t('step.acknowledge') }));
    } catch (error) {
      void message.error(errorText(error as Error));
    }
    await queries.invalidateQueries({ queryKey: ['/api/alerts'] });
  };
}

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}
