import { Card, Popover, Segmented, Select, Space, Table, Tag, Typography } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useGet, useRuleNames } from '../api/hooks.js';
import type { Coverage } from '../api/types.js';
import { KINDS } from '../components/alert-filters.js';
import { Chip, type Tone } from '../components/chip.js';
import { QueryState } from '../components/query-state.js';
import { Time, toBusinessDate } from '../components/show.js';
import { TextFilter } from '../components/text-filter.js';
import { figuresOfRules, percentOf, type RuleFigures, sumFigures } from '../rules/rule-figures.js';
import { useFilters } from '../use-filters.js';
import '../rules/rules.css';

type Row = Coverage['matrix'][number];
/** How each rule did of late; undefined: not known yet. */
type FiguresOf = ReadonlyMap<string, RuleFigures> | undefined;
/** What a cell says of the rules behind it: how many, when one of them hit last, how often people confirmed what they found. */
const SAYS = ['rules', 'last', 'precision'] as const;
type Says = (typeof SAYS)[number];
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
  const { filters, change } = useFilters(['view', 'text', 'process', 'state', 'rule', 'says']);
  const query = useGet('getCoverage');
  const health = useGet('getRuleHealth');
  const nameOf = useRuleNames();
  const figures = useMemo(() => health.data && figuresOfRules(health.data.items), [health.data]);
  const says = SAYS.find((one) => one === filters.says) ?? 'rules';
  const view = filters.view === 'clauses' ? 'clauses' : 'matrix';
  const data = query.data;
  const clausesOf = useMemo(() => clausesByRule(data?.clauseList ?? []), [data]);
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
              <TextFilter
                label={t('coverage.search')}
                value={filters.text}
                onChange={(text) => change('text', text)}
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
                  <Segmented
                    aria-label={t('coverage.says')}
                    value={says}
                    onChange={(value) => change('says', value === 'rules' ? '' : value)}
                    options={SAYS.map((value) => ({ value, label: t(`coverage.saying.${value}`) }))}
                  />
                </>
              )}
              {filters.rule !== '' && (
                <Tag
                  closable={{ 'aria-label': t('filterTags.remove', { name: t('common.rule') }) }}
                  onClose={() => change('rule', '')}
                >
                  {t('common.rule')}：{nameOf(filters.rule)}
                </Tag>
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
                <Matrix
                  rows={data.matrix.filter((row) => isWanted(row, filters))}
                  says={says}
                  figures={figures}
                  clausesOf={clausesOf}
                />
                <p className="faint">{t('rules.period')}</p>
              </>
            ) : (
              <Clauses
                coverage={data}
                rows={data.clauseList.filter(
                  ({ clause, text, rules }) =>
                    `${clause} ${text}`.includes(filters.text) &&
                    (filters.rule === '' || rules.includes(filters.rule)),
                )}
                figures={figures}
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
  { text, process, state, rule }: Readonly<Record<'text' | 'process' | 'state' | 'rule', string>>,
): boolean {
  return (
    (rule === '' || Object.values(row.cells).some(({ rules }) => rules.includes(rule))) &&
    (process === '' || row.process === process) &&
    `${row.workItem} ${row.process} ${row.stage}`.includes(text) &&
    (state === '' || Object.values(row.cells).some((cell) => cell.state === state))
  );
}

/** Clauses of the manual that each rule stands for. */
function clausesByRule(list: Coverage['clauseList']): ReadonlyMap<string, readonly string[]> {
  const clauses = new Map<string, string[]>();
  for (const { clause, rules } of list)
    for (const rule of rules) clauses.set(rule, [...(clauses.get(rule) ?? []), clause]);
  return clauses;
}

interface MatrixProps {
  readonly says: Says;
  readonly figures: FiguresOf;
  readonly clausesOf: ReadonlyMap<string, readonly string[]>;
}

function Matrix({ rows, ...shared }: MatrixProps & { readonly rows: readonly Row[] }) {
  const { t } = useTranslation();
  const width = shared.says === 'rules' ? 78 : 92;
  // On a phone there is room for what the matrix is about, too.
  const first = window.innerWidth < 700 ? 170 : 340;
  return (
    <Table<Row>
      rowKey={({ workItem, process, stage }) => `${workItem}|${process}|${stage}`}
      size="small"
      virtual
      scroll={{ x: first + KINDS.length * width, y: Math.max(320, window.innerHeight - 360) }}
      pagination={false}
      dataSource={[...rows]}
      locale={{ emptyText: t('state.empty') }}
      columns={[
        {
          title: t('coverage.workItem'),
          width: first,
          fixed: 'left',
          render: (_, { workItem, process, stage }) => (
            <>
              {process} · {stage} <span className="faint">{workItem}</span>
            </>
          ),
        },
        ...KINDS.map((kind) => ({
          title: t(`kind.${kind}`),
          key: kind,
          width,
          render: (_: unknown, row: Row) => {
            const cell = row.cells[kind];
            return cell && <CellButton cell={cell} row={row} kind={kind} {...shared} />;
          },
        })),
      ]}
    />
  );
}

function CellButton(
  props: MatrixProps & { readonly cell: Cell; readonly row: Row; readonly kind: (typeof KINDS)[number] },
) {
  const { cell, row, kind, says, figures, clausesOf } = props;
  const { t } = useTranslation();
  const { sign, tone } = SIGNS[cell.state];
  const label = `${row.process} ${row.stage} ${t(`kind.${kind}`)}`;
  const isPlain = cell.rules.length === 0 || (cell.state === 'notApplicable' && says !== 'rules');
  const shown = isPlain ? sign : `${sign} ${wordOf(cell.rules, says, figures)}`.trim();
  return (
    <Popover
      trigger="click"
      destroyOnHidden
      content={
        <div className="cell-detail" role="dialog" aria-label={label} tabIndex={-1} ref={focusOn}>
          <strong>{label}</strong>
          <p>{t(`coverage.states.${cell.state}`)}</p>
          {cell.reason && <p>{cell.reason}</p>}
          {cell.rules.length > 0 && (
            <p>
              <Link to={`/rules?workItem=${encodeURIComponent(row.workItem)}&kind=${kind}`}>
                {t('coverage.toRules', { count: cell.rules.length })}
              </Link>
            </p>
          )}
          <RuleList ids={cell.rules} figures={figures} clausesOf={clausesOf} />
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

/** Whoever works by keyboard goes on in what has opened. */
function focusOn(element: HTMLElement | null): void {
  element?.focus({ preventScroll: true });
}

function wordOf(rules: readonly string[], says: Says, figures: FiguresOf): string {
  if (says === 'rules') return rules.length > 1 ? String(rules.length) : '';
  const sum = sumFigures(rules.map((rule) => figures?.get(rule)));
  if (says === 'last') return sum.lastHitAt ? toBusinessDate(Date.parse(sum.lastHitAt)).slice(5) : '—';
  const percent = percentOf(sum);
  return percent === undefined ? '—' : `${percent}%`;
}

/** Rules by name, with their clauses, when each hit last and how often people confirmed what it found. */
function RuleList(props: {
  readonly ids: readonly string[];
  readonly figures: FiguresOf;
  readonly clausesOf?: ReadonlyMap<string, readonly string[]>;
}) {
  const { ids, figures, clausesOf } = props;
  const { t } = useTranslation();
  const nameOf = useRuleNames();
  return (
    <ul className="plain-list">
      {ids.map((id) => {
        const { lastHitAt, ...counted } = figures?.get(id) ?? sumFigures([]);
        const percent = percentOf(counted);
        const clauses = clausesOf?.get(id) ?? [];
        return (
          <li key={id}>
            <Link to={`/rules/${encodeURIComponent(id)}`}>{nameOf(id)}</Link>
            <div className="faint">
              {clauses.length > 0 && <div>{clauses.join('、')}</div>}
              {t('coverage.lastHit')} <Time at={lastHitAt} />
              {percent !== undefined && ` · ${t('coverage.precision', { percent })}`}
            </div>
          </li>
        );
      })}
    </ul>
  );
}

function Clauses(props: {
  readonly coverage: Coverage;
  readonly rows: Coverage['clauseList'];
  readonly figures: FiguresOf;
}) {
  const { coverage, rows, figures } = props;
  const plans = new Map(coverage.inspectionPlans.map(({ id, name }) => [id, name]));
  const { t } = useTranslation();
  return (
    <Table<Coverage['clauseList'][number]>
      rowKey="clause"
      size="small"
      pagination={false}
      scroll={{ x: 1000 }}
      className="tall-rows"
      dataSource={[...rows]}
      columns={[
        {
          title: t('rules.clauses'),
          width: 180,
          render: (_, { clause, rules }) =>
            rules.length === 0 ? (
              clause
            ) : (
              <Link to={`/rules?clause=${encodeURIComponent(clause)}`}>{clause}</Link>
            ),
        },
        { title: t('coverage.text'), dataIndex: 'text', width: 320 },
        {
          title: t('nav.rules'),
          width: 280,
          render: (_, { rules }) => <RuleList ids={rules} figures={figures} />,
        },
        {
          title: t('coverage.precisionTitle'),
          width: 90,
          render: (_, { rules }) => wordOf(rules, 'precision', figures),
        },
        {
          title: t('coverage.other'),
          render: (_, { inspections, controls }) =>
            [
              ...inspections.map((id) => t('coverage.plan', { name: plans.get(id) ?? id })),
              ...controls.map(({ what }) => what),
            ].join('；'),
        },
      ]}
    />
  );
}
