import { Card, Descriptions, Empty, Typography } from 'antd';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useGet, useOrgUnits } from '../api/hooks.js';
import type { WorkOrderPage as WorkOrderAnswer } from '../api/types.js';
import { Chip } from '../components/chip.js';
import { QueryState } from '../components/query-state.js';
import { AlertStatusTag, SeverityTag } from '../components/show.js';
import { useFilters } from '../use-filters.js';
import { ClockTable } from '../work-order/clock-table.js';
import { EventList } from '../work-order/event-list.js';
import { knownAtOf, usualBasis } from '../work-order/known-moments.js';
import { KnownSlider } from '../work-order/known-slider.js';
import type { ShownWorkOrder } from '../work-order/shown-work-order.js';
import { WorkOrderChart } from '../work-order/work-order-chart.js';

/** One work order: where it stands, its stages and limits drawn over time, everything that happened to it; and how it was known at a moment. */
export function WorkOrderPage() {
  const { no = '' } = useParams();
  const query = useGet('getWorkOrder', { params: { no } });
  const title = useTitle(no);
  return (
    <>
      <Typography.Title level={1} className="page-title">
        {title}
      </Typography.Title>
      <QueryState isPending={query.isPending} error={query.error} onRetry={() => void query.refetch()}>
        {query.data && <Found answer={query.data} no={no} />}
      </QueryState>
    </>
  );
}

/** `工单 W-1`; of a day of a hall or unit, which is told in the same way, `营业厅 解放路营业厅 2026-11-26`. */
function useTitle(no: string): string {
  const { t } = useTranslation();
  const { nameOf } = useOrgUnits();
  const [, kind, id, day] = /^(hall|orgUnit|account|feed):([^@]+)(?:@(.+))?$/.exec(no) ?? [];
  if (kind === undefined || id === undefined) return `${t('workOrders.subjectType.workOrder')} ${no}`;
  const name = kind === 'hall' || kind === 'orgUnit' ? nameOf(id) : id;
  return [t(`workOrders.subjectType.${kind}`), name, day].filter(Boolean).join(' ');
}

function Found({ answer, no }: { readonly answer: WorkOrderAnswer; readonly no: string }) {
  const { filters, change } = useFilters(['knownAt', 'by']);
  const by = filters.by === 'received' || filters.by === 'recorded' ? filters.by : usualBasis(answer.timeline);
  const asked = Date.parse(filters.knownAt);
  const at = Number.isNaN(asked) ? undefined : asked;
  const recall = useGet(
    'recallWorkOrder',
    at !== undefined && { params: { no }, query: { at: new Date(at).toISOString(), by } },
  );
  const then = at === undefined ? undefined : recall.data;
  return (
    <>
      <KnownSlider
        timeline={answer.timeline}
        by={by}
        at={at}
        isLoading={recall.isPlaceholderData || recall.isPending}
        later={then?.later}
        onChange={(moment) => change('knownAt', moment === undefined ? '' : new Date(moment).toISOString())}
        onBasis={(basis) => change('by', basis)}
      />
      <QueryState isPending={at !== undefined && recall.isPending} error={recall.error} onRetry={() => void recall.refetch()}>
        <State
          workOrder={(then ?? answer).workOrder as unknown as ShownWorkOrder}
          timeline={(then ?? answer).timeline}
          clocks={(then ?? answer).clocks}
          alerts={
            then
              ? then.findings.map(({ alertId: id, openedAt, closedAt, ...finding }) => ({ ...finding, id, at: openedAt, isOpen: closedAt === undefined }))
              : answer.alerts.map(({ firstAt, ...alert }) => ({ ...alert, at: firstAt }))
          }
          until={at ?? Date.now()}
          keep={answer.timeline.map(({ time }) => Date.parse(time)).concat(answer.timeline.map((event) => knownAtOf(event, 'recorded')))}
          isPast={then !== undefined}
        />
      </QueryState>
    </>
  );
} // prettier-ignore

type FoundAlert = Pick<WorkOrderAnswer['alerts'][number], 'id' | 'severity' | 'title'> & {
  readonly at: string;
  /** Now. */
  readonly status?: WorkOrderAnswer['alerts'][number]['status'];
  /** Then. */
  readonly isOpen?: boolean;
};

function State(props: {
  readonly workOrder: ShownWorkOrder;
  readonly timeline: WorkOrderAnswer['timeline'];
  readonly clocks: WorkOrderAnswer['clocks'];
  readonly alerts: readonly FoundAlert[];
  readonly until: number;
  readonly keep: readonly number[];
  readonly isPast: boolean;
}) {
  const { workOrder, timeline, clocks, alerts, until, keep, isPast } = props;
  const { t } = useTranslation();
  const { nameOf } = useOrgUnits();
  if (timeline.length === 0)
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('workOrders.known.empty')} />;
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
      <Card size="small" title={t('workOrders.timeline')} className="gap-below">
        <WorkOrderChart {...{ workOrder, clocks, alerts, timeline, until, keep }} />
      </Card>
      {(alerts.length > 0 || isPast) && (
        <Card size="small" title={t(isPast ? 'workOrders.known.findings' : 'workOrders.alerts')} className="gap-below">
          {alerts.length === 0 && <span className="faint">{t('workOrders.known.noFindings')}</span>}
          <ul className="plain-list">
            {alerts.map(({ id, severity, title, status, isOpen }) => (
              <li key={id} className="alert-line">
                <SeverityTag severity={severity} />
                <Link to={`/alerts/${encodeURIComponent(id)}`}>{title}</Link>
                {status !== undefined && <AlertStatusTag status={status} />}
                {isOpen !== undefined && <Chip tone={isOpen ? 'bad' : 'good'}>{t(`workOrders.known.${isOpen ? 'open' : 'closed'}`)}</Chip>}
              </li>
            ))}
          </ul>
          {isPast && <p className="faint known-hint">{t('workOrders.known.rules')}</p>}
        </Card>
      )}
      {clocks.length > 0 && (
        <Card size="small" title={t('workOrders.clocks')} className="gap-below">
          <ClockTable clocks={clocks} />
        </Card>
      )}
      <Card size="small" title={t('workOrders.events')}>
        <EventList timeline={timeline} />
      </Card>
    </>
  );
} // prettier-ignore

/** What a line of facts may hold; no promise, which React would take too. */
type Shown = string | number | ReactElement | undefined;
