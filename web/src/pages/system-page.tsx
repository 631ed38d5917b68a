import { Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { useHasRole } from '../api/hooks.js';
import { Audit } from '../system/audit-log.js';
import { Channels } from '../system/channels.js';
import { Checks } from '../system/checks.js';
import { DeadLetters } from '../system/dead-letters.js';
import { Feeds } from '../system/feeds.js';
import { Jobs } from '../system/jobs.js';
import { Users } from '../system/users.js';

/** How the service itself is: its parts, its jobs, and what it had to set aside. */
export function SystemPage() {
  const { t } = useTranslation();
  const isAdmin = useHasRole();
  const isAuditor = useHasRole('auditor');
  const mayWatch = useHasRole('supervisor', 'auditor');
  return (
    <>
      <Typography.Title level={1} className="page-title">
        {t('system.title')}
      </Typography.Title>
      <Checks />
      {mayWatch && <Feeds />}
      {isAuditor && <DeadLetters />}
      {mayWatch && <Channels />}
      {mayWatch && <Jobs />}
      {isAdmin && <Users />}
      {isAuditor && <Audit />}
    </>
  );
}
