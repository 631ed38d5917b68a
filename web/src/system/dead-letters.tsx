import { Button, Card, Popconfirm, Select, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGet, useHasRole, usePages } from '../api/hooks.js';
import { listed } from '../api/client.js';
import { ListFoot } from '../components/list-foot.js';
import { QueryState } from '../components/query-state.js';
import { useFilters } from '../use-filters.js';
import { DeadLetterSheet } from './dead-letter-sheet.js';
import { DeadLetterTable } from './dead-letter-table.js';
import { ReplayOutcome } from './replay-outcome.js';
import { useReasonText } from './use-reason-text.js';
import { useReplay } from './use-replay.js';

const REFRESH_MS = 15_000;
const KINDS = ['event', 'intake'] as const;
const STATES = ['waiting', 'replayed', 'any'] as const;
const REPLAYED = { waiting: 'false', replayed: 'true', any: 'any' } as const;

/** What had to be set aside: why, what exactly, and taking up again those that are chosen, or all that the filters show. */
export function DeadLetters() {
  const { t } = useTranslation();
  const reasonText = useReasonText();
  const isAdmin = useHasRole();
  const { filters, change: changeFilter } = useFilters(['reason', 'kind', 'letters']);
  const state = STATES.find((one) => one === filters.letters) ?? 'waiting';
  const [kind] = listed<(typeof KINDS)[number]>(filters.kind) ?? [];
  const [reason] = filters.reason === '' ? [] : [filters.reason];
  const reasons = useGet('countDeadLetters', {}, REFRESH_MS);
  const query = { reason, kind, replayed: REPLAYED[state], limit: 50 };
  const list = usePages('listDeadLetters', { query }, REFRESH_MS);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [opened, setOpened] = useState<string>();
  const replay = useReplay(() => setChosen(new Set()));
  const change = (name: keyof typeof filters, value: string) => {
    setChosen(new Set());
    changeFilter(name, value);
  };
  // Those that have gone from the list meanwhile are not taken along unseen.
  const ids = list.items.filter(({ id, replayedAt }) => !replayedAt && chosen.has(id)).map(({ id }) => id);
  const narrowed = reason !== undefined || kind !== undefined;
  return (
    <Card size="small" title={t('dead.title')} className="gap-below">
      <Space wrap className="filters" role="search" aria-label={t('dead.title')}>
        <Select
          allowClear
          className="filter"
          aria-label={t('common.reason')}
          placeholder={t('common.reason')}
          value={reason ?? null}
          options={(reasons.data?.items ?? []).map(({ reason: value, count }) => ({
            value,
            label: t('dead.reasonCount', { reason: reasonText(value), count }),
          }))}
          onChange={(value: string | null) => change('reason', value ?? '')}
        />
        <Select
          allowClear
          className="filter"
          aria-label={t('dead.kind')}
          placeholder={t('dead.kind')}
          value={kind ?? null}
          options={KINDS.map((value) => ({ value, label: t(`dead.kindOf.${value}`) }))}
          onChange={(value: string | null) => change('kind', value ?? '')}
        />
        <Select
          className="filter"
          aria-label={t('common.status')}
          value={state}
          options={STATES.map((value) => ({ value, label: t(`dead.state.${value}`) }))}
          onChange={(value) => change('letters', value === 'waiting' ? '' : value)}
        />
        {isAdmin && state !== 'replayed' && (
          <>
            <Button
              type="primary"
              disabled={ids.length === 0}
              loading={replay.isPending}
              onClick={() => replay.mutate({ ids })}
            >
              {t('dead.replayChosen', { count: ids.length })}
            </Button>
            <Popconfirm
              title={t(narrowed ? 'dead.replayMatchingAsk' : 'dead.replayAllAsk')}
              onConfirm={() => replay.mutate({ all: true, ...(reason && { reason }), ...(kind && { kind }) })}
            >
              <Button disabled={list.items.length === 0} loading={replay.isPending}>
                {t(narrowed ? 'dead.replayMatching' : 'dead.replayAll')}
              </Button>
            </Popconfirm>
          </>
        )}
      </Space>
      {replay.data && <ReplayOutcome outcome={replay.data} onClose={() => replay.reset()} />}
      <QueryState
        isPending={list.isPending}
        error={list.error}
        isEmpty={list.items.length === 0}
        emptyText={t(narrowed || state !== 'waiting' ? 'state.empty' : 'dead.none')}
        onRetry={() => void list.refetch()}
      >
        <DeadLetterTable
          items={list.items}
          chosen={isAdmin ? chosen : undefined}
          onChoose={setChosen}
          onOpen={setOpened}
        />
        <ListFoot list={list} />
      </QueryState>
      <DeadLetterSheet id={opened} onClose={() => setOpened(undefined)} />
    </Card>
  );
}
