import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Input, Space, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGet, useMe } from '../api/hooks.js';
import type { Page, Proposal } from '../api/types.js';
import { Chip, type Tone } from '../components/chip.js';
import { QueryState } from '../components/query-state.js';
import { ScrollRegion } from '../components/scroll-region.js';
import { Time } from '../components/show.js';
import { useErrorText } from '../error-text.js';
import { useApi } from '../session.js';

const REFRESH_MS = 5_000;
const TONES: Readonly<Record<string, Tone>> = {
  waiting: 'info', approved: 'warn', published: 'good', rejected: 'bad', withdrawn: 'plain', failed: 'bad',
}; // prettier-ignore

/** Changes of rules that were put forward: what would change, and what a second person says to it. */
export function ProposalsPage() {
  const { t } = useTranslation();
  const list = useGet<Page<Proposal>>('/api/rules/proposals', {}, REFRESH_MS);
  return (
    <>
      <Typography.Title level={1} className="page-title">
        {t('proposals.title')}
      </Typography.Title>
      <QueryState
        isPending={list.isPending}
        error={list.error}
        isEmpty={list.data?.items.length === 0}
        emptyText={t('proposals.none')}
        onRetry={() => void list.refetch()}
      >
        {list.data?.items.map((proposal) => (
          <ProposalCard key={proposal.id} proposal={proposal} />
        ))}
      </QueryState>
    </>
  );
}

function ProposalCard({ proposal }: { readonly proposal: Proposal }) {
  const { t } = useTranslation();
  const { id, status, diff, reason, by, createdAt, decided, publication, failure } = proposal;
  const names = [...new Set(diff.map((change) => change.id))].join('、');
  return (
    <Card
      size="small"
      className="gap-below proposal"
      title={names || id}
      extra={<Chip tone={TONES[status] ?? 'plain'}>{t(`proposals.status.${status}`)}</Chip>}
    >
      <p>
        {reason}{' '}
        <span className="faint">
          {by} · <Time at={createdAt} />
        </span>
      </p>
      {diff.map((change) => (
        <div key={change.id}>
          <p>
            {t(`proposals.kind.${change.kind}`)} {change.id}
          </p>
          {change.kind === 'changed' && <Fields fields={change.fields} label={change.id} />}
        </div>
      ))}
      {decided && (
        <p className="faint">
          {decided.by} · <Time at={decided.at} /> {decided.note}
        </p>
      )}
      {publication !== undefined && <p>{t('proposals.publication', { number: publication })}</p>}
      {failure && <p className="late">{failure}</p>}
      <Decision proposal={proposal} />
    </Card>
  );
}

function Fields({
  fields,
  label,
}: {
  readonly fields: Proposal['diff'][number]['fields'];
  readonly label: string;
}) {
  const { t } = useTranslation();
  const show = (value: unknown) => (value === undefined ? '—' : JSON.stringify(value));
  return (
    <ScrollRegion label={label}>
      <table className="diff">
        <thead>
          <tr>
            <th>{t('proposals.field')}</th>
            <th>{t('proposals.before')}</th>
            <th>{t('proposals.after')}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map(({ path, before, after }) => (
            <tr key={path}>
              <td>{path}</td>
              <td>
                <del>{show(before)}</del>
              </td>
              <td>
                <ins>{show(after)}</ins>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function Decision({ proposal }: { readonly proposal: Proposal }) {
  const { t } = useTranslation();
  const api = useApi();
  const me = useMe();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const { message } = App.useApp();
  const [note, setNote] = useState('');
  const decide = useMutation({
    mutationFn: (what: 'approve' | 'reject' | 'withdraw') =>
      api.post(
        `/api/rules/proposals/${encodeURIComponent(proposal.id)}/${what}`,
        what === 'withdraw' || note.trim() === '' ? {} : { note: note.trim() },
      ),
    onSuccess: (_, what) => void message.success(t(`proposals.done.${what}`)),
    onError: (error) => void message.error(errorText(error)),
    onSettled: () => queries.invalidateQueries(),
  });
  const isAuthor = me?.roles.some((role) => role === 'admin' || role === 'author');
  if (proposal.status !== 'waiting' || !isAuthor) return null;
  if (proposal.by === me?.id)
    return (
      <Space wrap>
        <span className="faint">{t('proposals.forOthers')}</span>
        <Button loading={decide.isPending} onClick={() => decide.mutate('withdraw')}>
          {t('proposals.withdraw')}
        </Button>
      </Space>
    );
  return (
    <Space wrap>
      <Input
        aria-label={t('proposals.note')}
        placeholder={t('proposals.note')}
        maxLength={1000}
        value={note}
        onChange={({ target }) => setNote(target.value)}
      />
      <Button type="primary" loading={decide.isPending} onClick={() => decide.mutate('approve')}>
        {t('proposals.approve')}
      </Button>
      <Button danger disabled={note.trim().length < 4} onClick={() => decide.mutate('reject')}>
        {t('proposals.reject')}
      </Button>
    </Space>
  );
}
