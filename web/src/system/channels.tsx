import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Input, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGet, useHasRole } from '../api/hooks.js';
import type { Channel } from '../api/types.js';
import { useErrorText } from '../error-text.js';
import { useApi } from '../session.js';
import { Chip } from '../components/chip.js';
import { QueryState } from '../components/query-state.js';
import { Time } from '../components/show.js';

/** Channels of notification: whether each works, and a test message through it. */
export function Channels() {
  const { t } = useTranslation();
  const isAdmin = useHasRole();
  const list = useGet('listChannels');
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
      api.testChannel({ params: { name: channel.id }, body: isMail && to !== '' ? { to } : {} }),
    onSuccess: async ({ ok, error, tookMs }) => {
      void (ok
        ? message.success(t('channels.sent', { ms: Math.round(tookMs) }))
        : message.error(error ?? ''));
      await queries.invalidateQueries({ queryKey: ['listChannels'] });
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
