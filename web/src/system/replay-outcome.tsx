import { Alert as Notice } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../api/client.js';
import { useReasonText } from './use-reason-text.js';

/** Of those that are still refused, so many are named. */
const MOST = 20;

/** What came of taking letters up again: how many, and why the rest was not. Stays until it is closed. */
export function ReplayOutcome(props: {
  readonly outcome: Schemas['ReplayAnswer'];
  readonly onClose: () => void;
}) {
  const { replayed, unchanged, notFound, refused, more } = props.outcome;
  const { t } = useTranslation();
  const reasonText = useReasonText();
  const parts = [
    t('dead.outcome.replayed', { count: replayed.length }),
    ...(refused.length > 0 ? [t('dead.outcome.refused', { count: refused.length })] : []),
    ...(unchanged.length > 0 ? [t('dead.outcome.unchanged', { count: unchanged.length })] : []),
    ...(notFound.length > 0 ? [t('dead.outcome.notFound', { count: notFound.length })] : []),
  ];
  return (
    <Notice
      className="gap-below replay-outcome"
      type={refused.length > 0 ? 'warning' : 'success'}
      showIcon
      closable={{ closeIcon: true, 'aria-label': t('common.close'), onClose: props.onClose }}
      role="status"
      title={parts.join('，')}
      description={
        <>
          {replayed.length > 0 && <div>{t('dead.outcome.watch')}</div>}
          {more && <div>{t('dead.outcome.more')}</div>}
          {refused.length > 0 && (
            <ul>
              {refused.slice(0, MOST).map(({ id, reason, error }) => (
                <li key={id}>
                  {reasonText(reason)} {error}
                </li>
              ))}
            </ul>
          )}
        </>
      }
    />
  );
}
