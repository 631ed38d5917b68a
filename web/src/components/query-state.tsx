import { Alert, Button, Empty, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client.js';
import { useErrorText } from '../error-text.js';

/** What stands where an answer will be, where there is none, and where there was an error that says what to do. */
export function QueryState(props: {
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly isEmpty?: boolean;
  readonly emptyText?: string;
  readonly onRetry: () => void;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  if (props.error) {
    const isForbidden = props.error instanceof ApiError && props.error.status === 403;
    return (
      <Alert
        type={isForbidden ? 'info' : 'error'}
        showIcon
        title={t(isForbidden ? 'state.forbidden' : 'state.failed')}
        description={isForbidden ? undefined : errorText(props.error)}
        action={isForbidden ? undefined : <Button onClick={props.onRetry}>{t('state.retry')}</Button>}
      />
    );
  }
  if (props.isPending)
    return <Skeleton active title={false} aria-label={t('state.loading')} paragraph={{ rows: 6 }} />;
  if (props.isEmpty)
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={props.emptyText ?? t('state.empty')} />;
  return <>{props.children}</>;
}
