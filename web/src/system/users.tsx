import { Button, Card, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGet, useOrgUnits } from '../api/hooks.js';
import type { UserAccount } from '../api/types.js';
import { Chip } from '../components/chip.js';
import { QueryState } from '../components/query-state.js';
import { ScrollRegion } from '../components/scroll-region.js';
import { NewUser } from './new-user.js';
import type { Place } from './place-rows.js';
import { UserActions } from './user-actions.js';

/** Accounts: who may what where; new ones, locked, disabled and forgotten ones. For admins. */
export function Users() {
  const { t } = useTranslation();
  const list = useGet('listUsers');
  const [isNew, setNew] = useState(false);
  return (
    <Card
      size="small"
      title={t('users.title')}
      className="gap-below"
      extra={<Button onClick={() => setNew(true)}>{t('users.add')}</Button>}
    >
      <QueryState
        isPending={list.isPending}
        error={list.error}
        isEmpty={list.data?.items.length === 0}
        emptyText={t('users.none')}
        onRetry={() => void list.refetch()}
      >
        <ScrollRegion label={t('users.title')}>
          <Table<UserAccount>
            rowKey="id"
            size="small"
            pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
            dataSource={[...(list.data?.items ?? [])]}
            columns={[
              {
                title: t('session.user'),
                render: (_, { id, displayName }) => (
                  <>
                    {displayName} <span className="faint">{id}</span>
                  </>
                ),
              },
              {
                title: t('users.grants'),
                render: (_, user) => <Rights user={user} />,
              },
              {
                title: t('common.status'),
                render: (_, { disabled, lockedUntil }) => (
                  <Chip tone={disabled ? 'plain' : lockedUntil ? 'bad' : 'good'}>
                    {t(disabled ? 'users.disabled' : lockedUntil ? 'users.locked' : 'system.ok')}
                  </Chip>
                ),
              },
              { title: t('users.act'), render: (_, user) => <UserActions user={user} /> },
            ]}
          />
        </ScrollRegion>
      </QueryState>
      {isNew && <NewUser onDone={() => setNew(false)} />}
    </Card>
  );
}

/** What is granted, and what is taken back from it: told beside it, for what it leaves depends on the tree of units. */
function Rights({ user: { grants, groups, exclusions } }: { readonly user: UserAccount }) {
  const { t } = useTranslation();
  const { nameOf } = useOrgUnits();
  const textOf = ({ role, orgUnit }: Place) =>
    `${t(role ? `role.${role}` : 'users.everyRole')} · ${orgUnit === undefined ? t('session.all') : nameOf(orgUnit)}`;
  return (
    <div className="rights-list">
      {grants.map((grant, index) => (
        <Chip key={index} tone="info">
          {textOf(grant)}
        </Chip>
      ))}
      {groups.map((group) => (
        <Chip key={group}>{group}</Chip>
      ))}
      {exclusions.map((exclusion, index) => (
        <Chip key={index} tone="bad">
          {t('users.except')} {textOf(exclusion)}
        </Chip>
      ))}
    </div>
  );
}
