import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Popconfirm, Segmented, Space, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useGet, useHasRole } from '../api/hooks.js';
import { rereadAlerts } from '../api/live-alerts.js';
import type { Silence } from '../api/types.js';
import { Chip, type Tone } from '../components/chip.js';
import { QueryState } from '../components/query-state.js';
import { ListTable } from '../components/list-table.js';
import { Time } from '../components/show.js';
import { useErrorText } from '../error-text.js';
import { useApi } from '../session.js';
import { useMatcherWords } from '../silences/matcher-words.js';
import { SilenceDialog } from '../silences/silence-dialog.js';
import { useFilters } from '../use-filters.js';

const REFRESH_MS = 60_000;
type State = 'active' | 'later' | 'over' | 'ended';
const TONES: Readonly<Record<State, Tone>> = { active: 'warn', later: 'info', over: 'plain', ended: 'plain' };

/** Silences: which alerts are kept quiet, until when, by whom and why; made and ended by supervisors. */
export function SilencesPage() {
  const { t } = useTranslation();
  const { filters, change } = useFilters(['all']);
  const isSupervisor = useHasRole('supervisor');
  const [isAsking, setAsking] = useState(false);
  const showsAll = filters.all === 'true';
  const list = useGet('listSilences', showsAll ? {} : { query: { live: true } }, REFRESH_MS);
  const wordsOf = useMatcherWords();
  const items = list.data?.items ?? [];
  return (
    <>
      <Typography.Title level={1} className="page-title">
        {t('silences.title')}
      </Typography.Title>
      <Space wrap className="filters">
        <Segmented
          aria-label={t('silences.title')}
          value={showsAll ? 'all' : 'live'}
          onChange={(value) => change('all', value === 'all' ? 'true' : '')}
          options={(['live', 'all'] as const).map((value) => ({ value, label: t(`silences.show.${value}`) }))}
        />
        {isSupervisor && (
          <Button type="primary" onClick={() => setAsking(true)}>
            {t('silences.add')}
          </Button>
        )}
        <Link to="/alerts?status=silenced">{t('silences.muted')}</Link>
      </Space>
      <QueryState
        isPending={list.isPending}
        error={list.error}
        isEmpty={items.length === 0}
        emptyText={t('silences.none')}
        onRetry={() => void list.refetch()}
      >
        <ListTable<Silence>
          label={t('silences.title')}
          className="wide-first"
          rowKey="id"
          dataSource={items}
          columns={[
            {
              title: t('silences.what'),
              render: (_, { matcher }) =>
                matcher.alert === undefined ? (
                  wordsOf(matcher).join(' · ')
                ) : (
                  <Link to={`/alerts/${encodeURIComponent(matcher.alert)}`}>{t('silences.oneAlert')}</Link>
                ),
            },
            { title: t('common.reason'), dataIndex: 'reason' },
            { title: t('silences.by'), dataIndex: 'by' },
            { title: t('silences.from'), render: (_, { from }) => <Time at={from} /> },
            {
              title: t('silences.until'),
              render: (_, { until }) =>
                until === undefined ? t('silences.last.resolved') : <Time at={until} />,
            },
            {
              title: t('common.status'),
              render: (_, silence) => <StateOf silence={silence} />,
            },
            {
              title: t('silences.act'),
              render: (_, silence) => isSupervisor && isLive(silence) && <EndButton id={silence.id} />,
            },
          ]}
        />
      </QueryState>
      {isAsking && <SilenceDialog onDone={() => setAsking(false)} />}
    </>
  );
}

function StateOf({ silence }: { readonly silence: Silence }) {
  const { t } = useTranslation();
  const state = stateOf(silence);
  return (
    <>
      <Chip tone={TONES[state]}>{t(`silences.state.${state}`)}</Chip>
      {silence.ended && (
        <span className="faint">
          {' '}
          {silence.ended.by === 'system' ? t('history.system') : silence.ended.by}{' '}
          <Time at={silence.ended.at} />
        </span>
      )}
    </>
  );
}

function EndButton({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const { message } = App.useApp();
  const end = useMutation({
    mutationFn: () => api.endSilence({ params: { id } }),
    onError: (error) => void message.error(errorText(error)),
    onSettled: () =>
      Promise.all([queries.invalidateQueries({ queryKey: ['listSilences'] }), rereadAlerts(queries, true)]),
  });
  return (
    <Popconfirm title={t('silences.endAsk')} okText={t('silences.end')} onConfirm={() => end.mutate()}>
      <Button size="small" loading={end.isPending}>
        {t('silences.end')}
      </Button>
    </Popconfirm>
  );
}

function stateOf({ from, until, ended }: Silence): State {
  const now = Date.now();
  if (ended) return 'ended';
  if (until !== undefined && Date.parse(until) <= now) return 'over';
  return Date.parse(from) > now ? 'later' : 'active';
}

function isLive(silence: Silence): boolean {
  return ['active', 'later'].includes(stateOf(silence));
}
