import { Alert as Notice, Form, Input, Modal, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { UnitField } from '../components/unit-field.js';
import { useErrorText } from '../error-text.js';
import { ROLES } from './place-rows.js';
import { useChangeUser } from './use-change-user.js';

interface Entry {
  readonly id: string;
  readonly displayName: string;
  readonly role: (typeof ROLES)[number];
  readonly orgUnit?: string;
  readonly operatorId?: string;
}

/** Makes an account with one role; more are given to it afterwards. */
export function NewUser({ onDone }: { readonly onDone: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Entry>();
  const errorText = useErrorText();
  const change = useChangeUser();
  const required = [{ required: true, whitespace: true, message: t('session.required') }];
  const add = async ({ id, displayName, role, orgUnit, operatorId }: Entry) => {
    const body = {
      id: id.trim(),
      displayName: displayName.trim(),
      grants: [{ role, ...(orgUnit && { orgUnit }) }],
      operatorIds: operatorId?.trim() ? [operatorId.trim()] : [],
    };
    await change.mutateAsync((api) => api.createUser({ body }));
    onDone();
  };
  return (
    <Modal
      open
      title={t('users.add')}
      okText={t('users.add')}
      confirmLoading={change.isPending}
      onCancel={onDone}
      onOk={() => form.submit()}
    >
      <Form<Entry> form={form} layout="vertical" onFinish={(entry) => void add(entry).catch(() => undefined)}>
        <Form.Item name="id" label={t('session.user')} rules={required} extra={t('users.idRule')}>
          <Input maxLength={64} autoComplete="off" />
        </Form.Item>
        <Form.Item name="displayName" label={t('common.name')} rules={required}>
          <Input maxLength={64} autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="role"
          label={t('users.role')}
          rules={[{ required: true, message: t('session.required') }]}
        >
          <Select options={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))} />
        </Form.Item>
        <Form.Item name="orgUnit" label={t('common.unit')} extra={t('users.unitRule')}>
          <UnitField className="rights-unit" placeholder={t('users.allUnits')} />
        </Form.Item>
        <Form.Item name="operatorId" label={t('users.operatorId')}>
          <Input maxLength={100} autoComplete="off" />
        </Form.Item>
        {change.error && <Notice type="error" showIcon role="alert" title={errorText(change.error)} />}
      </Form>
    </Modal>
  );
}
