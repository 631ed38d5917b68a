import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Form, Input, InputNumber, Modal, Select, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { makeKey } from '../../../src/client/make-client.js';
import type { Assessment } from '../api/types.js';
import { useErrorText } from '../error-text.js';
import { useApi } from '../session.js';

export type AssessmentStep = NonNullable<Assessment['steps']>[number];
const DECISIONS = ['upheld', 'reduced', 'revoked'] as const;

interface Given {
  readonly reason?: string;
  readonly result?: (typeof DECISIONS)[number];
  readonly points?: number;
  readonly money?: number;
}

/** What is asked of one who accepts, appeals, decides or takes back what is charged. */
export function LedgerStepForm(props: {
  readonly entry: Assessment;
  readonly step: AssessmentStep;
  readonly onDone: () => void;
}) {
  const { entry, step, onDone } = props;
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const { message } = App.useApp();
  const [form] = Form.useForm<Given>();
  const result = Form.useWatch('result', form);
  const needed = [{ required: true, message: t('step.required') }];
  const [key] = useState(makeKey);
  const send = useMutation({
    mutationFn: ({ reason = '', result: decided = 'upheld', points, money }: Given) => {
      const input = { params: { id: entry.id }, version: entry.version, key };
      switch (step) {
        case 'acknowledge':
          return api.acknowledgeAssessment({ ...input, body: reason.trim() === '' ? {} : { note: reason } });
        case 'appeal':
          return api.appealAssessment({ ...input, body: { reason } });
        case 'reverse':
          return api.reverseAssessment({ ...input, body: { reason } });
        case 'decide':
          return api.decideAssessment({ ...input, body: { result: decided, reason, points, money } });
      }
    },
    onSuccess: onDone,
    onError: (error) => void message.error(errorText(error)),
    onSettled: () => queries.invalidateQueries(),
  });
  return (
    <Modal
      open
      title={t(`ledger.step.${step}`)}
      okText={t(`ledger.step.${step}`)}
      confirmLoading={send.isPending}
      onCancel={onDone}
      onOk={() => form.submit()}
    >
      <Form<Given> form={form} layout="vertical" onFinish={(given) => send.mutate(given)}>
        {step === 'decide' && (
          <Form.Item name="result" label={t('alerts.outcome')} rules={needed}>
            <Select options={DECISIONS.map((value) => ({ value, label: t(`ledger.status.${value}`) }))} />
          </Form.Item>
        )}
        {step === 'decide' && result === 'reduced' && (
          <Space size="middle">
            <Form.Item
              name="points"
              label={t('ledger.pointsLeft')}
              initialValue={entry.points}
              rules={needed}
            >
              <InputNumber min={0} max={entry.points} step={0.5} />
            </Form.Item>
            <Form.Item name="money" label={t('ledger.moneyLeft')} initialValue={entry.money} rules={needed}>
              <InputNumber min={0} max={entry.money} step={10} />
            </Form.Item>
          </Space>
        )}
        <Form.Item
          name="reason"
          label={t('common.reason')}
          rules={
            step === 'acknowledge'
              ? []
              : [{ required: true, whitespace: true, min: 4, message: t('edit.reasonNeeded') }]
          }
        >
          <Input.TextArea rows={3} maxLength={2000} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
