import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useOrgUnits, useRuleNames } from '../api/hooks.js';
import { toBusinessTime } from './show.js';
import type { FilterName, Filters } from '../alert-query.js';

/** Filters that links bring along and that have no field of their own. */
const TAGGED = [
  'rule', 'process', 'noProcess', 'ownUnit', 'assignee', 'escalatedTo', 'phase', 'overdue', 'age', 'unjudged',
  'raisedFrom', 'raisedTo', 'closedFrom', 'closedTo', 'stepDueBefore', 'sort',
] as const satisfies readonly FilterName[]; // prettier-ignore

/** What else a list is narrowed down by, in words, each to be taken away. */
export function FilterTags(props: {
  readonly filters: Filters;
  readonly onChange: (name: FilterName, value: string) => void;
}) {
  const { filters, onChange } = props;
  const { t } = useTranslation();
  const { nameOf } = useOrgUnits();
  const ruleName = useRuleNames();
  const wordOf = (name: (typeof TAGGED)[number], value: string): string => {
    if (name === 'rule') return value.split(',').map(ruleName).join('、');
    if (name === 'ownUnit') return value.split(',').map(nameOf).join('、');
    if (name === 'age') return t(`home.age.${value}`, value);
    if (name === 'phase') return t(`phase.${value}`, value);
    if (name === 'stepDueBefore') return value.length > 10 ? toBusinessTime(value) : value;
    if (name === 'sort') return t(`filterTags.sorted.${value}`, value);
    if (value === 'me') return t('filterTags.me');
    return value === 'true' ? '' : value;
  };
  const set = TAGGED.filter((name) => filters[name] !== '');
  if (set.length === 0) return null;
  return (
    <div className="filter-tags">
      {set.map((name) => {
        const label = t(`filterTags.${name}`);
        const word = wordOf(name, filters[name]);
        const text = word === '' ? label : `${label}：${word}`;
        return (
          <Tag
            key={name}
            closable={{ 'aria-label': t('filterTags.remove', { name: label }) }}
            onClose={() => onChange(name, '')}
          >
            {text}
          </Tag>
        );
      })}
    </div>
  );
}
