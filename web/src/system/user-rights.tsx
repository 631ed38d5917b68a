import { Alert as Notice, Form, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGet, useMe } from '../api/hooks.js';
import type { UserAccount } from '../api/types.js';
import { useErrorText } from '../error-text.js';
import { type Place, PlaceRows } from './place-rows.js';
import { useChangeUser } from './use-change-user.js';

/** What one person may do where: roles with their units, groups, and what is taken back, which wins. */
export function UserRights({ user, onDone }: { readonly user: UserAccount; readonly onDone: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const me = useMe();
  const allGroups = useGet('listGroups').data?.items ?? [];
  const [grants, setGrants] = useState<readonly Place[]>(user.grants);
  const [exclusions, setExclusions] = useState<readonly Place[]>(user.exclusions);
  const [groups, setGroups] = useState<readonly string[]>(user.groups);
  const change = useChangeUser();
  const save = () => {
    const body = {
      grants: grants.flatMap(({ role, orgUnit }) => (role ? [{ role, ...(orgUnit && { orgUnit }) }] : [])),
      exclusions: exclusions.map(({ role, orgUnit }) => ({
        ...(role && { role }),
        ...(orgUnit && { orgUnit }),
      })),
      groups,
    };
    // Over what was looked at: somebody else's change in between is not undone unseen.
    const request = { params: { id: user.id }, version: user.version, body };
    change.mutate((api) => api.changeUser(request), { onSuccess: onDone });
  };
  return (
    <Modal
      open
      width={640}
      title={t('users.editOf', { name: user.displayName })}
      okText={t('users.save')}
      confirmLoading={change.isPending}
      okButtonProps={{ disabled: grants.some(({ role }) => role === undefined) }}
      onCancel={onDone}
      onOk={save}
    >
      {me?.id === user.id && <Notice type="warning" showIcon title={t('users.self')} className="gap-below" />}
      <Form layout="vertical" component="div">
        <Form.Item label={t('users.grants')} extra={t('users.below')}>
          <PlaceRows
            name="grants"
            places={grants}
            emptyText={t('users.noGrants')}
            addText={t('users.addGrant')}
            onChange={setGrants}
          />
        </Form.Item>
        {(allGroups.length > 0 || groups.length > 0) && (
          <Form.Item label={t('users.groups')} htmlFor="user-groups">
            <Select<string[]>
              id="user-groups"
              mode="multiple"
              value={[...groups]}
              options={allGroups.map(({ id, displayName }) => ({ value: id, label: displayName }))}
              onChange={setGroups}
            />
          </Form.Item>
        )}
        <Form.Item label={t('users.exclusions')} extra={t('users.winsNote')}>
          <PlaceRows
            name="exclusions"
            places={exclusions}
            emptyText={t('users.noExclusions')}
            addText={t('users.addExclusion')}
            everyRole
            onChange={setExclusions}
          />
        </Form.Item>
      </Form>
      {change.error && <Notice type="error" showIcon role="alert" title={errorText(change.error)} />}
    </Modal>
  );
}
