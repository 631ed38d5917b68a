import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Client } from '../api/client.js';
import { useApi } from '../session.js';

/** Changes an account; a first password that comes with the answer is told this once. Errors are the caller's to show. */
export function useChangeUser() {
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const { message, modal } = App.useApp();
  return useMutation({
    mutationFn: (act: (api: Client) => Promise<object>) => act(api),
    onSuccess: (answer) => {
      const password = 'password' in answer ? answer.password : null;
      if (typeof password === 'string')
        modal.info({
          title: t('users.password'),
          content: <Typography.Text copyable>{password}</Typography.Text>,
        });
      else void message.success(t('users.done'));
    },
    onSettled: () =>
      // What somebody may do himself may be another matter now.
      Promise.all(['listUsers', 'getMe'].map((operation) => queries.invalidateQueries({ queryKey: [operation] }))),
  });
} // prettier-ignore
