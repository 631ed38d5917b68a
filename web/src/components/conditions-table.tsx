import { Table } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Condition } from '../api/types.js';
import { Chip } from './chip.js';
import { ScrollRegion } from './scroll-region.js';

/** Each condition in the author's words, what was found, what was asked for, and how it came out. */
export function ConditionsTable({ conditions }: { readonly conditions: readonly Condition[] }) {
  const { t } = useTranslation();
  return (
    <ScrollRegion label={t('alerts.why')}>
      <Table<Condition & { readonly key: number }>
        size="small"
        pagination={false}
        dataSource={conditions.map((condition, key) => ({ ...condition, key }))}
        columns={[
          {
            title: t('condition.name'),
            render: (_, condition) => (
              <>
                <div>{condition.name ?? condition.fact}</div>
                <code className="faint">
                  {condition.fact} {condition.operator}
                </code>
              </>
            ),
          },
          { title: t('condition.value'), render: (_, { factValue }) => <Value value={factValue} /> },
          { title: t('condition.expected'), render: (_, { value }) => <Value value={value} /> },
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
    </ScrollRegion>
  );
}

function Value({ value }: { readonly value: unknown }) {
  const { t } = useTranslation();
  if (value === null || value === undefined) return <span className="faint">{t('condition.unknown')}</span>;
  if (typeof value === 'boolean') return <>{t(value ? 'common.yes' : 'common.no')}</>;
  if (Array.isArray(value)) return <>{value.map(String).join('、')}</>;
  return <>{typeof value === 'string' ? value : JSON.stringify(value)}</>;
}
