import { Space, Table, type TableColumnsType, Typography } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useGet, useHasRole } from '../api/hooks.js';
import { Chip } from '../components/chip.js';
import { QueryState } from '../components/query-state.js';
import { SeverityTag, Time } from '../components/show.js';
import { browseRules, FACETS, type RuleRow } from '../rules/browse-rules.js';
import { figuresOfRules, percentOf } from '../rules/rule-figures.js';
import { RuleFilters } from '../rules/rule-filters.js';
import { Signals } from '../rules/signals.js';
import { STATUS_TONES } from '../rules/status-tones.js';
import { useFilters } from '../use-filters.js';
import '../rules/rules.css';

/** All rules: browsed by kind of risk, clause of the manual, process and how they do, or found by name and id. */
export function RulesPage() {
  const { t } = useTranslation();
  const { filters, change, clear } = useFilters([...FACETS, 'text', 'workItem']);
  const isAuthor = useHasRole('author');
  const maySeeProposals = useHasRole('author', 'auditor');
  const query = useGet('listRules');
  const health = useGet('getRuleHealth');
  const coverage = useGet('getCoverage', filters.workItem !== '' && {});
  const figures = useMemo(() => (health.data ? figuresOfRules(health.data.items) : undefined), [health.data]);
  const row = coverage.data?.matrix.find(({ workItem }) => workItem === filters.workItem);
  const watching = row && new Set(Object.values(row.cells).flatMap(({ rules }) => rules));
  const all = query.data?.items ?? [];
  const rows = all
    .filter(({ id }) => filters.workItem === '' || watching?.has(id))
    .map((rule): RuleRow => ({ ...rule, figures: figures?.get(rule.id) }));
  const { shown, counts } = browseRules(rows, filters);
  return (
    <>
      <div className="page-head">
        <Typography.Title level={1} className="page-title">
          {t('rules.title')}
        </Typography.Title>
        <Space wrap>
          {isAuthor && <Link to="/rules/new">{t('edit.new')}</Link>}
          {maySeeProposals && <Link to="/rules/proposals">{t('proposals.title')}</Link>}
        </Space>
      </div>
      <RuleFilters
        filters={filters}
        counts={counts}
        workItem={row && `${row.process} · ${row.stage}`}
        shown={shown.length}
        total={all.length}
        onChange={change}
        onClear={clear}
      />
      <QueryState
        isPending={query.isPending || (filters.workItem !== '' && coverage.isPending)}
        error={query.error ?? coverage.error}
        isEmpty={shown.length === 0}
        onRetry={() => void Promise.all([query.refetch(), coverage.refetch()])}
      >
        <Table<RuleRow>
          rowKey="id"
          size="small"
          pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
          scroll={{ x: 1180 }}
          dataSource={[...shown]}
          columns={useColumns()}
        />
        <p className="faint">{t('rules.period')}</p>
      </QueryState>
    </>
  );
}

function useColumns(): TableColumnsType<RuleRow> {
  const { t } = useTranslation();
  return [
    {
      title: t('common.name'),
      render: (_, { id, name }) => (
        <>
          <Link to={`/rules/${encodeURIComponent(id)}`}>{name}</Link>
          <div className="faint">{id}</div>
        </>
      ),
    },
    { title: t('alerts.kind'), width: 100, render: (_, rule) => t(`kind.${rule.kind}`) },
    {
      title: t('alerts.severity'),
      width: 90,
      render: (_, { severity }) => <SeverityTag severity={severity} />,
    },
    { title: t('rules.triggerName'), width: 70, render: (_, { trigger }) => t(`rules.trigger.${trigger}`) },
    { title: t('rules.clauses'), width: 170, render: (_, { clauses }) => clauses.join('、') },
    {
      title: t('common.status'),
      width: 80,
      render: (_, { status }) => <Chip tone={STATUS_TONES[status]}>{t(`rules.status.${status}`)}</Chip>,
    },
    {
      title: t('ruleHealth.raised'),
      width: 80,
      align: 'right',
      sorter: (a, b) => (a.figures?.raised ?? 0) - (b.figures?.raised ?? 0),
      render: (_, { figures }) => figures?.raised ?? '',
    },
    {
      title: t('ruleHealth.precision'),
      width: 90,
      align: 'right',
      sorter: (a, b) => precisionOf(a) - precisionOf(b),
      render: (_, row) => {
        const percent = row.figures && percentOf(row.figures);
        return percent === undefined ? <span className="faint">—</span> : `${percent}%`;
      },
    },
    {
      title: t('ruleHealth.lastHit'),
      width: 150,
      sorter: (a, b) => (a.figures?.lastHitAt ?? '').localeCompare(b.figures?.lastHitAt ?? ''),
      render: (_, { figures }) => <Time at={figures?.lastHitAt} />,
    },
    {
      title: t('ruleHealth.signals'),
      width: 110,
      render: (_, { figures }) => figures && <Signals signals={figures.signals} />,
    },
  ];
}

/** Rules that nobody judged come before the least precise. */
function precisionOf({ figures }: RuleRow): number {
  return (figures && percentOf(figures)) ?? -1;
}
