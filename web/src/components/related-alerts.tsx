import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { useGet } from '../api/hooks.js';
import { QueryState } from './query-state.js';
import { AlertStatusTag, SeverityTag, Time } from './show.js';

/** What else was raised on the same work order, oldest first; a click changes to it and keeps the list behind it. */
export function RelatedAlerts({ alertId }: { readonly alertId: string }) {
  const { t } = useTranslation();
  const { search } = useLocation();
  const query = useGet('listRelatedAlerts', { params: { id: alertId } });
  const items = query.data?.items ?? [];
  return (
    <QueryState isPending={query.isPending} error={query.error} onRetry={() => void query.refetch()}>
      {items.length === 0 && <p className="faint">{t('alerts.noRelated')}</p>}
      <ul className="plain-list related">
        {items.map(({ id, severity, status, title, lastAt }) => (
          <li key={id} className="alert-line">
            <SeverityTag severity={severity} />
            <AlertStatusTag status={status} />
            <Link to={{ pathname: `/alerts/${encodeURIComponent(id)}`, search }}>{title}</Link>
            <span className="faint">
              <Time at={lastAt} />
            </span>
          </li>
        ))}
      </ul>
    </QueryState>
  );
}
