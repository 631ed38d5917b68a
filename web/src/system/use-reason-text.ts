import { useTranslation } from 'react-i18next';

/** Why something was set aside, in words; a reason that has none stays as the service says it. */
export function useReasonText(): (reason: string) => string {
  const { t } = useTranslation();
  return (reason) => t(`dead.reasonOf.${reason}`, reason);
}
