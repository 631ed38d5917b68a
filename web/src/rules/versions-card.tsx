import { Button, Card, Segmented, Select, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useGet } from '../api/hooks.js';
import type { RuleVersion } from '../api/types.js';
import { Chip } from '../components/chip.js';
import { QueryState } from '../components/query-state.js';
import { ScrollRegion } from '../components/scroll-region.js';
import { Time } from '../components/show.js';
import { FieldChanges } from './field-changes.js';
import { LineDiff } from './line-diff.js';

/** Every version of a rule that was published, and what is different between any two of them. */
export function VersionsCard(props: {
  readonly versions: readonly RuleVersion[];
  /** Version in force; undefined for a rule that is out of use. */
  readonly inForce: number | undefined;
  readonly mayEdit: boolean;
}) {
  const { versions, inForce, mayEdit } = props;
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const [from, to] = chosen(versions, search);
  const choose = (before: number, after: number) => {
    const next = new URLSearchParams(search);
    next.set('from', String(before));
    next.set('to', String(after));
    setSearch(next, { replace: true });
  };
  return (
    <Card
      size="small"
      className="gap-below"
      id="versions"
      title={t('ruleVersions.title', { count: versions.length })}
    >
      <ScrollRegion label={t('ruleVersions.title', { count: versions.length })}>
        <Table<RuleVersion>
          rowKey="version"
          size="small"
          pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }}
          className="wide-table"
          dataSource={[...versions]}
          columns={[
            {
              title: t('rules.version'),
              width: 150,
              render: (_, { version }) => (
                <>
                  {t('ruleVersions.number', { version })}{' '}
                  {version === inForce && <Chip tone="good">{t('ruleVersions.inForce')}</Chip>}
                </>
              ),
            },
            { title: t('ruleVersions.at'), width: 150, render: (_, { at }) => <Time at={at} /> },
            {
              title: t('ruleVersions.by'),
              render: (_, version) => <Author version={version} />,
            },
            { title: t('ruleVersions.changes'), render: (_, version) => <Changes version={version} /> },
            {
              title: t('ruleVersions.what'),
              width: 170,
              render: (_, { version }, index) => {
                const former = versions[versions.findIndex((one) => one.version === version) + 1];
                return (
                  <span className="row-actions" data-index={index}>
                    {former && (
                      <Button size="small" onClick={() => choose(former.version, version)}>
                        {t('ruleVersions.compare')}
                      </Button>
                    )}
                    {mayEdit && version !== inForce && (
                      <Link to={`edit?version=${version}`}>{t('ruleVersions.goBack')}</Link>
                    )}
                  </span>
                );
              },
            },
          ]}
        />
      </ScrollRegion>
      {from && to && <Comparison versions={versions} from={from} to={to} onChoose={choose} />}
    </Card>
  );
}

function Author({ version: { via, by, approvedBy, publication } }: { readonly version: RuleVersion }) {
  const { t } = useTranslation();
  return (
    <>
      {via === 'folder' ? t('ruleVersions.folder') : by}
      {approvedBy !== undefined && ` · ${t('ruleVersions.approved', { by: approvedBy })}`}
      <div className="faint">{t('proposals.publication', { number: publication })}</div>
    </>
  );
}

function Changes({ version: { changes } }: { readonly version: RuleVersion }) {
  const { t } = useTranslation();
  if (!changes) return <span className="faint">{t('ruleVersions.first')}</span>;
  const paths = changes.map(({ path }) => path).filter((path) => path !== 'version');
  const shown = paths.slice(0, 4).join('、');
  return <span className="wraps">{paths.length > 4 ? t('ruleVersions.more', { shown, count: paths.length }) : shown}</span>;
} // prettier-ignore

/** What is compared: as the address says, else the two latest. */
function chosen(versions: readonly RuleVersion[], search: URLSearchParams): (RuleVersion | undefined)[] {
  const [latest, former] = versions;
  const named = (name: string) => versions.find(({ version }) => String(version) === search.get(name));
  return [named('from') ?? former, named('to') ?? latest];
}

function Comparison(props: {
  readonly versions: readonly RuleVersion[];
  readonly from: RuleVersion;
  readonly to: RuleVersion;
  readonly onChoose: (from: number, to: number) => void;
}) {
  const { versions, from, to, onChoose } = props;
  const { t } = useTranslation();
  const [view, setView] = useState<'fields' | 'lines'>('fields');
  const options = versions.map(({ version }) => ({
    value: version,
    label: t('ruleVersions.number', { version }),
  }));
  const label = t('ruleVersions.between', { from: from.version, to: to.version });
  return (
    <div className="comparison">
      <div className="comparison-head">
        <Select
          aria-label={t('ruleVersions.from')}
          options={options}
          value={from.version}
          onChange={(value) => onChoose(value, to.version)}
        />
        <span aria-hidden="true">→</span>
        <Select
          aria-label={t('ruleVersions.to')}
          options={options}
          value={to.version}
          onChange={(value) => onChoose(from.version, value)}
        />
        <Segmented
          aria-label={t('ruleVersions.view')}
          value={view}
          onChange={setView}
          options={[
            { value: 'fields', label: t('ruleVersions.byField') },
            { value: 'lines', label: t('ruleVersions.byLine') },
          ]}
        />
      </div>
      {view === 'fields' ? (
        <ByField rule={to.id} from={from.version} to={to.version} label={label} />
      ) : (
        <LineDiff before={toLines(from.source)} after={toLines(to.source)} label={label} />
      )}
    </div>
  );
}

/** Laid out alike, so that only what it says makes a difference. */
function toLines(source: string): string {
  try {
    return JSON.stringify(JSON.parse(source), null, 2);
  } catch {
    return source;
  }
}

function ByField(props: {
  readonly rule: string;
  readonly from: number;
  readonly to: number;
  readonly label: string;
}) {
  const { rule, from, to, label } = props;
  const { t } = useTranslation();
  const query = useGet('compareRuleVersions', { params: { id: rule }, query: { from, to } });
  const items = query.data?.items ?? [];
  return (
    <QueryState
      isPending={query.isPending}
      error={query.error}
      isEmpty={items.length === 0}
      emptyText={t('ruleVersions.sameText')}
      onRetry={() => void query.refetch()}
    >
      <FieldChanges fields={items} label={label} />
    </QueryState>
  );
}
