import { Card, Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { useGet } from '../api/hooks.js';
import type { RuleHealth } from '../api/types.js';
import { QueryState } from '../components/query-state.js';
import { ListTable } from '../components/list-table.js';
import { Time, toBusinessDate } from '../components/show.js';
import { useFilters } from '../use-filters.js';
import { figuresOfRules, percentOf, sumFigures } from './rule-figures.js';
import { Signals } from './signals.js';

const DAYS = ['7', '30', '90', '365'] as const;
const DAY_MS = 86_400_000;

/** How a rule did of late: how often it was looked at and hit, what people made of its alerts, what went wrong, version by version. */
export function HealthCard({ rule }: { readonly rule: string }) {
  const { t } = useTranslation();
  const { filters, change } = useFilters(['days']);
  const days = DAYS.find((one) => one === filters.days) ?? '30';
  const from = toBusinessDate(Date.now() - (Number(days) - 1) * DAY_MS);
  const query = useGet('getRuleHealth', { query: { rule, from } });
  const items = query.data?.items ?? [];
  return (
    <Card
      size="small"
      className="gap-below"
      title={t('ruleHealth.title')}
      extra={
        <Segmented
          size="small"
          aria-label={t('ruleHealth.period')}
          value={days}
          onChange={(value) => change('days', value === '30' ? '' : value)}
          options={DAYS.map((value) => ({ value, label: t('ruleHealth.days', { count: Number(value) }) }))}
        />
      }
    >
      <QueryState
        isPending={query.isPending}
        error={query.error}
        isEmpty={items.length === 0}
        emptyText={t('ruleHealth.none')}
        onRetry={() => void query.refetch()}
      >
        <Summary items={items} />
        <Versions items={items} />
      </QueryState>
    </Card>
  );
}

function Summary({ items }: { readonly items: readonly RuleHealth[] }) {
  const { t } = useTranslation();
  const sum = sumFigures([...figuresOfRules(items).values()]);
  const percent = percentOf(sum);
  const shadow = items.reduce((all, { alerts }) => all + alerts.shadow, 0);
  const facts = [...new Set(items.flatMap(({ missing }) => missing.map(({ fact }) => fact)))].slice(0, 5);
  const lastError = items.find((item) => item.lastError !== undefined);
  const figures: readonly (readonly [name: string, value: number | string, more?: string | undefined, isGrave?: boolean])[] = [
    ['looks', sum.looks],
    ['hits', sum.hits],
    ['raised', sum.raised, shadow > 0 ? t('ruleHealth.shadow', { count: shadow }) : t('ruleHealth.open', { count: sum.open })],
    ['precision', percent === undefined ? '—' : `${percent}%`, t('ruleHealth.judged', { confirmed: sum.confirmed, judged: sum.judged })],
    ['errors', sum.errors, undefined, sum.errors > 0],
  ]; // prettier-ignore
  return (
    <>
      <dl className="figures rule-figures">
        {figures.map(([name, value, more, isGrave]) => (
          <div key={name} className={`figure ${isGrave ? 'figure-grave' : ''}`} data-figure={name}>
            <dt className="figure-title">{t(`ruleHealth.${name}`)}</dt>
            <dd className="figure-value">
              {value}
              {more !== undefined && <small> {more}</small>}
            </dd>
          </div>
        ))}
      </dl>
      <p className="rule-said">
        <span>
          {t('ruleHealth.lastHit')} {sum.lastHitAt ? <Time at={sum.lastHitAt} /> : t('ruleHealth.noHit')}
        </span>
        {sum.signals.map((signal) => (
          <span key={signal}>
            <Signals signals={[signal]} /> <span className="faint">{t(`ruleHealth.hint.${signal}`)}</span>
          </span>
        ))}
        {facts.length > 0 && (
          <span className="faint">{t('ruleHealth.missing', { facts: facts.join('、') })}</span>
        )}
      </p>
      {lastError && (
        <p className="late">
          {t('ruleHealth.lastError')} <Time at={lastError.lastErrorAt} /> {lastError.lastError}
        </p>
      )}
    </>
  );
}

function Versions({ items }: { readonly items: readonly RuleHealth[] }) {
  const { t } = useTranslation();
  if (items.length < 2) return null;
  const number = (name: string, value: (item: RuleHealth) => number | string) => ({
    title: t(`ruleHealth.${name}`),
    key: name,
    align: 'right' as const,
    render: (_: unknown, item: RuleHealth) => value(item),
  });
  return (
    <ListTable<RuleHealth>
      label={t('ruleHealth.title')}
      rowKey="version"
      className="wide-table"
      dataSource={[...items].sort((a, b) => b.version - a.version)}
      columns={[
        {
          title: t('rules.version'),
          render: (_, { version, status }) =>
            status === 'former'
              ? t('ruleVersions.number', { version })
              : `${t('ruleVersions.number', { version })} · ${t('ruleVersions.inForce')}`,
        },
        number('looks', ({ looks }) => looks),
        number('hits', ({ hits }) => hits),
        number('raised', ({ alerts }) => alerts.raised),
        number('precision', ({ alerts: { confirmed, unconfirmed, invalid } }) => {
          const percent = percentOf({ confirmed, judged: confirmed + unconfirmed + invalid });
          return percent === undefined ? '—' : `${percent}%`;
        }),
        number('errors', ({ errors }) => errors),
        { title: t('ruleHealth.lastHit'), render: (_, { lastHitAt }) => <Time at={lastHitAt} /> },
      ]}
    />
  );
}
