import { Card, Descriptions, Table, Timeline, Typography } from 'antd';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useGet, useOrgUnits, useRuleNames } from '../api/hooks.js';
import type { Clock, WorkOrderPage as WorkOrderAnswer } from '../api/types.js';
import { QueryState } from '../components/query-state.js';
import { ScrollRegion } from '../components/scroll-region.js';
import { AlertStatusTag, SeverityTag, Time } from '../components/show.js';
import { WorkOrderChart, type ShownWorkOrder } from '../components/work-order-chart.js';
import { Chip } from '../components/chip.js';

/** One work order: where it stands, its stages and limits drawn over time, and everything that happened to it. */
export function WorkOrderPage() {
  const { t } = useTranslation();
  const { no = '' } = useParams();
  const query = useGet<WorkOrderAnswer>(`/api/work-orders/${encodeURIComponent(no)}`);
  return (
    <>
      <Typography.Title level={1} className="page-title">
        {t('workOrders.title')} {no}
      </Typography.Title>
      <QueryState isPending={query.isPending} error={query.error} onRetry={() => void query.refetch()}>
        {query.data && <Found answer={query.data} />}
      </QueryState>
    </>
  );
}

function Found({ answer }: { readonly answer: WorkOrderAnswer }) {
  const { t } = useTranslation();
  const { nameOf } = useOrgUnits();
  const workOrder = answer.workOrder as unknown as ShownWorkOrder;
  const facts: [string, Shown][] = [
    [t('common.process'), workOrder.process],
    [t('common.status'), t(`workOrders.status.${workOrder.status}`)],
    [t('workOrders.customerNo'), workOrder.customerNo],
    [t('common.unit'), nameOf(workOrder.orgUnit)],
    [t('workOrders.managingUnit'), nameOf(workOrder.managingUnit)],
    [t('workOrders.documents'), workOrder.documents.map(({ document }) => document).join('、')],
  ];
  return (
    <>
      <Card size="small" className="gap-below">
        <Descriptions
          size="small"
          column={{ xs: 1, sm: 2, lg: 3 }}
          items={facts
            .filter(([, value]) => value !== undefined && value !== '')
            .map(([label, children]) => ({ key: label, label, children }))}
        />
      </Card>
      {answer.alerts.length > 0 && (
        <Card size="small" title={t('workOrders.alerts')} className="gap-below">
          <ul className="plain-list">
            {answer.alerts.map((alert) => (
              <li key={alert.id} className="alert-line">
                <SeverityTag severity={alert.severity} />
                <Link to={`/alerts/${encodeURIComponent(alert.id)}`}>{alert.title}</Link>
                <AlertStatusTag status={alert.status} />
              </li>
            ))}
          </ul>
        </Card>
      )}
      {workOrder.stages.length > 0 && (
        <Card size="small" title={t('workOrders.timeline')} className="gap-below">
          <WorkOrderChart workOrder={workOrder} clocks={answer.clocks} alerts={answer.alerts} />
        </Card>
      )}
      {answer.clocks.length > 0 && (
        <Card size="small" title={t('workOrders.clocks')} className="gap-below">
          <Clocks clocks={answer.clocks} />
        </Card>
      )}
      <Card size="small" title={t('workOrders.events')}>
        <Timeline
          items={answer.timeline.map((event) => ({
            key: `${event.source}${event.id}`,
            content: (
              <>
                <Time at={event.time} />{' '}
                <b>{t(`eventType.${event.type.replace(/^yxzy\./, '').replaceAll('.', '_')}`, event.type)}</b>{' '}
                {describe(event.data)}
                {event.recordedtime !== undefined && event.recordedtime !== event.time && (
                  <span className="faint">
                    {' '}
                    ({t('workOrders.recorded', { time: '' })}
                    <Time at={event.recordedtime} />)
                  </span>
                )}
              </>
            ),
          }))}
        />
      </Card>
    </>
  );
}

function Clocks({ clocks }: { readonly clocks: readonly Clock[] }) {
  const { t } = useTranslation();
  const ruleName = useRuleNames();
  return (
    <ScrollRegion label={t('workOrders.clocks')}>
      <Table<Clock>
        rowKey="key"
        size="small"
        pagination={false}
        dataSource={[...clocks]}
        columns={[
          {
            title: t('common.rule'),
            render: (_, { rule }) => (
              <Link to={`/rules/${encodeURIComponent(rule.id)}`}>{ruleName(rule.id)}</Link>
            ),
          },
          { title: t('common.stage'), render: (_, { stage }) => stage },
          { title: t('workOrders.anchorAt'), render: (_, { anchorAt }) => <Time at={anchorAt} /> },
          {
            title: t('workOrders.dueAt'),
            render: (_, { dueAt, overdue, uncoveredYears }) =>
              uncoveredYears ? (
                t('workOrders.uncovered', { years: uncoveredYears.join('、') })
              ) : (
                <Time at={dueAt} isLate={overdue} />
              ),
          },
          {
            title: t('common.status'),
            render: (_, { state, overdue, undecided }) =>
              undecided ? (
                <Chip tone="warn">{t('workOrders.undecided')}</Chip>
              ) : overdue ? (
                <Chip tone="bad">{t('workOrders.overdue')}</Chip>
              ) : (
                <Chip tone={state === 'running' ? 'info' : 'plain'}>
                  {t(`workOrders.clockState.${state}`)}
                </Chip>
              ),
          },
        ]}
      />
    </ScrollRegion>
  );
}

/** The words of an event's data that a reader looks for; the rest is at the API. */
function describe(data: Readonly<Record<string, unknown>>): string {
  const { stage, nextStage, document, role, form, reason, result } = data;
  const next = typeof nextStage === 'string' ? `→ ${nextStage}` : undefined;
  const texts = [stage, next, document, role, form, reason, result];
  return texts.filter((text): text is string => typeof text === 'string' && text !== '').join(' ');
}

/** What a line of facts may hold; no promise, which React would take too. */
type Shown = string | number | ReactElement | undefined;
