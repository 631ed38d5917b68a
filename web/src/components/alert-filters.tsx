import { Button, Input, Select, Space, TreeSelect } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useOrgUnits } from '../api/hooks.js';
import { toTree } from './unit-tree.js';

export const FILTERS = [
  'status', 'severity', 'kind', 'orgUnit', 'subject', 'rule', 'process', 'assignee', 'phase', 'unjudged',
] as const; // prettier-ignore
export type FilterName = (typeof FILTERS)[number];

const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
const STATUSES = [
  'open', 'acknowledged', 'dispatched', 'rectified', 'closed', 'auto_closed', 'silenced',
] as const; // prettier-ignore
export const KINDS = [
  'timeout', 'missing-signature', 'unsent-flow', 'missing-document', 'data-entry', 'separation-of-duty', 'handover',
  'sequence', 'outside-system', 'service', 'incident', 'contract', 'inspection', 'confidentiality', 'feed',
] as const; // prettier-ignore

/** What a list of alerts is narrowed down by. */
export function AlertFilters(props: {
  readonly filters: Readonly<Record<FilterName, string>>;
  readonly isSet: boolean;
  readonly onChange: (name: FilterName, value: string) => void;
  readonly onClear: () => void;
}) {
  const { filters, isSet, onChange, onClear } = props;
  const { t } = useTranslation();
  const { units } = useOrgUnits();
  const tree = useMemo(() => toTree(units), [units]);
  const choice = (
    name: FilterName,
    label: string,
    values: readonly string[],
    texts: string,
    hint = label,
  ) => (
    <Select
      mode="multiple"
      allowClear
      maxTagCount="responsive"
      className="filter"
      aria-label={label}
      placeholder={hint}
      options={values.map((value) => ({ value, label: t(`${texts}.${value}`) }))}
      value={filters[name] === '' ? [] : filters[name].split(',')}
      onChange={(value: string[]) => onChange(name, value.join(','))}
    />
  );
  const status = t('common.status');
  return (
    <Space wrap className="filters" role="search">
      {choice('status', status, STATUSES, 'alertStatus', `${status}: ${t('home.open')}`)}
      {choice('severity', t('alerts.severity'), SEVERITIES, 'severity')}
      {choice('kind', t('alerts.kind'), KINDS, 'kind')}
      <TreeSelect
        allowClear
        treeDefaultExpandAll
        className="filter"
        aria-label={t('common.unit')}
        placeholder={t('common.unit')}
        treeData={tree}
        value={filters.orgUnit || undefined}
        onChange={(value?: string) => onChange('orgUnit', value ?? '')}
      />
      <Input.Search
        key={filters.subject}
        allowClear
        className="filter"
        aria-label={t('alerts.subject')}
        placeholder={t('alerts.subjectPlaceholder')}
        defaultValue={filters.subject}
        onSearch={(value) => onChange('subject', value.trim())}
      />
      {filters.rule && (
        <Button onClick={() => onChange('rule', '')}>
          {t('common.rule')}: {filters.rule} ✕
        </Button>
      )}
      {isSet && (
        <Button type="link" onClick={onClear}>
          {t('common.reset')}
        </Button>
      )}
    </Space>
  );
}
