import { Card, Input, Popover, Segmented, Select, Space, Table, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useGet, useRuleNames } from '../api/hooks.js';
import type { Coverage, RuleHealth } from '../api/types.js';
import { KINDS } from '../components/alert-filters.js';
import { Chip, type Tone } from '../components/chip.js';
import { QueryState } from '../components/query-state.js';
import { Time } from '../components/show.js';
import { useFilters } from '../use-filters.js';

type Row = Coverage['matrix'][number];
type Cell = NonNullable<Row['cells'][(typeof KINDS)[number]]>;

/** A sign beside the colour, so that the matrix can be read without it. */
const SIGNS: Readonly<Record<Cell['state'], { readonly sign: string; readonly tone: Tone }>> = {
  covered: { sign: '●', tone: 'good' },
  workOrder: { sign: '◐', tone: 'info' },
  trial: { sign: '◌', tone: 'warn' },
  notApplicable: { sign: '–', tone: 'plain' },
  uncovered: { sign: '✕', tone: 'bad' },
};

/** Which rules watch which of the 339 work items for which kind of risk, and which clause of the manual. */
export function CoveragePage() {
  const { t } = useTranslation();
  const { filters, change } = useFilters(['view', 'text', 'process', 'state']);
  const query = useGet<Coverage>('/api/coverage');
  const view = filters.view === 'clauses' ? 'clauses' : 'matrix';
  const data = query.data;
  return (
    <>
      <Typography.Title level={1} className="page-title">
        {t('coverage.title')}
      </Typography.Title>
      <QueryState isPending={query.isPending} error={query.error} onRetry={() => void query.refetch()}>
        {data && (
          <>
            <p>
              {t('coverage.sum', {
                items: `${data.workItems.covered}/${data.workItems.total}`,
                clauses: `${data.clauses.covered}/${data.clauses.total}`,
                limits: `${data.limits.covered}/${data.limits.total}`,
              })}
            </p>
            {data.findings.length > 0 && (
              <Card size="small" title={t('coverage.findings')} className="gap-below">
                <ul className="plain-list">
                  {data.findings.map((finding) => (
                    <li key={finding}>{finding}</li>
                  ))}
                </ul>
              </Card>
            )}
            <Space wrap className="filters" role="search">
              <Segmented
                value={view}
                onChange={(value) => change('view', value)}
                options={[
                  { value: 'matrix', label: t('coverage.matrix') },
                  { value: 'clauses', label: t('coverage.clauses') },
                ]}
              />
              <Input
                allowClear
                className="filter-wide"
                aria-label={t('coverage.search')}
                placeholder={t('coverage.search')}
                value={filters.text}
                onChange={({ target }) => change('text', target.value)}
              />
              {view === 'matrix' && (
                <>
                  <Select
                    allowClear
                    showSearch
                    className="filter"
                    aria-label={t('common.process')}
                    placeholder={t('common.process')}
                    options={[...new Set(data.matrix.map(({ process }) => process))].map((value) => ({
                      value,
                      label: value,
                    }))}
                    value={filters.process || undefined}
                    onChange={(value?: string) => change('process', value ?? '')}
                  />
                  <Select
                    allowClear
                    className="filter"
                    aria-label={t('coverage.state')}
                    placeholder={t('coverage.state')}
                    options={Object.entries(SIGNS).map(([value, { sign }]) => ({
                      value,
                      label: `${sign} ${t(`coverage.states.${value}`)}`,
                    }))}
                    value={filters.state || undefined}
                    onChange={(value?: string) => change('state', value ?? '')}
                  />
                </>
              )}
            </Space>
            {view === 'matrix' ? (
              <>
                <p className="legend">
                  {Object.entries(SIGNS).map(([state, { sign, tone }]) => (
                    <span key={state}>
                      <Chip tone={tone}>{sign}</Chip> {t(`coverage.states.${state}`)}
                    </span>
                  ))}
                </p>
                <Matrix rows={data.matrix.filter((row) => isWanted(row, filters))} />
              </>
            ) : (
              <Clauses
                rows={data.clauseList.filter(({ clause, text }) =>
                  `${clause} ${text}`.includes(filters.text),
                )}
              />
            )}
          </>
        )}
      </QueryState>
    </>
  );
}

