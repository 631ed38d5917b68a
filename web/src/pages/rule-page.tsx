import { Card, Descriptions, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useGet, useMe } from '../api/hooks.js';
import type { Rule } from '../api/types.js';
import { BasisList } from '../components/basis-list.js';
import { QueryState } from '../components/query-state.js';
import { SeverityTag } from '../components/show.js';
import { Chip } from '../components/chip.js';

/** One rule: what it watches, what it rests on, its own tests, and the file as it is loaded. */
export function RulePage() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const query = useGet<Rule>(`/api/rules/${encodeURIComponent(id)}`);
  const rule = query.data;
  const mayEdit = useMe()?.roles.some((role) => role === 'admin' || role === 'author');
  return (
    <QueryState isPending={query.isPending} error={query.error} onRetry={() => void query.refetch()}>
      {rule && (
        <>
          <Typography.Title level={1} className="page-title">
            {rule.name} <Chip>{t(`rules.status.${rule.status}`)}</Chip>
          </Typography.Title>
          <Card size="small" className="gap-below">
            <Descriptions
              size="small"
              column={{ xs: 1, sm: 2, lg: 3 }}
              items={(
                [
                  [t('rules.id'), `${rule.id}@${rule.version}`],
                  [t('alerts.kind'), t(`kind.${rule.riskPoint.kind}`)],
                  [t('alerts.severity'), <SeverityTag key="s" severity={rule.event.params.severity} />],
                  [t('rules.triggerName'), t(`rules.trigger.${rule.trigger.on}`)],
                  [t('rules.clauses'), rule.riskPoint.clauses.join('、')],
                  [t('alerts.advice'), rule.event.params.advice],
                ] as const
              ).map(([label, children]) => ({ key: label, label, children }))}
            />
            {mayEdit && (
              <>
                <Link to={`/rules/${encodeURIComponent(rule.id)}/edit`}>{t('edit.link')}</Link>
                {' · '}
              </>
            )}
            <Link
              to={`/alerts?rule=${encodeURIComponent(rule.id)}&status=open,acknowledged,dispatched,rectified,closed,auto_closed`}
            >
              {t('rules.alerts')}
            </Link>
          </Card>
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
