import { Input, Select, Space, Table, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useGet } from '../api/hooks.js';
import type { Page, RuleSummary } from '../api/types.js';
import { QueryState } from '../components/query-state.js';
import { SeverityTag } from '../components/show.js';
import { Chip } from '../components/chip.js';
import { useFilters } from '../use-filters.js';

const STATUS_TONES = { active: 'good', shadow: 'info', disabled: 'plain' } as const;

/** All rules: found by name, id or clause of the manual. */
export function RulesPage() {
  const { t } = useTranslation();
  const { filters, change } = useFilters(['text', 'kind']);
  const query = useGet<Page<RuleSummary>>('/api/rules');
  const all = query.data?.items ?? [];
  const text = filters.text.toLowerCase();
  const { kind } = filters;
  const shown = all.filter(
    (rule) =>
      (kind === '' || rule.kind === kind) &&
      [rule.name, rule.id, ...rule.clauses].some((part) => part.toLowerCase().includes(text)),
  );
  return (
    <>
      <Typography.Title level={1} className="page-title">
        {t('rules.title')}
      </Typography.Title>
      <Space wrap className="filters" role="search">
        <Input
          allowClear
          className="filter-wide"
          aria-label={t('rules.search')}
          placeholder={t('rules.search')}
          value={filters.text}
          onChange={({ target }) => change('text', target.value)}
        />
        <Select
          allowClear
          className="filter"
          aria-label={t('alerts.kind')}
          placeholder={t('alerts.kind')}
          options={[...new Set(all.map((rule) => rule.kind))]
            .sort()
            .map((value) => ({ value, label: t(`kind.${value}`) }))}
          value={kind || undefined}
          onChange={(value?: string) => change('kind', value ?? '')}
        />
        <Link to="/rules/new">{t('edit.new')}</Link>
        <Link to="/rules/proposals">{t('proposals.title')}</Link>
        <span className="faint">{t('rules.count', { shown: shown.length, total: all.length })}</span>
      </Space>
      <QueryState
        isPending={query.isPending}
        error={query.error}
        isEmpty={shown.length === 0}
        onRetry={() => void query.refetch()}
      >
        <Table<RuleSummary>
          rowKey="id"
          size="small"
          pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
          scroll={{ x: 900 }}
          dataSource={shown}
          columns={[
            {
              title: t('common.name'),
              render: (_, { id, name }) => (
                <>
                  <Link to={`/rules/${encodeURIComponent(id)}`}>{name}</Link>
                  <div className="faint">{id}</div>
                </>
              ),
            },
            { title: t('alerts.kind'), width: 120, render: (_, rule) => t(`kind.${rule.kind}`) },
            {
              title: t('alerts.severity'),
              width: 110,
              render: (_, { severity }) => <SeverityTag severity={severity} />,
            },
            {
              title: t('rules.triggerName'),
              width: 90,
              render: (_, { trigger }) => t(`rules.trigger.${trigger}`),
            },
            { title: t('rules.clauses'), width: 180, render: (_, { clauses }) => clauses.join('、') },
            {
              title: t('common.status'),
              width: 90,
              render: (_, { status }) => (
                <Chip tone={STATUS_TONES[status]}>{t(`rules.status.${status}`)}</Chip>
              ),
            },
          ]}
        />
      </QueryState>
    </>
  );
}
