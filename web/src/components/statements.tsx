import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Drawer, Space, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useGet, useMe, usePages } from '../api/hooks.js';
import type { Statement, StatementHead } from '../api/types.js';
import { useErrorText } from '../error-text.js';
import { useApi } from '../session.js';
import { Chip } from './chip.js';
import { QueryState } from './query-state.js';
import { ScrollRegion } from './scroll-region.js';
import { Time } from './show.js';

const SIDES = ['giver', 'receiver'] as const;

/** Statements of each unit and day: the completed list against the handover register, signed by both sides. */
export function Statements() {
  const { t } = useTranslation();
  const [opened, setOpened] = useState<StatementHead>();
  const list = usePages<StatementHead>('/api/reconciliations', { limit: 50 });
  return (
    <>
      <QueryState
        isPending={list.isPending}
        error={list.error}
        isEmpty={list.items.length === 0}
        emptyText={t('statements.none')}
        onRetry={() => void list.refetch()}
      >
        <ScrollRegion label={t('assessments.view.statements')}>
          <Table<StatementHead>
            rowKey="id"
            size="small"
            pagination={false}
            dataSource={[...list.items]}
            columns={[
              {
                title: t('common.date'),
                render: (_, statement) => (
                  <Button type="link" size="small" onClick={() => setOpened(statement)}>
                    {statement.date}
                  </Button>
                ),
              },
              { title: t('common.unit'), dataIndex: 'orgUnitName' },
              { title: t('statements.completed'), render: (_, { counts }) => counts.completed },
              { title: t('statements.handedOver'), render: (_, { counts }) => counts.handedOver },
              {
                title: t('statements.differences'),
                render: (_, { counts }) => (
                  <Chip tone={counts.differences > 0 ? 'bad' : 'good'}>{counts.differences}</Chip>
                ),
              },
              {
                title: t('statements.signed'),
                render: (_, { signed }) =>
                  signed.map(({ side, by }) => `${t(`statements.side.${side}`)} ${by}`).join('；') || '—',
              },
            ]}
          />
        </ScrollRegion>
        {list.hasNextPage && (
          <Button className="gap-above" onClick={() => void list.fetchNextPage()}>
            {t('state.more')}
          </Button>
        )}
      </QueryState>
      <Drawer
        open={opened !== undefined}
        onClose={() => setOpened(undefined)}
        size={900}
        title={opened && `${opened.orgUnitName} ${opened.date}`}
      >
        {opened && <StatementSheet unit={opened.orgUnit} date={opened.date} />}
      </Drawer>
    </>
  );
}

function StatementSheet({ unit, date }: { readonly unit: string; readonly date: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const me = useMe();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const { message } = App.useApp();
  const path = `/api/reconciliations/${encodeURIComponent(unit)}/${date}`;
  const query = useGet<Statement>(path);
  const statement = query.data;
  const fail = (error: Error) => void message.error(errorText(error));
  const sign = useMutation({
    mutationFn: (side: (typeof SIDES)[number]) =>
      api.post(`${path}/sign`, { side, version: statement?.version }),
    onError: fail,
    onSettled: () => queries.invalidateQueries(),
  });
  const print = () =>
    api.download(`${path}/print`).then((page) => void window.open(URL.createObjectURL(page)), fail);
  const maySign = me?.roles.some((role) => ['admin', 'supervisor', 'inspector'].includes(role));
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
                    {t(`statements.side.${side}`)}: {signed.by} <Time at={signed.at} />
                  </span>
                );
              return (
                maySign && (
                  <Button key={side} loading={sign.isPending} onClick={() => sign.mutate(side)}>
                    {t('statements.sign', { side: t(`statements.side.${side}`) })}
                  </Button>
                )
              );
            })}
            <Button onClick={() => void print()}>{t('inspections.print')}</Button>
          </Space>
          <ScrollRegion label={t('assessments.view.statements')}>
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
