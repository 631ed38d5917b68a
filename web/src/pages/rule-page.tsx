import { Button, Card, Descriptions, Alert as Notice, Space, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { ApiError } from '../api/client.js';
import { useGet, useHasRole } from '../api/hooks.js';
import type { Proposal, Rule, RuleVersion } from '../api/types.js';
import { BasisList } from '../components/basis-list.js';
import { Chip } from '../components/chip.js';
import { QueryState } from '../components/query-state.js';
import { SeverityTag } from '../components/show.js';
import { toAllAlerts } from '../home/to-alerts.js';
import { HealthCard } from '../rules/health-card.js';
import { RetireDialog } from '../rules/retire-dialog.js';
import { STATUS_TONES } from '../rules/status-tones.js';
import { VersionsCard } from '../rules/versions-card.js';
import '../rules/rules.css';

/** One rule: what it watches, how it does, what it rests on, its versions, its own tests, and the file as it is loaded. */
export function RulePage() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const query = useGet('getRule', { params: { id } });
  const versions = useGet('listRuleVersions', { params: { id } });
  const rule = query.data?.id === id ? (query.data as Rule) : undefined;
  const published = (versions.data?.items ?? []).filter((version) => version.id === id);
  const mayEdit = useHasRole('author');
  const maySeeProposals = useHasRole('author', 'auditor');
  const isGone = query.error instanceof ApiError && query.error.status === 404;
  const [last] = published;
  const retry = () => void Promise.all([query.refetch(), versions.refetch()]);
  if (isGone && last) return <RetiredRule last={last} versions={published} mayEdit={mayEdit} />;
  return (
    <QueryState
      isPending={query.isPending || (isGone && versions.isPending)}
      error={query.error}
      onRetry={retry}
    >
      {rule && (
        <>
          <Head id={id} name={rule.name} mayEdit={mayEdit}>
            <Chip tone={STATUS_TONES[rule.status]}>{t(`rules.status.${rule.status}`)}</Chip>
          </Head>
          {maySeeProposals && <Proposed id={id} />}
          <About rule={rule} />
          <HealthCard rule={id} />
          {published.length > 0 && (
            <VersionsCard versions={published} inForce={rule.version} mayEdit={mayEdit} />
          )}
          <Card size="small" title={t('alerts.basis')} className="gap-below">
            <BasisList basis={rule.basis} />
          </Card>
          <Card size="small" title={t('rules.tests')} className="gap-below">
            <ul className="plain-list">
              {rule.tests.map(({ name, expect }) => (
                <li key={name}>
                  <Chip tone={expect === 'hit' ? 'bad' : 'plain'}>
                    {t(`rules.${expect === 'hit' ? 'hit' : 'no_hit'}`)}
                  </Chip>{' '}
                  {name}
                </li>
              ))}
            </ul>
          </Card>
          <Card size="small" title={t('rules.file')}>
            <pre className="file" tabIndex={0}>
              {JSON.stringify(rule, null, 2)}
            </pre>
          </Card>
        </>
      )}
    </QueryState>
  );
}

function Head(props: {
  readonly id: string;
  readonly name: string;
  readonly mayEdit: boolean;
  /** Out of use already: it can be brought back only. */
  readonly isRetired?: boolean;
  readonly children: React.ReactNode;
}) {
  const { id, name, mayEdit, isRetired = false, children } = props;
  const { t } = useTranslation();
  const [isRetiring, setRetiring] = useState(false);
  const edit = `/rules/${encodeURIComponent(id)}/edit`;
  return (
    <div className="page-head">
      <Typography.Title level={1} className="page-title">
        {name} {children}
      </Typography.Title>
      <Space wrap>
        <Link to={toAllAlerts({ rule: id })}>{t('rules.alerts')}</Link>
        {mayEdit && <Link to={edit}>{t(isRetired ? 'retire.bringBack' : 'edit.link')}</Link>}
        {mayEdit && !isRetired && (
          <Button danger size="small" onClick={() => setRetiring(true)}>
            {t('retire.button')}
          </Button>
        )}
      </Space>
      {isRetiring && <RetireDialog id={id} name={name} onClose={() => setRetiring(false)} />}
    </div>
  );
}

function About({ rule }: { readonly rule: Rule }) {
  const { t } = useTranslation();
  const { kind, clauses } = rule.riskPoint;
  const items = [
    [t('rules.id'), `${rule.id}@${rule.version}`],
    [t('alerts.kind'), <Link key="k" to={`/rules?kind=${kind}`}>{t(`kind.${kind}`)}</Link>],
    [t('alerts.severity'), <SeverityTag key="s" severity={rule.event.params.severity} />],
    [t('rules.triggerName'), t(`rules.trigger.${rule.trigger.on}`)],
    [
      t('rules.clauses'),
      <span key="c" className="wraps">
        {clauses.map((clause) => (
          <Link key={clause} to={`/rules?clause=${encodeURIComponent(clause)}`}>{clause}</Link>
        ))}
      </span>,
    ],
    [t('nav.coverage'), <Link key="o" to={`/coverage?rule=${encodeURIComponent(rule.id)}`}>{t('rules.covers')}</Link>],
    [t('alerts.advice'), rule.event.params.advice],
  ] as const; // prettier-ignore
  return (
    <Card size="small" className="gap-below">
      <Descriptions
        size="small"
        column={{ xs: 1, sm: 2, lg: 3 }}
        items={items.map(([label, children]) => ({ key: label, label, children }))}
      />
    </Card>
  );
}

/** Changes of this rule that wait for a second person. */
function Proposed({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const { data } = useGet('listProposals', { query: { status: ['waiting', 'approved'] } });
  const about = ({ changes, diff }: Proposal) =>
    changes.some((change) => 'retire' in change && change.retire === id) || diff.some((one) => one.id === id);
  return (
    <>
      {data?.items.filter(about).map((proposal) => (
        <Notice
          key={proposal.id}
          type="info"
          showIcon
          className="gap-below"
          title={t('retire.proposed', {
            what: t(`proposals.kind.${proposal.diff.find((one) => one.id === id)?.kind ?? 'changed'}`),
            by: proposal.by,
            reason: proposal.reason,
          })}
          action={<Link to="/rules/proposals">{t('proposals.title')}</Link>}
        />
      ))}
    </>
  );
}

/** A rule that is out of use: what it was, and the way back. */
function RetiredRule(props: {
  readonly last: RuleVersion;
  readonly versions: readonly RuleVersion[];
  readonly mayEdit: boolean;
}) {
  const { last, versions, mayEdit } = props;
  const { t } = useTranslation();
  return (
    <>
      <Head id={last.id} name={last.name} mayEdit={mayEdit} isRetired>
        <Chip>{t('retire.retired')}</Chip>
      </Head>
      <Notice type="warning" showIcon title={t('retire.explained')} className="gap-below" />
      <HealthCard rule={last.id} />
      <VersionsCard versions={versions} inForce={undefined} mayEdit={mayEdit} />
      <Card size="small" title={t('rules.file')}>
        <pre className="file" tabIndex={0}>
          {last.source}
        </pre>
      </Card>
    </>
  );
}
