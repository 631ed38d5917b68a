import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Condition } from '../api/types.js';
import { Chip } from './chip.js';
import { ListTable } from './list-table.js';
import { toBusinessTime } from './show.js';

/** Operators that say yes or no of the fact alone. */
const YES_OR_NO = new Set(['isEmpty', 'isPresent', 'isWorkingDay', 'isWorkingTime']);
/** As the service stores moments. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d.*(Z|[+-]\d\d:\d\d)$/;

/** Each condition in the author's words, what was found, what was asked for, and how it came out. */
export function ConditionsTable({ conditions }: { readonly conditions: readonly Condition[] }) {
  const { t } = useTranslation();
  return (
    <ListTable<Condition & { readonly key: number }>
      label={t('alerts.why')}
      dataSource={conditions.map((condition, key) => ({ ...condition, key }))}
      columns={[
        {
          title: t('condition.name'),
          render: (_, condition) => (
            <>
              <div>{condition.name ?? condition.fact}</div>
              <code className="faint">{condition.fact}</code>
            </>
          ),
        },
        { title: t('condition.value'), render: (_, { factValue }) => <Value value={factValue} /> },
        { title: t('condition.expected'), render: (_, condition) => demandOf(condition, t) },
        {
          title: t('condition.result'),
          render: (_, { result, negated }) => (
            <Chip tone={result === !negated ? 'bad' : 'plain'}>
              {t(`condition.${result ? 'true' : 'false'}`)}
            </Chip>
          ),
        },
      ]}
    />
  );
}

/** What was asked for, in words: `不早于 2026-11-25 17:30`, `不空`. */
function demandOf({ operator, value, negated }: Condition, t: TFunction): string {
  const shown = showValue(value, t) ?? t('condition.unknown');
  const key = typeof value === 'boolean' && YES_OR_NO.has(operator) ? `${operator}-${value}` : operator;
  const demand = t(`condition.operator.${key}`, { value: shown, defaultValue: `${operator} ${shown}` });
  return negated ? t('condition.not', { demand }) : demand;
}

function Value({ value }: { readonly value: unknown }) {
  const { t } = useTranslation();
  return <>{showValue(value, t) ?? <span className="faint">{t('condition.unknown')}</span>}</>;
}

/** As people write it; undefined where there is nothing. */
function showValue(value: unknown, t: TFunction): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no');
  if (typeof value === 'number') return String(Math.round(value * 100) / 100);
  if (Array.isArray(value)) return value.length === 0 ? t('common.none') : value.map(String).join('、');
  if (typeof value !== 'string') return JSON.stringify(value);
  return INSTANT.test(value) ? toBusinessTime(value) : value;
}
