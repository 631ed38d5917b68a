import { Button, Input, Select, Space } from 'antd';
import { useTranslation } from 'react-i18next';
import type { FilterName, Filters } from '../alert-query.js';
import { FilterTags } from './filter-tags.js';
import { UnitFilter } from './unit-filter.js';

export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
const STATUSES = [
  'open', 'acknowledged', 'dispatched', 'rectified', 'closed', 'auto_closed', 'silenced',
] as const; // prettier-ignore
export const KINDS = [
  'timeout', 'missing-signature', 'unsent-flow', 'missing-document', 'data-entry', 'separation-of-duty', 'handover',
  'sequence', 'outside-system', 'service', 'incident', 'contract', 'inspection', 'confidentiality', 'feed',
] as const; // prettier-ignore

/** What a list of alerts is narrowed down by. */
export function AlertFilters(props: {
  readonly filters: Filters;
  readonly isSet: boolean;
  readonly onChange: (name: FilterName, value: string) => void;
  readonly onClear: () => void;
}) {
  const { filters, isSet, onChange, onClear } = props;
  const { t } = useTranslation();
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
      <UnitFilter value={filters.orgUnit} onChange={(unit) => onChange('orgUnit', unit)} />
      <Input.Search
        key={filters.subject}
        allowClear
        className="filter"
        aria-label={t('alerts.subject')}
        placeholder={t('alerts.subjectPlaceholder')}
        defaultValue={filters.subject}
        onSearch={(value) => onChange('subject', value.trim())}
      />
      {isSet && (
        <Button type="link" onClick={onClear}>
          {t('common.reset')}
        </Button>
      )}
      <FilterTags filters={filters} onChange={onChange} />
    </Space>
  );
}
