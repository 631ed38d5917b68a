import { useMutation } from '@tanstack/react-query';
import { App, Button, Card } from 'antd';
import { useTranslation } from 'react-i18next';
import { useGet, useHasRole } from '../api/hooks.js';
import type { JobRun } from '../api/types.js';
import { Chip } from '../components/chip.js';
import { QueryState } from '../components/query-state.js';
import { ListTable } from '../components/list-table.js';
import { Time } from '../components/show.js';
import { useErrorText } from '../error-text.js';
import { useApi } from '../session.js';

const REFRESH_MS = 15_000;
const RUN_TONES = { running: 'info', done: 'good', failed: 'bad', skipped: 'warn' } as const;

/** To the page that shows the queues: the service opens it for whoever asks here. */
function QueueBoardButton() {
  const { t } = useTranslation();
  const api = useApi();
  const errorText = useErrorText();
  const { message } = App.useApp();
  const open = useMutation({
    mutationFn: () => api.openQueueBoard(),
    onSuccess: ({ address }) => location.assign(address),
    onError: (error) => void message.error(errorText(error)),
  });
  return (
    <Button size="small" loading={open.isPending} onClick={() => open.mutate()}>
      {t('system.queues')}
    </Button>
  );
}

/** The run ledger of scheduled jobs, and the way to the queues. */
export function Jobs() {
  const { t } = useTranslation();
  const isAdmin = useHasRole();
  const list = useGet('listJobRuns', { query: { limit: 50 } }, REFRESH_MS);
  return (
    <Card size="small" className="gap-below" title={t('system.jobs')} extra={isAdmin && <QueueBoardButton />}>
      <QueryState
        isPending={list.isPending}
        error={list.error}
        isEmpty={list.data?.items.length === 0}
        onRetry={() => void list.refetch()}
      >
        <ListTable<JobRun>
          label={t('system.jobs')}
          rowKey={({ job, date }) => `${job}|${date ?? ''}`}
          dataSource={[...(list.data?.items ?? [])]}
          columns={[
            {
              title: t('system.job'),
              render: (_, { job }) => (
                <>
                  {t(`system.jobName.${job}`, job)} <span className="faint">{job}</span>
                </>
              ),
            },
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
      </QueryState>
    </Card>
  );
}
