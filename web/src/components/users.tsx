import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Form, Input, Modal, Popconfirm, Select, Space, Table, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGet, useOrgUnits } from '../api/hooks.js';
import type { UserAccount } from '../api/types.js';
import { useErrorText } from '../error-text.js';
import { useApi } from '../session.js';
import { Chip } from './chip.js';
import { QueryState } from './query-state.js';
import { ScrollRegion } from './scroll-region.js';

const ROLES = ['admin', 'supervisor', 'inspector', 'author', 'auditor', 'integrator'] as const;

/** Accounts: who may what where; new ones, locked, disabled and forgotten ones. For admins. */
export function Users() {
  const { t } = useTranslation();
  const { nameOf } = useOrgUnits();
  const list = useGet<{ items: readonly UserAccount[] }>('/api/users');
  const [isNew, setNew] = useState(false);
  return (
    <Card
      size="small"
      title={t('users.title')}
      className="gap-below"
      extra={<Button onClick={() => setNew(true)}>{t('users.add')}</Button>}
    >
      <QueryState
        isPending={list.isPending}
        error={list.error}
        isEmpty={list.data?.items.length === 0}
        emptyText={t('users.none')}
        onRetry={() => void list.refetch()}
      >
        <ScrollRegion label={t('users.title')}>
          <Table<UserAccount>
            rowKey="id"
            size="small"
            pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
            dataSource={[...(list.data?.items ?? [])]}
            columns={[
              {
                title: t('session.user'),
                render: (_, { id, displayName }) => (
                  <>
                    {displayName} <span className="faint">{id}</span>
                  </>
                ),
              },
              {
                title: t('users.grants'),
                render: (_, { grants, groups }) =>
                  [
                    ...grants.map(
                      ({ role, orgUnit }) =>
                        `${t(`role.${role}`)} · ${orgUnit === undefined ? t('session.all') : nameOf(orgUnit)}`,
                    ),
                    ...groups,
                  ].join('；'),
              },
              {
                title: t('common.status'),
                render: (_, { disabled, lockedUntil }) => (
                  <Chip tone={disabled ? 'plain' : lockedUntil ? 'bad' : 'good'}>
                    {t(disabled ? 'users.disabled' : lockedUntil ? 'users.locked' : 'system.ok')}
                  </Chip>
                ),
              },
              { title: t('users.act'), render: (_, user) => <Actions user={user} /> },
            ]}
          />
        </ScrollRegion>
      </QueryState>
      {isNew && <NewUser onDone={() => setNew(false)} />}
    </Card>
  );
}

function useChange() {
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const { message, modal } = App.useApp();
  return useMutation({
    mutationFn: ({ path, body }: { path: string; body: object }) =>
      api.post<{ password?: string | null }>(path, body),
    onSuccess: ({ password }) => {
      // Told once: it is not kept anywhere.
      if (password)
        modal.info({
          title: t('users.password'),
          content: <Typography.Text copyable>{password}</Typography.Text>,
        });
      else void message.success(t('users.done'));
    },
    onError: (error) => void message.error(errorText(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: ['/api/users'] }),
  });
}

function Actions({ user }: { readonly user: UserAccount }) {
  const { t } = useTranslation();
  const change = useChange();
  const path = `/api/users/${encodeURIComponent(user.id)}`;
  return (
    <Space wrap>
      {user.lockedUntil && (
        <Button size="small" onClick={() => change.mutate({ path: `${path}/unlock`, body: {} })}>
          {t('users.unlock')}
        </Button>
      )}
      <Popconfirm
        title={t('users.resetAsk', { name: user.displayName })}
        onConfirm={() => change.mutate({ path: `${path}/password`, body: {} })}
      >
        <Button size="small">{t('users.reset')}</Button>
      </Popconfirm>
      <Button size="small" onClick={() => change.mutate({ path, body: { disabled: !user.disabled } })}>
        {t(user.disabled ? 'users.enable' : 'users.disable')}
      </Button>
    </Space>
  );
}

interface Entry {
  readonly id: string;
  readonly displayName: string;
  readonly role: string;
  readonly orgUnit?: string;
  readonly operatorId?: string;
}

function NewUser({ onDone }: { readonly onDone: () => void }) {
  const { t } = useTranslation();
  const { units } = useOrgUnits();
  const [form] = Form.useForm<Entry>();
  const change = useChange();
  const required = [{ required: true, whitespace: true, message: t('session.required') }];
  const add = async ({ id, displayName, role, orgUnit, operatorId }: Entry) => {
    await change.mutateAsync({
      path: '/api/users',
      body: {
        id: id.trim(),
        displayName: displayName.trim(),
        grants: [{ role, ...(orgUnit && { orgUnit }) }],
        operatorIds: operatorId?.trim() ? [operatorId.trim()] : [],
      },
    });
    onDone();
  };
  return (
    <Modal
      open
      title={t('users.add')}
      okText={t('users.add')}
      confirmLoading={change.isPending}
      onCancel={onDone}
      onOk={() => form.submit()}
    >
      <Form<Entry> form={form} layout="vertical" onFinish={(entry) => void add(entry).catch(() => undefined)}>
        <Form.Item name="id" label={t('session.user')} rules={required} extra={t('users.idRule')}>
          <Input maxLength={64} autoComplete="off" />
        </Form.Item>
        <Form.Item name="displayName" label={t('common.name')} rules={required}>
          <Input maxLength={64} autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="role"
          label={t('users.role')}
          rules={[{ required: true, message: t('session.required') }]}
        >
          <Select options={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))} />
        </Form.Item>
        <Form.Item name="orgUnit" label={t('common.unit')} extra={t('users.unitRule')}>
          <Select
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            options={units.map(({ code, name }) => ({ value: code, label: name }))}
          />
        </Form.Item>
        <Form.Item name="operatorId" label={t('users.operatorId')}>
          <Input maxLength={100} autoComplete="off" />
        </Form.Item>
      </Form>
    </Modal>
  );
}
