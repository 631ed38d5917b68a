import { App, Button, Card, Table, Typography } from 'antd';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useGet, useMe } from '../api/hooks.js';
import type { DeadLetter, JobRun, Page, Readiness } from '../api/types.js';
import { Audit } from '../components/audit-log.js';
import { Channels } from '../components/channels.js';
import { Users } from '../components/users.js';
import { QueryState } from '../components/query-state.js';
import { ScrollRegion } from '../components/scroll-region.js';
import { Time } from '../components/show.js';
import { useApi } from '../session.js';
import { Chip } from '../components/chip.js';

const REFRESH_MS = 15_000;
const RUN_TONES = { running: 'info', done: 'good', failed: 'bad', skipped: 'warn' } as const;

/** How the service itself is: its parts, its jobs, and what it had to set aside. */
export function SystemPage() {
  const { t } = useTranslation();
  const roles = useMe()?.roles ?? [];
  const isAdmin = roles.includes('admin');
  const isAuditor = isAdmin || roles.includes('auditor');
  const ready = useGet<Readiness>('/readyz', {}, REFRESH_MS);
  return (
    <>
      <Typography.Title level={1} className="page-title">
        {t('system.title')}
      </Typography.Title>
      <Card
        size="small"
        className="gap-below"
        title={t('system.checks')}
        extra={
          ready.data && (
            <Chip tone={ready.data.ready ? 'good' : 'bad'}>
              {t(ready.data.ready ? 'system.ready' : 'system.notReady')}
            </Chip>
          )
        }
      >
        <QueryState isPending={ready.isPending} error={ready.error} onRetry={() => void ready.refetch()}>
          <ul className="plain-list">
            {ready.data?.checks.map(({ name, ok, required = true, message }, index) => (
              <li key={`${name}${index}`}>
                <Chip tone={ok ? 'good' : required ? 'bad' : 'warn'}>
                  {t(ok ? 'system.ok' : required ? 'system.bad' : 'system.attention')}
                </Chip>{' '}
                {name} {message && <span className="faint">{message}</span>}
              </li>
            ))}
          </ul>
        </QueryState>
      </Card>
      <DeadLetters />
      <Channels />
      <Jobs />
      {isAdmin && <Users />}
      {isAuditor && <Audit />}
    </>
  );
}

function DeadLetters() {
  const { t } = useTranslation();
  const api = useApi();
  const me = useMe();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const list = useGet<Page<DeadLetter>>('/api/dead-letters', { limit: 50 }, REFRESH_MS);
  const replay = useMutation({
    mutationFn: (ids: readonly string[]) =>
      api.post<{ replayed: string[] }>('/api/dead-letters/replay', { ids }),
    onSuccess: async ({ replayed }) => {
      void message.success(t('system.replayed', { count: replayed.length }));
      await queries.invalidateQueries({ queryKey: ['/api/dead-letters'] });
    },
    onError: (error) => void message.error(error.message),
  });
  return (
    <Card size="small" title={t('system.dead')} className="gap-below">
      <QueryState
        isPending={list.isPending}
        error={list.error}
        isEmpty={list.data?.items.length === 0}
        emptyText={t('system.noDead')}
        onRetry={() => void list.refetch()}
      >
        <ScrollRegion label={t('system.dead')}>
          <Table<DeadLetter>
            rowKey="id"
            size="small"
            pagination={false}
            dataSource={[...(list.data?.items ?? [])]}
            columns={[
              { title: t('common.reason'), dataIndex: 'reason' },
              { title: t('system.error'), dataIndex: 'error', ellipsis: true },
              { title: t('common.time'), render: (_, { at }) => <Time at={at} /> },
              {
                render: (_, { id }) =>
                  me?.roles.includes('admin') && (
                    <Button size="small" loading={replay.isPending} onClick={() => replay.mutate([id])}>
                      {t('system.replay')}
                    </Button>
                  ),
              },
            ]}
          />
        </ScrollRegion>
      </QueryState>
    </Card>
  );
}

function Jobs() {
  const { t } = useTranslation();
  const list = useGet<Page<JobRun>>('/api/jobs', { limit: 50 }, REFRESH_MS);
  return (
    <Card size="small" title={t('system.jobs')}>
      <QueryState
        isPending={list.isPending}
        error={list.error}
        isEmpty={list.data?.items.length === 0}
        onRetry={() => void list.refetch()}
      >
        <ScrollRegion label={t('system.jobs')}>
          <Table<JobRun>
            rowKey={({ job, date }) => `${job}|${date ?? ''}`}
            size="small"
            pagination={false}
            dataSource={[...(list.data?.items ?? [])]}
            columns={[
              { title: t('system.job'), dataIndex: 'job' },
              { title: t('system.date'), render: (_, { date }) => date ?? t('system.minute') },
              {
                title: t('common.status'),
                render: (_, { status, error }) => (
                  <>
                    <Chip tone={RUN_TONES[status]}>{t(`system.runStatus.${status}`)}</Chip> {error}
                  </>
                ),
              },
              { title: t('system.attempts'), dataIndex: 'attempts' },
              { title: t('system.startedAt'), render: (_, { startedAt }) => <Time at={startedAt} /> },
              { title: t('system.finishedAt'), render: (_, { finishedAt }) => <Time at={finishedAt} /> },
            ]}
          />
        </ScrollRegion>
      </QueryState>
    </Card>
  );
}
