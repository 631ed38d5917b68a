import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Input, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGet, useMe } from '../api/hooks.js';
import { useErrorText } from '../error-text.js';
import { useApi } from '../session.js';
import { Chip } from './chip.js';
import { QueryState } from './query-state.js';
import { Time } from './show.js';

interface Channel {
  readonly id: string;
  readonly type: string;
  readonly stopped?: { readonly at: string; readonly reason: string };
}

/** Channels of notification: whether each works, and a test message through it. */
export function Channels() {
  const { t } = useTranslation();
  const isAdmin = useMe()?.roles.includes('admin') ?? false;
  const list = useGet<{ items: readonly Channel[] }>('/api/channels');
  return (
    <Card size="small" title={t('channels.title')} className="gap-below">
      <QueryState
        isPending={list.isPending}
        error={list.error}
        isEmpty={list.data?.items.length === 0}
        emptyText={t('channels.none')}
        onRetry={() => void list.refetch()}
      >
        <ul className="plain-list">
          {list.data?.items.map((channel) => (
            <li key={channel.id}>
              <Space wrap>
                <Chip tone={channel.stopped ? 'bad' : 'good'}>
                  {t(channel.stopped ? 'channels.stopped' : 'system.ok')}
                </Chip>
                {channel.id} <span className="faint">{channel.type}</span>
                {channel.stopped && (
                  <span className="late">
                    {channel.stopped.reason} <Time at={channel.stopped.at} />
                  </span>
                )}
                {isAdmin && <TestButton channel={channel} />}
              </Space>
            </li>
          ))}
        </ul>
      </QueryState>
    </Card>
  );
}

function TestButton({ channel }: { readonly channel: Channel }) {
  const { t } = useTranslation();
  const api = useApi();
  const errorText = useErrorText();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [to, setTo] = useState('');
  const isMail = /mail/i.test(channel.type);
  const test = useMutation({
    mutationFn: () =>
      api.post<{ ok: boolean; error?: string; tookMs: number }>(
        `/api/channels/${encodeURIComponent(channel.id)}/test`,
        isMail && to !== '' ? { to } : {},
      ),
    onSuccess: async ({ ok, error, tookMs }) => {
      void (ok
        ? message.success(t('channels.sent', { ms: Math.round(tookMs) }))
        : message.error(error ?? ''));
      await queries.invalidateQueries({ queryKey: ['/api/channels'] });
    },
    onError: (error) => void message.error(errorText(error)),
  });
  return (
    <Space.Compact>
      {isMail && (
        <Input
          size="small"
          type="email"
          aria-label={t('channels.to')}
          placeholder={t('channels.to')}
          value={to}
          onChange={({ target }) => setTo(target.value.trim())}
        />
      )}
      <Button size="small" loading={test.isPending} onClick={() => test.mutate()}>
        {t('channels.test')}
      </Button>
    </Space.Compact>
  );
}
