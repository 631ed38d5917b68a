import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert as Notice, App, Form, type FormRule, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { makeKey } from '../../../src/client/make-client.js';
import { ApiError, type InputOf } from '../api/client.js';
import { useOrgUnits } from '../api/hooks.js';
import { mergeChanged, rereadAlerts } from '../api/live-alerts.js';
import type { Alert, Step } from '../api/types.js';
import { useErrorText } from '../error-text.js';
import { toEvidenceType } from '../save-file.js';
import { useApi } from '../session.js';

/** What is confirmed is put right first. */
const RECTIFIED: readonly Alert['status'][] = ['rectified', 'auto_closed'];
const OPERATIONS = {
  acknowledge: 'acknowledgeAlert',
  dispatch: 'dispatchAlert',
  rectify: 'rectifyAlert',
  close: 'closeAlert',
  reopen: 'reopenAlert',
  comment: 'commentAlert',
} as const satisfies Readonly<Record<Step, string>>;
type BulkStep = InputOf<'stepAlerts'>['body'];
const OUTCOMES = ['confirmed', 'unconfirmed', 'invalid'] as const;

interface Entry {
  readonly note?: string;
  readonly user?: string;
  readonly orgUnit?: string;
  readonly result?: (typeof OUTCOMES)[number];
  readonly reason?: string;
}

/** Asks for what goes with a step, and takes it: on one alert, with evidence, or on many at once. */
export function StepDialog(props: {
  readonly alerts: readonly Alert[];
  readonly step: Step;
  /** `refused`: of many, those that were not taken, with the reason. */
  readonly onDone: (refused: readonly { readonly id: string; readonly reason: string }[]) => void;
}) {
  const { alerts, step, onDone } = props;
  const { t } = useTranslation();
  const errorText = useErrorText();
  const queries = useQueryClient();
  const { units } = useOrgUnits();
  const { message } = App.useApp();
  const api = useApi();
  const [form] = Form.useForm<Entry>();
  const [files, setFiles] = useState<readonly File[]>([]);
  const take = useTakeStep();
  const [only] = alerts.length === 1 ? alerts : [];
  const showChanged = () =>
    Promise.all([
      mergeChanged(
        queries,
        api,
        alerts.map(({ id }) => id),
      ),
      rereadAlerts(queries, false),
    ]);
  const send = useMutation({
    mutationFn: (entry: Entry) => take(alerts, step, toBody(step, entry), files),
    onSuccess: async (refused) => {
      if (refused.length === 0) void message.success(t('step.done', { step: t(`step.${step}`) }));
      onDone(refused);
      await showChanged();
    },
    onError: async (error) => {
      const changed = error instanceof ApiError && error.status === 412;
      void message.error(changed ? t('step.changed') : errorText(error));
      if (changed) await showChanged();
    },
  });
  const isUnrectified = alerts.some(({ status }) => !RECTIFIED.includes(status));
  const required = [{ required: true, whitespace: true, min: 2, message: t('step.required') }];
  return (
    <Modal
      open
      title={t(`step.${step}`)}
      okText={t(`step.${step}`)}
      confirmLoading={send.isPending}
      onCancel={() => onDone([])}
      onOk={() => form.submit()}
    >
      {!only && <Notice type="info" title={t('bulk.many', { count: alerts.length })} className="gap-below" />}
      <Form<Entry> form={form} layout="vertical" onFinish={(entry) => send.mutate(entry)}>
        {step === 'dispatch' && (
          <>
            <Form.Item name="orgUnit" label={t('step.toUnit')} initialValue={only?.orgUnit}>
              <Select
                allowClear
                showSearch={{ optionFilterProp: 'label' }}
                options={units.map(({ code, name }) => ({ value: code, label: name }))}
              />
            </Form.Item>
            <Form.Item
              name="user"
              label={t('step.toUser')}
              initialValue={only?.responsible}
              dependencies={['orgUnit']}
              rules={[needsUnitOrUser(t('step.toNeeded'))]}
            >
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
              extra={isUnrectified && t('step.rectifyFirst')}
            >
              <Select
                options={OUTCOMES.map((value) => ({
                  value,
                  label: t(`outcome.${value}`),
                  disabled: value === 'confirmed' && isUnrectified,
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
        {only && step !== 'acknowledge' && (
          <Form.Item label={t('evidence.add')} htmlFor="step-files" extra={t('evidence.kinds')}>
            <input
              id="step-files"
              type="file"
              multiple
              accept="image/jpeg,image/png,image/webp,application/pdf,.docx,.xlsx"
              onChange={({ target }) => setFiles([...(target.files ?? [])])}
            />
          </Form.Item>
        )}
      </Form>
    </Modal>
  );
}

/** Takes a step on alerts; answers those of many that were refused. @throws ApiError when the one, or all, are refused */
export function useTakeStep() {
  const api = useApi();
  const { t, i18n } = useTranslation();
  // One name for this intention: sent twice, it is taken once.
  const [key] = useState(makeKey);
  return async (alerts: readonly Alert[], step: Step, body: object, files: readonly File[] = []) => {
    const [only] = alerts;
    if (only && alerts.length === 1) {
      const params = { id: only.id };
      const attachments: string[] = [];
      for (const file of files) {
        const raw = { contentType: toEvidenceType(file), body: file };
        attachments.push((await api.addAlertEvidence({ params, query: { fileName: file.name }, raw })).id);
      }
      // What goes with each step differs, and is asked for by its form.
      const call = api[OPERATIONS[step]] as (input: object) => Promise<unknown>;
      await call({
        params,
        body: { ...body, ...(attachments.length > 0 && { attachments }) },
        version: only.version,
        key: `${key}-${only.version}`,
      });
      return [];
    }
    const { results } = await api.stepAlerts({
      body: { step, alerts: alerts.map(({ id, version }) => ({ id, version })), ...body } as BulkStep,
      key,
    });
    return results.flatMap(({ id, error }) => {
      if (!error) return [];
      const text = `error.${error.code}`;
      return [{ id, reason: i18n.exists(text) ? t(text) : error.message }];
    });
  };
}

/** One of the two is enough to dispatch to. */
function needsUnitOrUser(message: string): FormRule {
  return ({ getFieldValue }) => ({
    validator: (_, user?: string) =>
      user?.trim() || getFieldValue('orgUnit') ? Promise.resolve() : Promise.reject(new Error(message)),
  });
}

function toBody(step: Step, { note, user, orgUnit, result, reason }: Entry): object {
  const said = note?.trim() ? { note: note.trim() } : {};
  if (step === 'dispatch')
    return { to: { ...(user?.trim() && { user: user.trim() }), ...(orgUnit && { orgUnit }) }, ...said };
  if (step === 'close') return { outcome: { result, reason } };
  return said;
}
