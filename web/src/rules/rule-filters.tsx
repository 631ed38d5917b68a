import { Button, Select, Space, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGet } from '../api/hooks.js';
import { KINDS } from '../components/alert-filters.js';
import { TextFilter } from '../components/text-filter.js';
import { type Browsed, type Facet, FACETS, NO_PROCESS, NO_SIGNAL, type RuleChoice } from './browse-rules.js';
import { SIGNALS } from './signals.js';

type Filters = RuleChoice & { readonly workItem: string };

/** In this order; values of other facets stand in the order of their names. */
const ORDER: Readonly<Partial<Record<Facet, readonly string[]>>> = {
  kind: KINDS,
  severity: ['critical', 'high', 'medium', 'low'],
  status: ['active', 'shadow', 'disabled'],
  signal: [...SIGNALS, NO_SIGNAL],
};
const TEXTS: Readonly<Partial<Record<Facet, string>>> = {
  kind: 'kind',
  severity: 'severity',
  status: 'rules.status',
  signal: 'ruleHealth.signal',
};

/** What rules are browsed by: each choice with how many rules it leaves. */
export function RuleFilters(props: {
  readonly filters: Filters;
  readonly counts: Browsed['counts'];
  /** Process and stage of the work item that the list is narrowed down to. */
  readonly workItem: string | undefined;
  readonly shown: number;
  readonly total: number;
  readonly onChange: (name: Facet | 'text' | 'workItem', value: string) => void;
  readonly onClear: () => void;
}) {
  const { filters, counts, workItem, shown, total, onChange, onClear } = props;
  const { t } = useTranslation();
  const [isClauseOpen, setClauseOpen] = useState(false);
  // What a clause says is told once somebody looks for it.
  const coverage = useGet('getCoverage', (isClauseOpen || filters.clause !== '') && {});
  const clauses = new Map(coverage.data?.clauseList.map(({ clause, text }) => [clause, text]));
  const labels: Readonly<Record<Facet, string>> = {
    kind: t('alerts.kind'),
    clause: t('rules.clauses'),
    process: t('common.process'),
    severity: t('alerts.severity'),
    status: t('common.status'),
    signal: t('ruleHealth.signals'),
  };
  const wordOf = (facet: Facet, value: string): string => {
    if (facet === 'clause') return [value, clauses.get(value)].filter(Boolean).join(' ');
    if (facet === 'process') return value === NO_PROCESS ? t('rules.noProcess') : value;
    return t(`${TEXTS[facet]}.${value}`, value);
  };
  const isSet = Object.values(filters).some((value) => value !== '');
  return (
    <Space wrap className="filters" role="search">
      <TextFilter
        label={t('rules.search')}
        value={filters.text}
        onChange={(text) => onChange('text', text)}
      />
      {FACETS.map((facet) => (
        <Select
          key={facet}
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          className={facet === 'clause' || facet === 'process' ? 'filter-facet-wide' : 'filter-facet'}
          popupMatchSelectWidth={facet === 'clause' ? 460 : facet === 'process' ? 300 : 200}
          aria-label={labels[facet]}
          placeholder={labels[facet]}
          onOpenChange={(isOpen) => facet === 'clause' && isOpen && setClauseOpen(true)}
          options={valuesOf(facet, counts[facet], filters[facet]).map((value) => ({
            value,
            label: t('rules.choice', { name: wordOf(facet, value), count: counts[facet].get(value) ?? 0 }),
          }))}
          value={filters[facet] || undefined}
          onChange={(value?: string) => onChange(facet, value ?? '')}
        />
      ))}
      {filters.workItem !== '' && (
        <Tag
          closable={{ 'aria-label': t('filterTags.remove', { name: t('coverage.workItem') }) }}
          onClose={() => onChange('workItem', '')}
        >
          {t('coverage.workItem')}：{filters.workItem} {workItem}
        </Tag>
      )}
      {isSet && (
        <Button type="link" onClick={onClear}>
          {t('common.reset')}
        </Button>
      )}
      <span className="faint" role="status">
        {t('rules.count', { shown, total })}
      </span>
    </Space>
  );
}

/** What can be chosen: what leaves a rule, and what is chosen now. */
function valuesOf(facet: Facet, counts: ReadonlyMap<string, number>, chosen: string): string[] {
  const values = [...new Set([...counts.keys(), ...(chosen === '' ? [] : [chosen])])];
  const order = ORDER[facet];
  const place = (value: string) => {
    if (value === NO_PROCESS) return Infinity;
    const found = order?.indexOf(value) ?? 0;
    return found === -1 ? Infinity : found;
  };
  return values.sort((a, b) => place(a) - place(b) || a.localeCompare(b, 'zh-CN', { numeric: true }));
}
