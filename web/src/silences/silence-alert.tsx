import { Alert as Notice, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useGet, useHasRole } from '../api/hooks.js';
import type { Alert } from '../api/types.js';
import { toBusinessTime } from '../components/show.js';
import { SilenceDialog } from './silence-dialog.js';

const ENDED: readonly Alert['status'][] = ['closed', 'auto_closed'];

/** Keeps one alert quiet; for supervisors, while it is open and no silence is for it. */
export function SilenceButton({ alert }: { readonly alert: Alert }) {
  const { t } = useTranslation();
  const isSupervisor = useHasRole('supervisor');
  const [isAsking, setAsking] = useState(false);
  if (!isSupervisor || ENDED.includes(alert.status) || alert.muted?.silences.length) return null;
  return (
    <>
      <Button onClick={() => setAsking(true)}>{t('silences.do')}</Button>
      {isAsking && <SilenceDialog alert={alert} onDone={() => setAsking(false)} />}
    </>
  );
}

/** Says what keeps an alert quiet: who, why and until when, or the alert that covers it. */
export function MutedNotice({ muted }: { readonly muted: NonNullable<Alert['muted']> }) {
  const { t } = useTranslation();
  const { data } = useGet('listSilences', muted.silences.length > 0 && { query: { live: true } });
  const silences = data?.items.filter(({ id }) => muted.silences.includes(id)) ?? [];
  return (
    <Notice
      type="info"
      showIcon
      className="gap-below"
      title={t('silences.isMuted')}
      description={
        <>
          {silences.map(({ id, by, reason, until }) => (
            <div key={id}>
              {t(until === undefined ? 'silences.byUntilResolved' : 'silences.byUntil', {
                by,
                reason,
                until: until === undefined ? '' : toBusinessTime(until),
              })}
            </div>
          ))}
          {muted.silences.length > 0 && <Link to="/silences">{t('silences.title')}</Link>}
          {muted.inhibitedBy !== undefined && (
            <Link to={`/alerts/${encodeURIComponent(muted.inhibitedBy)}`}>{t('silences.covered')}</Link>
          )}
        </>
      }
    />
  );
}
