import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Card, Form, Input, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client.js';
import { useMe } from '../api/hooks.js';
import { useErrorText } from '../error-text.js';
import { useApi, useSession } from '../session.js';

interface Entry {
  readonly current: string;
  readonly next: string;
  readonly again: string;
}

/** As the service asks it of a password, see src/access/password.ts. */
const LENGTH = { min: 12, max: 128 };
const LEAST_DIFFERENT = 5;

/** A first password was made by an admin: the person sets one of his own before anything else. */
export function PasswordPage() {
  const { t } = useTranslation();
  const api = useApi();
  const { passwordChanged, signOut } = useSession();
  const change = useMutation({
    mutationFn: ({ current, next }: Entry) => api.changePassword({ body: { current, next } }),
    onSuccess: passwordChanged,
  });
  const refusal = useRefusal();
  const user = useMe()?.id;
  const required = { required: true, message: t('session.required') };
  return (
    <main className="sign-in">
      <Card>
        <Typography.Title level={1} className="sign-in-title">
          {t('password.title')}
        </Typography.Title>
        <Typography.Paragraph type="secondary">{t('password.why')}</Typography.Paragraph>
        {change.error && <Alert type="error" showIcon title={refusal(change.error)} className="gap-below" />}
        <Form<Entry> layout="vertical" requiredMark={false} onFinish={(entry) => change.mutate(entry)}>
          <Form.Item name="current" label={t('password.current')} rules={[required]}>
            <Input.Password autoFocus autoComplete="current-password" maxLength={200} />
          </Form.Item>
          <Form.Item
            name="next"
            label={t('password.next')}
            extra={t('password.rule')}
            rules={[
              required,
              {
                validator: (_, value?: string) =>
                  isFit(value, user) ? Promise.resolve() : Promise.reject(new Error(t('password.unfit'))),
              },
            ]}
          >
            <Input.Password autoComplete="new-password" maxLength={200} />
          </Form.Item>
          <Form.Item
            name="again"
            label={t('password.again')}
            dependencies={['next']}
            rules={[
              required,
              ({ getFieldValue }) => ({
                validator: (_, value) =>
                  value === undefined || value === getFieldValue('next')
                    ? Promise.resolve()
                    : Promise.reject(new Error(t('password.differs'))),
              }),
            ]}
          >
            <Input.Password autoComplete="new-password" maxLength={200} />
          </Form.Item>
          <Button type="primary" htmlType="submit" size="large" block loading={change.isPending}>
            {t('password.set')}
          </Button>
        </Form>
        <Button type="link" onClick={() => void signOut()}>
          {t('session.signOut')}
        </Button>
      </Card>
    </main>
  );
}

/** Why the service did not take it: 401 is about the current password here, 400 about the new one. */
function useRefusal(): (error: Error) => string {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (error) => {
    const status = error instanceof ApiError ? error.status : undefined;
    if (status === 401) return t('password.wrongCurrent');
    return status === 400 ? t('password.unfit') : errorText(error);
  };
}

/** Nothing entered is for the rule that something must be. */
function isFit(password: string | undefined, user: string | undefined): boolean {
  if (password === undefined || password === '') return true;
  const isLong = password.length >= LENGTH.min && password.length <= LENGTH.max;
  const holdsUser = user !== undefined && password.toLowerCase().includes(user.toLowerCase());
  return isLong && new Set(password).size >= LEAST_DIFFERENT && !holdsUser;
}
