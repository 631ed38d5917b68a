import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useRuleNames } from '../api/hooks.js';
import type { Clock } from '../api/types.js';
import { Chip } from '../components/chip.js';
import { ListTable } from '../components/list-table.js';
import { Time } from '../components/show.js';

/** So many are shown at once. */
const FEW = 6;

function isOver({ state }: Clock): boolean {
  return state === 'stopped' || state === 'void';
}

/** Running ones first, by when they are due. */
function byNeed(a: Clock, b: Clock): number {
  return Number(isOver(a)) - Number(isOver(b)) || (a.dueAt ?? '').localeCompare(b.dueAt ?? '');
}

/** The limits of a work order; of many, first those that still run. */
export function ClockTable({ clocks }: { readonly clocks: readonly Clock[] }) {
  const { t } = useTranslation();
  const ruleName = useRuleNames();
  const [showsAll, setShowsAll] = useState(false);
  const running = clocks.filter((clock) => !isOver(clock));
  const isLong = clocks.length > FEW && running.length < clocks.length;
  return (
    <>
      <ListTable<Clock>
        label={t('workOrders.clocks')}
        rowKey="key"
        className="wide-table"
        dataSource={[...(isLong && !showsAll ? running : clocks)].sort(byNeed)}
        locale={{ emptyText: t('workOrders.noneRuns') }}
        columns={[
          {
            title: t('common.rule'),
            render: (_, { rule }) => (
              <Link to={`/rules/${encodeURIComponent(rule.id)}`}>{ruleName(rule.id)}</Link>
            ),
          },
          { title: t('common.stage'), render: (_, { stage }) => stage },
          { title: t('workOrders.anchorAt'), render: (_, { anchorAt }) => <Time at={anchorAt} /> },
          {
            title: t('workOrders.dueAt'),
            render: (_, { dueAt, overdue, uncoveredYears }) =>
              uncoveredYears ? (
                t('workOrders.uncovered', { years: uncoveredYears.join('、') })
              ) : (
                <Time at={dueAt} isLate={overdue} />
              ),
          },
          {
            title: t('common.status'),
            render: (_, { state, overdue, undecided }) =>
              undecided ? (
                <Chip tone="warn">{t('workOrders.undecided')}</Chip>
              ) : overdue ? (
                <Chip tone="bad">{t('workOrders.overdue')}</Chip>
              ) : (
                <Chip tone={state === 'running' ? 'info' : 'plain'}>
                  {t(`workOrders.clockState.${state}`)}
                </Chip>
              ),
          },
        ]}
      />
      {isLong && (
        <Button type="link" size="small" className="all-clocks" onClick={() => setShowsAll(!showsAll)}>
          {t(showsAll ? 'workOrders.runningClocks' : 'workOrders.allClocks', { count: clocks.length })}
        </Button>
      )}
    </>
  );
}
