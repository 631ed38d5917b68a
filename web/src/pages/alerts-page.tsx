import { Button, Grid, Input, Select, Space, Table, TreeSelect, Typography } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { useOrgUnits, usePages } from '../api/hooks.js';
import type { Alert } from '../api/types.js';
import { AlertDrawer } from '../components/alert-drawer.js';
import { QueryState } from '../components/query-state.js';
import { AlertStatusTag, SeverityTag, Time } from '../components/show.js';
import { toTree } from '../components/unit-tree.js';
import { useFilters } from '../use-filters.js';

const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
const STATUSES = [
  'open',
  'acknowledged',
  'dispatched',
  'rectified',
  'closed',
  'auto_closed',
  'silenced',
] as const;
const KINDS = [
  'timeout', 'missing-signature', 'unsent-flow', 'missing-document', 'data-entry', 'separation-of-duty', 'handover',
  'sequence', 'outside-system', 'service', 'incident', 'contract', 'inspection', 'confidentiality', 'feed',
] as const; // prettier-ignore
const FILTERS = ['status', 'severity', 'kind', 'orgUnit', 'subject', 'rule', 'process'] as const;
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
  const { units, nameOf } = useOrgUnits();
  const list = usePages<Alert>(
    '/api/alerts',
    { ...filters, status: filters.status || OPEN, limit: 100 },
    REFRESH_MS,
  );
  const { items } = list;
  const isNarrow = Grid.useBreakpoint().md === false;
  const [marked, setMarked] = useState(0);
  const open = (alert: Alert | undefined) =>
    void navigate(
      `/alerts${alert ? `/${encodeURIComponent(alert.id)}` : ''}${query === '' ? '' : `?${query}`}`,
    );
  const change = (name: (typeof FILTERS)[number], value: string) => {
    setMarked(0);
    changeFilter(name, value);
  };
  useKeys({ items, marked, isOpen: id !== undefined, onMark: setMarked, onOpen: open });

  const options = (names: readonly string[], prefix: string) =>
    names.map((value) => ({ value, label: t(`${prefix}.${value}`) }));
  const tree = useMemo(() => toTree(units), [units]);
  return (
    <>
      <Typography.Title level={1} className="page-title">
        {t('alerts.title')}
      </Typography.Title>
      <Space wrap className="filters" role="search">
        <Select
          mode="multiple"
          allowClear
          maxTagCount="responsive"
          className="filter"
          aria-label={t('common.status')}
          placeholder={`${t('common.status')}: ${t('home.open')}`}
          options={options(STATUSES, 'alertStatus')}
          value={toList(filters.status)}
          onChange={(value: string[]) => change('status', value.join(','))}
        />
        <Select
          mode="multiple"
          allowClear
          maxTagCount="responsive"
          className="filter"
          aria-label={t('alerts.severity')}
          placeholder={t('alerts.severity')}
          options={options(SEVERITIES, 'severity')}
          value={toList(filters.severity)}
          onChange={(value: string[]) => change('severity', value.join(','))}
        />
        <Select
          mode="multiple"
          allowClear
          maxTagCount="responsive"
          className="filter"
          aria-label={t('alerts.kind')}
          placeholder={t('alerts.kind')}
          options={options(KINDS, 'kind')}
          value={toList(filters.kind)}
          onChange={(value: string[]) => change('kind', value.join(','))}
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
        <Input.Search
          allowClear
          className="filter"
          aria-label={t('alerts.subject')}
          placeholder={t('alerts.subjectPlaceholder')}
          defaultValue={filters.subject}
          onSearch={(value) => change('subject', value.trim())}
        />
        {filters.rule && (
          <Button onClick={() => change('rule', '')}>
            {t('common.rule')}: {filters.rule} ✕
          </Button>
        )}
        {query !== '' && (
          <Button type="link" onClick={clear}>
            {t('common.reset')}
          </Button>
        )}
      </Space>
      <QueryState
        isPending={list.isPending}
        error={list.error}
        isEmpty={items.length === 0}
        emptyText={query === '' ? t('home.calm') : t('state.empty')}
        onRetry={() => void list.refetch()}
      >
        {isNarrow ? (
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
        ) : (
          <Table<Alert>
            rowKey="id"
            size="small"
            virtual
            scroll={{ x: 1080, y: Math.max(320, window.innerHeight - 300) }}
            pagination={false}
            dataSource={items}
            rowClassName={(_, index) => (index === marked ? 'marked' : '')}
            onRow={(alert, index) => ({
              onClick: () => {
                setMarked(index ?? 0);
                open(alert);
              },
            })}
            columns={[
              {
                title: t('alerts.severity'),
                width: 100,
                render: (_, { severity }) => <SeverityTag severity={severity} />,
              },
              {
                title: t('alerts.title_'),
                width: 400,
                render: (_, alert) => (
                  <a
                    href={`/alerts/${encodeURIComponent(alert.id)}`}
                    onClick={(event) => {
                      if (event.ctrlKey || event.metaKey || event.shiftKey) event.stopPropagation();
                      else event.preventDefault();
                    }}
                  >
                    {alert.title}
                  </a>
                ),
              },
              {
                title: t('alerts.kind'),
                width: 110,
                render: (_, { riskPoint }) => t(`kind.${riskPoint.kind}`),
              },
              {
                title: t('common.unit'),
                width: 170,
                ellipsis: true,
                render: (_, { orgUnit }) => nameOf(orgUnit),
              },
              {
                title: t('alerts.dueAt'),
                width: 150,
                render: (_, { dueAt, phase }) => <Time at={dueAt} isLate={phase === 'overdue'} />,
              },
              { title: t('alerts.lastAt'), width: 150, render: (_, { lastAt }) => <Time at={lastAt} /> },
              {
                title: t('common.status'),
                width: 100,
                render: (_, { status }) => <AlertStatusTag status={status} />,
              },
            ]}
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

function toList(text: string): string[] {
  return text === '' ? [] : text.split(',');
}

/** j and k move the mark, Enter opens what is marked; not while somebody types. */
function useKeys(state: {
  readonly items: readonly Alert[];
  readonly marked: number;
  readonly isOpen: boolean;
  readonly onMark: (index: number) => void;
  readonly onOpen: (alert: Alert | undefined) => void;
}) {
  const latest = useRef(state);
  latest.current = state;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { items, marked, isOpen, onMark, onOpen } = latest.current;
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
        return;
      const step = event.key === 'j' ? 1 : event.key === 'k' ? -1 : 0;
      if (step !== 0) {
        const next = Math.min(items.length - 1, Math.max(0, marked + step));
        onMark(next);
        if (isOpen) onOpen(items[next]);
      } else if (event.key === 'Enter' && target.tagName !== 'A' && target.tagName !== 'BUTTON')
        onOpen(items[marked]);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
