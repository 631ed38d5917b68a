import { Card } from 'antd';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useGet } from '../api/hooks.js';
import type { Readiness } from '../api/types.js';
import { Chip } from '../components/chip.js';
import { QueryState } from '../components/query-state.js';

const REFRESH_MS = 15_000;
type Check = Readiness['checks'][number];

/** The parts of the service: whether each works, and what to do where it does not. */
export function Checks() {
  const { t } = useTranslation();
  const ready = useGet('getReadiness', {}, REFRESH_MS);
  return (
    <Card
      size="small"
      className="gap-below"
      title={t('system.checks')}
      extra={
        ready.data && (
          <Chip tone={ready.data.ready ? 'good' : 'bad'}>
            {t(ready.data.ready ? 'system.ready' : 'system.notReady')}
          </Chip>
        )
      }
    >
      <QueryState isPending={ready.isPending} error={ready.error} onRetry={() => void ready.refetch()}>
        <ul className="plain-list">
          {ready.data?.checks.map((check, index) => {
            const { name, ok, required = true } = check;
            return (
              <li key={`${name}${index}`}>
                <Chip tone={ok ? 'good' : required ? 'bad' : 'warn'}>
                  {t(ok ? 'system.ok' : required ? 'system.bad' : 'system.attention')}
                </Chip>{' '}
                {t(`system.checkName.${name}`, name)}{' '}
                {!ok && <span className="faint">{problemOf(check, t)}</span>}
              </li>
            );
          })}
        </ul>
      </QueryState>
    </Card>
  );
}

/** What the details of some checks tell; any may be absent. */
interface Details {
  readonly missingYears?: readonly number[];
  readonly deadlinesWithoutDueTime?: readonly { readonly deadlines: number }[];
  readonly cannotAdopt?: boolean;
  readonly folderProblems?: number;
  readonly restartFor?: readonly string[];
}

/** What is wrong, in the reader's language; the service's own words where it tells of nothing that is known here. */
function problemOf({ name, message, details }: Check, t: TFunction): string {
  const {
    missingYears = [],
    deadlinesWithoutDueTime = [],
    cannotAdopt,
    folderProblems = 0,
    restartFor = [],
  } = (details ?? {}) as Details;
  const say = (key: string, values?: object) => t(`system.checkProblem.${key}`, { ...values });
  if (name === 'mongodb' || name === 'redis') return say(name);
  if (name === 'calendar') {
    if (missingYears.length > 0) return say('calendar', { years: missingYears.join('、') });
    return say('uncovered', {
      count: deadlinesWithoutDueTime.reduce((sum, { deadlines }) => sum + deadlines, 0),
    });
  }
  if (name !== 'rules') return say('part');
  const problems = [
    ...(cannotAdopt === true ? [say('adopt')] : []),
    ...(folderProblems > 0 ? [say('folder', { count: folderProblems })] : []),
    ...(restartFor.length > 0 ? [say('restart', { files: restartFor.join('、') })] : []),
  ];
  return problems.join(' ') || (message ?? '');
}