function isWanted(
  row: Row,
  { text, process, state }: { readonly text: string; readonly process: string; readonly state: string },
): boolean {
  return (
    (process === '' || row.process === process) &&
    `${row.workItem} ${row.process} ${row.stage}`.includes(text) &&
    (state === '' || Object.values(row.cells).some((cell) => cell.state === state))
  );
}

function Matrix({ rows }: { readonly rows: readonly Row[] }) {
  const { t } = useTranslation();
  return (
    <Table<Row>
      rowKey={({ workItem, process, stage }) => `${workItem}|${process}|${stage}`}
      size="small"
      virtual
      scroll={{ x: 340 + KINDS.length * 78, y: Math.max(320, window.innerHeight - 360) }}
      pagination={false}
      dataSource={[...rows]}
      locale={{ emptyText: t('state.empty') }}
      columns={[
        {
          title: t('coverage.workItem'),
          width: 340,
          render: (_, { workItem, process, stage }) => (
            <>
              {process} · {stage} <span className="faint">{workItem}</span>
            </>
          ),
        },
        ...KINDS.map((kind) => ({
          title: t(`kind.${kind}`),
          key: kind,
          width: 78,
          render: (_: unknown, row: Row) => {
            const cell = row.cells[kind];
            return (
              cell && <CellButton cell={cell} label={`${row.process} ${row.stage} ${t(`kind.${kind}`)}`} />
            );
          },
        })),
      ]}
    />
  );
}

function CellButton({ cell, label }: { readonly cell: Cell; readonly label: string }) {
  const { t } = useTranslation();
  const { sign, tone } = SIGNS[cell.state];
  const shown = cell.rules.length > 1 ? `${sign} ${cell.rules.length}` : sign;
  return (
    <Popover
      trigger="click"
      destroyOnHidden
      title={label}
      content={
        <div className="cell-detail">
          {t(`coverage.states.${cell.state}`)}
          {cell.reason && <p>{cell.reason}</p>}
          <RuleList ids={cell.rules} />
        </div>
      }
    >
      <button
        type="button"
        className={`cell chip chip-${tone}`}
        // What is seen comes first, so that it can be spoken as it is seen.
        aria-label={`${shown} ${label}: ${t(`coverage.states.${cell.state}`)}`}
      >
        {shown}
      </button>
    </Popover>
  );
}

/** Rules by name, with when each fired last and how often people confirmed what it found. */
function RuleList({ ids }: { readonly ids: readonly string[] }) {
  const { t } = useTranslation();
  const nameOf = useRuleNames();
  const { data } = useGet<{ items: readonly RuleHealth[] }>(
    ids.length === 0 ? undefined : '/api/rules/health',
  );
  const health = new Map((data?.items ?? []).map((one) => [one.rule, one]));
  return (
    <ul className="plain-list">
      {ids.map((id) => {
        const { lastHitAt, alerts } = health.get(id) ?? {};
        return (
          <li key={id}>
            <Link to={`/rules/${encodeURIComponent(id)}`}>{nameOf(id)}</Link>
            <div className="faint">
              {t('coverage.lastHit')} <Time at={lastHitAt} />
              {typeof alerts?.precision === 'number' &&
                ` · ${t('coverage.precision', { percent: Math.round(alerts.precision * 100) })}`}
            </div>
          </li>
        );
      })}
    </ul>
  );
}

function Clauses({ rows }: { readonly rows: Coverage['clauseList'] }) {
  const { t } = useTranslation();
  return (
    <Table<Coverage['clauseList'][number]>
      rowKey="clause"
      size="small"
      pagination={false}
      scroll={{ x: 900 }}
      dataSource={[...rows]}
      columns={[
        { title: t('rules.clauses'), dataIndex: 'clause', width: 180 },
        { title: t('coverage.text'), dataIndex: 'text', width: 360 },
        { title: t('nav.rules'), width: 260, render: (_, { rules }) => <RuleList ids={rules} /> },
        {
          title: t('coverage.other'),
          render: (_, { inspections, controls }) =>
            [
              ...inspections.map((id) => `${t('nav.inspections')}: ${id}`),
              ...controls.map(({ what }) => what),
            ].join('；'),
        },
      ]}
    />
  );
}
