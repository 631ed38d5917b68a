import { Alert, Button } from 'antd';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface Props {
  /** Of the page that is shown: another page is tried anew. */
  readonly path: string;
  readonly children: ReactNode;
}

interface State {
  readonly hasFailed: boolean;
  readonly path: string;
}

/**
 * Says that a page broke, where all would be blank: by a mistake of ours, or because the service has been updated and the browser
 * asks for parts that are no longer there. Not a `key`, which would build pages anew that stay while their address changes.
 */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { hasFailed: false, path: this.props.path };

  static getDerivedStateFromError(): Partial<State> {
    return { hasFailed: true };
  }

  static getDerivedStateFromProps({ path }: Props, state: State): State | null {
    return path === state.path ? null : { hasFailed: false, path };
  }

  override render(): ReactNode {
    return this.state.hasFailed ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const { t } = useTranslation();
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={t('state.broken')}
      action={<Button onClick={() => location.reload()}>{t('state.reload')}</Button>}
    />
  );
}
