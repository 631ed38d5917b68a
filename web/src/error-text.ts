import { useTranslation } from 'react-i18next';
import { ApiError, isUnreachable } from './api/client.js';

/** What went wrong, in the reader's language where it is a known refusal; what the service says of wrong input stays as it says it. */
export function useErrorText(): (error: Error) => string {
  const { t, i18n } = useTranslation();
  return (error) => {
    if (isUnreachable(error)) return t('error.network');
    if (!(error instanceof ApiError)) return error.message;
    const key = `error.${error.code}`;
    return i18n.exists(key) ? `${t(key)} (${error.message})` : error.message;
  };
}
