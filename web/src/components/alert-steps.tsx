import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input, Modal, Select, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client.js';
import { useMe, useOrgUnits } from '../api/hooks.js';
import type { Alert } from '../api/types.js';
import { useApi } from '../session.js';

const STEPS = ['acknowledge', 'dispatch', 'rectify', 'close', 'reopen', 'comment'] as const;
type Step = (typeof STEPS)[number];

/** From which statuses each step leads on, and who takes it; the service decides, this only spares people a refusal. */
const OPEN: readonly Alert['status'][] = ['open', 'acknowledged', 'dispatched', 'rectified', 'silenced'];
const FROM: Readonly<Record<Step, readonly Alert['status'][]>> = {
  acknowledge: ['open', 'silenced'],
  dispatch: OPEN,
  rectify: ['acknowledged', 'dispatched'],
  close: [...OPEN, 'auto_closed'],
  reopen: ['closed', 'auto_closed'],
  comment: [...OPEN, 'closed', 'auto_closed'],
};
const ROLES: Readonly<Record<Step, readonly string[]>> = {
  acknowledge: ['supervisor'],
  dispatch: ['supervisor'],
  rectify: ['supervisor', 'inspector'],
  close: ['supervisor'],
  reopen: ['supervisor', 'auditor'],
  comment: ['supervisor', 'inspector', 'auditor'],
};
/** What is confirmed is put right first. */
const RECTIFIED: readonly Alert['status'][] = ['rectified', 'auto_closed'];
const OUTCOMES = ['confirmed', 'unconfirmed', 'invalid'] as const;

interface Entry {
  readonly note?: string;
  readonly user?: string;
  readonly orgUnit?: string;
  readonly result?: (typeof OUTCOMES)[number];
  readonly reason?: string;
}

/** What one may do with an alert now: 签收 → 派单 → 整改 → 销号, and what goes with each. */
export function AlertSteps({ alert }: { readonly alert: Alert }) {
  const { t } = useTranslation();
  const me = useMe();
  const [asked, setAsked] = useState<Step>();
  const mine = STEPS.filter(
    (step) =>
      FROM[step].includes(alert.status) &&
      me?.roles.some((role) => role === 'admin' || ROLES[step].includes(role)),
  );
  if (mine.length === 0 || alert.retracted) return null;
  return (
    <>
      <Space wrap className="gap-below alert-steps">
        {mine.map((step, index) => (
          <Button key={step} type={index === 0 ? 'primary' : 'default'} onClick={() => setAsked(step)}>
            {t(`step.${step}`)}
          </Button>
        ))}
      </Space>
      {asked && <StepDialog alert={alert} step={asked} onDone={() => setAsked(undefined)} />}
    </>
  );
}

function StepDialog(props: { readonly alert: Alert; readonly step: Step; readonly onDone: () => void }) {
  const { alert, step, onDone } = props;
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const { units } = useOrgUnits();
  const { message } = App.useApp();
  const [form] = Form.useForm<Entry>();
  // One name for this intention: sent twice, it is taken once.
  const [key] = useState(() => crypto.randomUUID());
  const send = useMutation({
    mutationFn: (entry: Entry) =>
      api.post(`/api/alerts/${encodeURIComponent(alert.id)}/${step}`, toBody(step, entry), {
        'If-Match': `"${alert.version}"`,
        'Idempotency-Key': key,
      }),
    onSuccess: async () => {
      void message.success(t('step.done', { step: t(`step.${step}`) }));
      onDone();
      await queries.invalidateQueries();
    },
    onError: async (error) => {
      const changed = error instanceof ApiError && error.status === 412;
      void message.error(changed ? t('step.changed') : error.message);
      if (changed) await queries.invalidateQueries();
    },
  });
  const required = [{ required: true, whitespace: true, min: 2, message: t('step.required') }];
  return (
    <Modal
      open
      title={t(`step.${step}`)}
      okText={t(`step.${step}`)}
      confirmLoading={send.isPending}
      onCancel={onDone}
      onOk={() => form.submit()}
    >
      <Form<Entry> form={form} layout="vertical" onFinish={(entry) => send.mutate(entry)}>
        {step === 'dispatch' && (
          <>
            <Form.Item name="orgUnit" label={t('step.toUnit')} initialValue={alert.orgUnit}>
              <Select
                allowClear
                showSearch={{ optionFilterProp: 'label' }}
                options={units.map(({ code, name }) => ({ value: code, label: name }))}
              />
            </Form.Item>
            <Form.Item name="user" label={t('step.toUser')} initialValue={alert.responsible}>
              <Input maxLength={100} />
            </Form.Item>
          </>
        )}
        {step === 'close' && (
          <>
            <Form.Item
              name="result"
              label={t('alerts.outcome')}
              rules={[{ required: true, message: t('step.required') }]}
            >
              <Select
                options={OUTCOMES.map((value) => ({
                  value,
                  label: t(`outcome.${value}`),
                  disabled: value === 'confirmed' && !RECTIFIED.includes(alert.status),
                }))}
              />
            </Form.Item>
            <Form.Item name="reason" label={t('common.reason')} rules={required}>
              <Input.TextArea rows={3} maxLength={2000} />
            </Form.Item>
          </>
        )}
        {step !== 'close' && (
          <Form.Item
            name="note"
            label={t('step.note')}
            rules={step === 'rectify' || step === 'reopen' || step === 'comment' ? required : []}
          >
            <Input.TextArea rows={3} maxLength={2000} />
          </Form.Item>
        )}
      </Form>
    </Modal>
  );
}

function toBody(step: Step, { note, user, orgUnit, result, reason }: Entry): object {
  const said = note?.trim() ? { note: note.trim() } : {};
  if (step === 'dispatch') return { to: { ...(user && { user }), ...(orgUnit && { orgUnit }) }, ...said };
  if (step === 'close') return { outcome: { result, reason } };
  return said;
}
