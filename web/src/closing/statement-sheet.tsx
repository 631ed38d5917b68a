import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Popconfirm, Space, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useGet, useHasRole, useMe } from '../api/hooks.js';
import type { Statement } from '../api/types.js';
import { QueryState } from '../components/query-state.js';
import { ScrollRegion } from '../components/scroll-region.js';
import { Time } from '../components/show.js';
import { useErrorText } from '../error-text.js';
import { showPage } from '../save-file.js';
import { useApi } from '../session.js';
import { SIDES, SignDueAt } from './sign-due-at.js';

/** One statement with its lines: what differs leads to its alert; either side signs, the whole is printed. */
export function StatementSheet({ unit, date }: { readonly unit: string; readonly date: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const me = useMe();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const { message } = App.useApp();
  const params = { unit, date };
  const query = useGet('getReconciliation', { params });
  const statement = query.data;
  const fail = (error: Error) => void message.error(errorText(error));
  const sign = useMutation({
    mutationFn: (side: (typeof SIDES)[number]) =>
      api.signReconciliation({ params, body: { side, version: statement?.version ?? 0 } }),
    onError: fail,
    onSettled: () => queries.invalidateQueries(),
  });
  const print = () => showPage(api.printReconciliation({ params }), `${unit}-${date}.html`).catch(fail);
  const maySign = useHasRole('supervisor', 'inspector');
  return (
    <QueryState isPending={query.isPending} error={query.error} onRetry={() => void query.refetch()}>
      {statement && (
        <>
          <Space wrap className="gap-below">
            {SIDES.map((side) => {
              const signed = statement.signed.find((one) => one.side === side);
              if (signed)
                return (
                  <span key={side}>
                    {t('statements.signedBy', { side: t(`statements.side.${side}`), by: signed.by })}{' '}
                    <Time at={signed.at} />
                  </span>
                );
              if (maySign && statement.signed.some(({ by }) => by === me?.id))
                return (
                  <span key={side} className="faint">
                    {t('statements.signByOther', { side: t(`statements.side.${side}`) })}
                  </span>
                );
              const words = t('statements.sign', { side: t(`statements.side.${side}`) });
              return (
                maySign && (
                  <Popconfirm
                    key={side}
                    title={t('statements.signAsk', { side: t(`statements.side.${side}`) })}
                    okText={words}
                    onConfirm={() => sign.mutate(side)}
                  >
                    <Button loading={sign.isPending}>{words}</Button>
                  </Popconfirm>
                )
              );
            })}
            <Button onClick={() => void print()}>{t('inspections.print')}</Button>
            {statement.signDueAt !== undefined && (
              <span>
                {t('statements.signDueAt')}: <SignDueAt statement={statement} />
              </span>
            )}
          </Space>
          <ScrollRegion label={t('statements.lines')}>
            <Table<Statement['rows'][number]>
              rowKey={({ workOrder, stage, visit }) => `${workOrder}|${stage}|${visit ?? ''}`}
              size="small"
              pagination={{ pageSize: 100, hideOnSinglePage: true, showSizeChanger: false }}
              dataSource={[...statement.rows]}
              columns={[
                {
                  title: t('workOrders.no'),
                  render: (_, { workOrder }) => (
                    <Link to={`/work-orders/${encodeURIComponent(workOrder)}`}>{workOrder}</Link>
                  ),
                },
                { title: t('common.stage'), dataIndex: 'stage' },
                { title: t('workOrders.completedAt'), render: (_, row) => <Time at={row.completedAt} /> },
                { title: t('statements.handedOver'), render: (_, row) => <Time at={row.handedOverAt} /> },
                {
                  title: t('statements.differences'),
                  render: (_, { differences }) =>
                    differences.map(({ code, alert }) => (
                      <Link key={code} to={`/alerts/${encodeURIComponent(alert)}`}>
                        {t(`statements.code.${code}`, code)}{' '}
                      </Link>
                    )),
                },
              ]}
            />
          </ScrollRegion>
        </>
      )}
    </QueryState>
  );
}
