import { Alert, Button, Card, Form, Input, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSession } from '../session.js';

/** Asks for the token; whether it is right shows at the first answer. */
export function SignInPage() {
  const { t } = useTranslation();
  const { signIn, wasRefused } = useSession();
  return (
    <main className="sign-in">
      <Card>
        <img src="/icon.svg" alt="" width={44} height={44} />
        <Typography.Title level={1} className="sign-in-title">
          {t('app.name')}
        </Typography.Title>
        <Typography.Paragraph type="secondary">{t('app.tagline')}</Typography.Paragraph>
        {wasRefused && <Alert type="error" showIcon title={t('session.refused')} className="gap-below" />}
        <Form<{ token: string }>
          layout="vertical"
          onFinish={({ token }) => signIn(token.trim())}
          requiredMark={false}
        >
          <Form.Item
            name="token"
            label={t('session.token')}
            rules={[{ required: true, whitespace: true, message: t('session.missing') }]}
          >
            <Input.Password
              autoFocus
              autoComplete="off"
              placeholder={t('session.placeholder')}
              size="large"
            />
          </Form.Item>
          <Button type="primary" htmlType="submit" size="large" block>
            {t('session.signIn')}
          </Button>
        </Form>
        <Typography.Paragraph type="secondary" className="gap-above">
          {t('session.hint')}
        </Typography.Paragraph>
      </Card>
    </main>
  );
}
