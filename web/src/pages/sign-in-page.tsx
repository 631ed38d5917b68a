import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, Button, Card, Divider, Form, Input, Space, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { ApiError } from '../api/client.js';
import { useErrorText } from '../error-text.js';
import { expectSession, useSession } from '../session.js';

/** Three ways in: account and password, the OpenID provider where there is one, or a token. The address stays as it is. */
export function SignInPage() {
  const { t } = useTranslation();
  const { end } = useSession();
  return (
    <main className="sign-in">
      <Card>
        <img src="/icon.svg" alt="" width={44} height={44} />
        <Typography.Title level={1} className="sign-in-title">
          {t('app.name')}
        </Typography.Title>
        <Typography.Paragraph type="secondary">{t('app.tagline')}</Typography.Paragraph>
        {end && (
          <Alert
            type={end === 'refused' ? 'error' : 'info'}
            showIcon
            title={t(`session.${end}`)}
            className="gap-below"
          />
        )}
        <PasswordForm />
        <OpenIdLink />
        <Divider plain>{t('session.or')}</Divider>
        <TokenForm />
        <Typography.Paragraph type="secondary" className="gap-above">
          {t('session.hint')}
        </Typography.Paragraph>
      </Card>
    </main>
  );
}

function PasswordForm() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { signInByPassword } = useSession();
  const signIn = useMutation({
    mutationFn: ({ user, password }: { user: string; password: string }) =>
      signInByPassword(user.trim(), password),
  });
  const refused = signIn.error instanceof ApiError && signIn.error.status === 401;
  const required = [{ required: true, whitespace: true, message: t('session.required') }];
  return (
    <Form<{ user: string; password: string }>
      layout="vertical"
      onFinish={(entry) => signIn.mutate(entry)}
      requiredMark={false}
    >
      {signIn.error && (
        <Alert
          type="error"
          showIcon
          title={refused ? t('session.wrong') : errorText(signIn.error)}
          className="gap-below"
        />
      )}
      <Form.Item name="user" label={t('session.user')} rules={required}>
        <Input autoFocus autoComplete="username" size="large" maxLength={64} />
      </Form.Item>
      <Form.Item name="password" label={t('session.password')} rules={required}>
        <Input.Password autoComplete="current-password" size="large" maxLength={200} />
      </Form.Item>
      <Button type="primary" htmlType="submit" size="large" block loading={signIn.isPending}>
        {t('session.signIn')}
      </Button>
    </Form>
  );
}

function OpenIdLink() {
  const { t } = useTranslation();
  const { pathname, search } = useLocation();
  const { visitor } = useSession();
  const { data } = useQuery({
    queryKey: ['sign-in methods'],
    queryFn: () => visitor.listSignInMethods(),
    staleTime: Infinity,
  });
  if (!data?.openId) return null;
  return (
    <Button
      href={`${data.openId}?to=${encodeURIComponent(pathname + search)}`}
      onClick={expectSession}
      size="large"
      block
      className="gap-above"
    >
      {t('session.openId')}
    </Button>
  );
}

function TokenForm() {
  const { t } = useTranslation();
  const { signInByToken } = useSession();
  return (
    <Form<{ token: string }>
      layout="vertical"
      onFinish={({ token }) => signInByToken(token.trim())}
      requiredMark={false}
    >
      <Form.Item label={t('session.token')} htmlFor="token">
        <Space.Compact block>
          <Form.Item
            name="token"
            noStyle
            rules={[{ required: true, whitespace: true, message: t('session.missing') }]}
          >
            <Input.Password id="token" autoComplete="off" placeholder={t('session.placeholder')} />
          </Form.Item>
          <Button htmlType="submit">{t('session.enter')}</Button>
        </Space.Compact>
      </Form.Item>
    </Form>
  );
}
