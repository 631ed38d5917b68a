import { useQueryClient } from '@tanstack/react-query';
import { App, Grid, Typography } from 'antd';
import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { useOrgUnits, usePages } from '../api/hooks.js';
import type { Alert } from '../api/types.js';
import { mergeChanged } from '../api/live-alerts.js';
import { FILTERS, toAlertQuery } from '../alert-query.js';
import { AlertFilters } from '../components/alert-filters.js';
import { AlertTable } from '../components/alert-table.js';
import { AlertViews } from '../components/alert-views.js';
import { BulkBar } from '../components/bulk-bar.js';
import { ListFoot } from '../components/list-foot.js';
import { QueryState } from '../components/query-state.js';
import { AlertStatusTag, SeverityTag, Time } from '../components/show.js';
import { useTakeStep } from '../components/step-dialog.js';
import { useErrorText } from '../error-text.js';
import { useAlertKeys } from '../use-alert-keys.js';
import { useApi } from '../session.js';
import { useFilters } from '../use-filters.js';

/** Not part of what the list waits for. */
const AlertDrawer = lazy(() =>
  import('../components/alert-drawer.js').then((m) => ({ default: m.AlertDrawer })),
);
/** Besides the stream, for what changes by time alone. */
const REFRESH_MS = 60_000;

/** The inbox of alerts. Filters and the open alert stand in the address, so that a view can be kept and sent. */
export function AlertsPage() {
  const { t } = useTranslation();
  const { id } = useParams();
  const navigate = useNavigate();
  const { filters, change, query, clear } = useFilters(FILTERS);
  const list = usePages('listAlerts', { query: { ...toAlertQuery(filters), limit: 200 } }, REFRESH_MS);
  const { items } = list;
  const isNarrow = Grid.useBreakpoint().md === false;
  // The mark and the choice stay with their alerts, wherever these move to.
  const [marked, setMarked] = useState<string>();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  // They are of this list: another has another first alert, and nothing is chosen of what is not looked at.
  const [listed, setListed] = useState(query);
  if (listed !== query) {
    setListed(query);
    setMarked(undefined);
    setChosen(new Set());
  }
  // The alert that is open has the mark, however it was opened.
  if (id !== undefined && marked !== id) setMarked(id);
  useEffect(() => {
    if (marked === undefined && items[0]) setMarked(items[0].id);
  }, [marked, items]);
  const acknowledge = useAcknowledge();
  // From the first alert on it stays, so that it can close as it opened.
  const [hasDrawer, setHasDrawer] = useState(false);
  if (id !== undefined && !hasDrawer) setHasDrawer(true);
  const open = (alert: Alert | undefined) =>
    void navigate(
      `/alerts${alert ? `/${encodeURIComponent(alert.id)}` : ''}${query === '' ? '' : `?${query}`}`,
    );
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = list;
  const readOn = useCallback(() => {
    // After a failure it is for the button below the list to try again: by itself it would do so without end.
    if (hasNextPage && !isFetching && !isFetchNextPageError) void fetchNextPage();
  }, [hasNextPage, isFetching, isFetchNextPageError, fetchNextPage]);
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
            onChoose={setChosen}
            onOpen={(alert) => {
              setMarked(alert.id);
              open(alert);
            }}
            onNearEnd={readOn}
          />
        )}
        <ListFoot list={list} hint={isNarrow ? undefined : t('alerts.keys')} />
      </QueryState>
      {hasDrawer && (
        <Suspense fallback={null}>
          <AlertDrawer id={id} onClose={() => open(undefined)} />
        </Suspense>
      )}
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
  const api = useApi();
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
    await mergeChanged(queries, api, [alert.id]);
  };
}

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}
