import { App, Button, Popconfirm, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '../api/client.js';
import type { UserAccount } from '../api/types.js';
import { useErrorText } from '../error-text.js';
import { useChangeUser } from './use-change-user.js';
import { UserRights } from './user-rights.js';

/** What an admin may do to one account. */
export function UserActions({ user }: { readonly user: UserAccount }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { message } = App.useApp();
  const [isEdited, setEdited] = useState(false);
  const { mutate } = useChangeUser();
  const act = (work: (api: Client) => Promise<object>) =>
    mutate(work, { onError: (error) => void message.error(errorText(error)) });
  const params = { id: user.id };
  const setDisabled = (disabled: boolean) => act((api) => api.changeUser({ params, body: { disabled } }));
  return (
    <Space wrap>
      <Button size="small" onClick={() => setEdited(true)}>
        {t('users.edit')}
      </Button>
      {user.lockedUntil && (
        <Button size="small" onClick={() => act((api) => api.unlockUser({ params }))}>
          {t('users.unlock')}
        </Button>
      )}
      <Popconfirm
        title={t('users.resetAsk', { name: user.displayName })}
        onConfirm={() => act((api) => api.resetPassword({ params }))}
      >
        <Button size="small">{t('users.reset')}</Button>
      </Popconfirm>
      {user.disabled ? (
        <Button size="small" onClick={() => setDisabled(false)}>
          {t('users.enable')}
        </Button>
      ) : (
        <Popconfirm
          title={t('users.disableAsk', { name: user.displayName })}
          okText={t('users.disable')}
          onConfirm={() => setDisabled(true)}
        >
          <Button size="small">{t('users.disable')}</Button>
        </Popconfirm>
      )}
      {isEdited && <UserRights user={user} onDone={() => setEdited(false)} />}
    </Space>
  );
}
