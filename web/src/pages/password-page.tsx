import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Card, Form, Input, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { useApi, useSession } from '../session.js';

interface Entry {
  readonly current: string;
  readonly next: string;
  readonly again: string;
}

/** A first password was made by an admin: the person sets one of his own before anything else. */
export function PasswordPage() {
  const { t } = useTranslation();
  const api = useApi();
  const { passwordChanged, signOut } = useSession();
  const change = useMutation({
    mutationFn: ({ current, next }: Entry) => api.changePassword({ body: { current, next } }),
    onSuccess: passwordChanged,
  });
  const required = { required: true, message: t('session.required') };
  return (
    <main className="sign-in">
      <Card>
        <Typography.Title level={1} className="sign-in-title">
          {t('password.title')}
        </Typography.Title>
        <Typography.Paragraph type="secondary">{t('password.why')}</Typography.Paragraph>
        {change.error && <Alert type="error" showIcon title={change.error.message} className="gap-below" />}
        <Form<Entry> layout="vertical" requiredMark={false} onFinish={(entry) => change.mutate(entry)}>
          <Form.Item name="current" label={t('password.current')} rules={[required]}>
            <Input.Password autoFocus autoComplete="current-password" maxLength={200} />
          </Form.Item>
          <Form.Item name="next" label={t('password.next')} extra={t('password.rule')} rules={[required]}>
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
