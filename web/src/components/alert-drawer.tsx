import { Alert as Notice, Descriptions, Drawer, Timeline, Typography } from 'antd';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useGet, useOrgUnits } from '../api/hooks.js';
import type { ExplainedAlert } from '../api/types.js';
import { MutedNotice } from '../silences/silence-alert.js';
import { AlertSteps } from './alert-steps.js';
import { BasisList } from './basis-list.js';
import { EvidenceList } from './evidence-list.js';
import { ConditionsTable } from './conditions-table.js';
import { QueryState } from './query-state.js';
import { RelatedAlerts } from './related-alerts.js';
import { AlertStatusTag, SeverityTag, Time } from './show.js';

/** One alert: what it is, why it fired, what it rests on, what became of it. */
export function AlertDrawer({
  id,
  onClose,
}: {
  readonly id: string | undefined;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const query = useGet('getAlert', id !== undefined && { params: { id } });
  const alert = query.data?.id === id ? query.data : undefined;
  return (
    <Drawer
      open={id !== undefined}
      onClose={onClose}
      size={720}
      title={alert ? <SeverityTag severity={alert.severity} /> : t('common.detail')}
      extra={alert && <AlertStatusTag status={alert.status} />}
    >
      <QueryState isPending={!alert} error={query.error} onRetry={() => void query.refetch()}>
        {alert && <AlertDetail alert={alert} />}
      </QueryState>
    </Drawer>
  );
}

function AlertDetail({ alert }: { readonly alert: ExplainedAlert }) {
  const { t } = useTranslation();
  const { nameOf } = useOrgUnits();
  const { explanation } = alert;
  const facts: [string, Shown][] = [
    [
      t('alerts.subject'),
      <Link key="s" to={`/work-orders/${encodeURIComponent(alert.recordId)}`}>
        {alert.subject.id}
      </Link>,
    ],
    [t('common.process'), alert.process],
    [t('common.stage'), [alert.stage, alert.workItem].filter(Boolean).join(' ')],
    [t('common.unit'), nameOf(alert.orgUnit)],
    [t('alerts.responsible'), alert.responsible],
    [t('alerts.assignTo'), t(`role.${alert.assignTo}`, alert.assignTo)],
    [t('alerts.kind'), t(`kind.${alert.riskPoint.kind}`)],
    [
      t('alerts.dueAt'),
      alert.dueAt === undefined ? undefined : <Time at={alert.dueAt} isLate={alert.phase === 'overdue'} />,
    ],
    [t('alerts.firstAt'), <Time key="f" at={alert.firstAt} />],
    [t('alerts.lastAt'), <Time key="l" at={alert.lastAt} />],
    [t('alerts.occurrences'), alert.occurrences],
    [t('alerts.closedAt'), alert.closedAt === undefined ? undefined : <Time at={alert.closedAt} />],
  ];
  return (
    <>
      <Typography.Title level={2} className="detail-title">
        {alert.title}
      </Typography.Title>
      {alert.retracted && <Notice type="info" showIcon title={t('alerts.retracted')} className="gap-below" />}
      {alert.muted && <MutedNotice muted={alert.muted} />}
      <AlertSteps alert={alert} />
      <Notice type="warning" title={t('alerts.advice')} description={alert.advice} className="gap-below" />
      <Descriptions
        size="small"
        column={{ xs: 1, sm: 2 }}
        items={facts
          .filter(([, value]) => value !== undefined && value !== '')
          .map(([label, children]) => ({ key: label, label, children }))}
      />
      <Typography.Title level={3}>{t('alerts.why')}</Typography.Title>
      <p>
        <Link to={`/rules/${encodeURIComponent(alert.rule.id)}`}>{explanation.rule.name}</Link>{' '}
        <span className="faint">
          {alert.rule.id}@{alert.rule.version}
        </span>
      </p>
      <ConditionsTable conditions={explanation.conditions} />
      <Typography.Title level={3}>{t('alerts.basis')}</Typography.Title>
      {alert.assumption && <p className="faint">{t('alerts.assumption')}</p>}
      {explanation.basis && <BasisList basis={explanation.basis} />}
      {alert.riskPoint.clauses.length > 0 && (
        <p>
          {t('alerts.clauses')}: {alert.riskPoint.clauses.join('、')}
        </p>
      )}
      <Typography.Title level={3}>{t('evidence.title')}</Typography.Title>
      <EvidenceList alertId={alert.id} />
      <Typography.Title level={3}>{t('alerts.related')}</Typography.Title>
      <RelatedAlerts alertId={alert.id} />
      <Typography.Title level={3}>{t('alerts.history')}</Typography.Title>
      <Timeline
        items={alert.history.map(({ at, what, who, note, attachments = [] }, index) => ({
          key: index,
          content: (
            <>
              {t(`history.${what}`)} · {who === 'system' ? t('history.system') : who}
              <div className="faint">
                <Time at={at} />
              </div>
              {note && <div>{note}</div>}
              {attachments.length > 0 && (
                <div className="faint">{t('evidence.with', { count: attachments.length })}</div>
              )}
            </>
          ),
        }))}
      />
    </>
  );
}

/** What a line of facts may hold; no promise, which React would take too. */
type Shown = string | number | ReactElement | undefined;
