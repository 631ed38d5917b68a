import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Input, Popconfirm, Segmented, Space, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useGet, useHasRole, useMe, useRuleNames } from '../api/hooks.js';
import type { Proposal } from '../api/types.js';
import { Chip, type Tone } from '../components/chip.js';
import { QueryState } from '../components/query-state.js';
import { Time } from '../components/show.js';
import { useErrorText } from '../error-text.js';
import { FieldChanges } from '../rules/field-changes.js';
import { useApi } from '../session.js';
import { useFilters } from '../use-filters.js';
import '../rules/rules.css';

const REFRESH_MS = 5_000;
const TONES: Readonly<Record<string, Tone>> = {
  waiting: 'info', approved: 'warn', published: 'good', rejected: 'bad', withdrawn: 'plain', failed: 'bad',
}; // prettier-ignore

const KIND_TONES: Readonly<Record<Proposal['diff'][number]['kind'], Tone>> = {
  added: 'good',
  changed: 'info',
  removed: 'bad',
};
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  waiting: ['waiting', 'approved'],
  decided: ['published', 'rejected', 'withdrawn', 'failed'],
};

/** Changes of rules that were put forward: what would change, and what a second person says to it. */
export function ProposalsPage() {
  const { t } = useTranslation();
  const { filters, change } = useFilters(['view']);
  const list = useGet('listProposals', {}, REFRESH_MS);
  const all = list.data?.items ?? [];
  const of = (view: string) => all.filter(({ status }) => SHOWN[view]?.includes(status) ?? true);
  const view = filters.view in SHOWN ? filters.view : 'all';
  return (
    <>
      <div className="page-head">
        <Typography.Title level={1} className="page-title">
          {t('proposals.title')}
        </Typography.Title>
        <Segmented
          aria-label={t('common.status')}
          value={view}
          onChange={(value) => change('view', value === 'all' ? '' : value)}
          options={['all', ...Object.keys(SHOWN)].map((value) => ({
            value,
            label: t(`proposals.view.${value}`, { count: of(value).length }),
          }))}
        />
      </div>
      <QueryState
        isPending={list.isPending}
        error={list.error}
        isEmpty={of(view).length === 0}
        emptyText={t('proposals.none')}
        onRetry={() => void list.refetch()}
      >
        {of(view).map((proposal) => (
          <ProposalCard key={proposal.id} proposal={proposal} />
        ))}
      </QueryState>
    </>
  );
}

function ProposalCard({ proposal }: { readonly proposal: Proposal }) {
  const { t } = useTranslation();
  const nameOf = useRuleNames();
  const { id, status, diff, changes, reason, by, createdAt, decided, publication, failure } = proposal;
  const names = [...new Set(diff.map((change) => nameOf(change.id)))].join('、');
  const texts = changes.flatMap((change) => ('file' in change ? [change] : []));
  return (
    <Card
      size="small"
      className="gap-below proposal"
      title={names || id}
      extra={<Chip tone={TONES[status] ?? 'plain'}>{t(`proposals.status.${status}`)}</Chip>}
    >
      <p className="proposal-reason">{reason}</p>
      <p className="faint">
        {t('proposals.proposed', { by })} <Time at={createdAt} />
      </p>
      {diff.map((change) => (
        <Changed key={change.id} change={change} proposal={proposal} />
      ))}
      {texts.map(({ file, text }) => (
        <details key={file} className="gap-below">
          <summary>{t('proposals.file', { file })}</summary>
          <pre className="file" tabIndex={0}>
            {text}
          </pre>
        </details>
      ))}
      {decided && (
        <p className="proposal-decided">
          {t(`proposals.decided.${decidedAs(status)}`, { by: decided.by })} <Time at={decided.at} />
          {decided.note !== undefined && <span className="faint"> {decided.note}</span>}
          {publication !== undefined && ` · ${t('proposals.publication', { number: publication })}`}
        </p>
      )}
      {failure && <p className="late">{failure}</p>}
      <Decision proposal={proposal} names={names || id} />
    </Card>
  );
}

/** What the second person (or the author) did, whatever became of it after. */
function decidedAs(status: Proposal['status']): 'approved' | 'rejected' | 'withdrawn' {
  return status === 'rejected' || status === 'withdrawn' ? status : 'approved';
}

function Changed(props: { readonly change: Proposal['diff'][number]; readonly proposal: Proposal }) {
  const { change, proposal } = props;
  const { t } = useTranslation();
  const retired = proposal.changes.find((one) => 'retire' in one && one.retire === change.id);
  const openAlerts = retired && 'retire' in retired ? (retired.openAlerts ?? 'handled') : undefined;
  return (
    <div>
      <p>
        <Chip tone={KIND_TONES[change.kind]}>{t(`proposals.kind.${change.kind}`)}</Chip>{' '}
        <Link to={`/rules/${encodeURIComponent(change.id)}`}>{change.id}</Link>
        {openAlerts !== undefined && (
          <span className="faint">
            {' '}
            {t('retire.alerts')}：{t(`retire.openAlerts.${openAlerts}`)}
          </span>
        )}
      </p>
      {change.kind === 'changed' && <FieldChanges fields={change.fields} label={change.id} />}
    </div>
  );
}

function Decision({ proposal, names }: { readonly proposal: Proposal; readonly names: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const me = useMe();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const { message } = App.useApp();
  const [note, setNote] = useState('');
  const decide = useMutation({
    mutationFn: (what: 'approve' | 'reject' | 'withdraw') => {
      const params = { id: proposal.id };
      const said = note.trim();
      if (what === 'withdraw') return api.withdrawProposal({ params });
      if (what === 'reject') return api.rejectProposal({ params, body: { note: said } });
      return api.approveProposal({ params, body: said === '' ? {} : { note: said } });
    },
    onSuccess: (_, what) => void message.success(t(`proposals.done.${what}`)),
    onError: (error) => void message.error(errorText(error)),
    onSettled: () => queries.invalidateQueries(),
  });
  const isAuthor = useHasRole('author');
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
      <Popconfirm
        title={t('proposals.approveAsk', { names })}
        okText={t('proposals.approve')}
        onConfirm={() => decide.mutate('approve')}
      >
        <Button type="primary" loading={decide.isPending}>
          {t('proposals.approve')}
        </Button>
      </Popconfirm>
      <Button danger disabled={note.trim().length < 4} onClick={() => decide.mutate('reject')}>
        {t('proposals.reject')}
      </Button>
    </Space>
  );
}
