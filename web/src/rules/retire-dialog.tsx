import { useMutation } from '@tanstack/react-query';
import { Alert as Notice, App, Form, Input, Modal, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useGet } from '../api/hooks.js';
import type { Coverage } from '../api/types.js';
import { useErrorText } from '../error-text.js';
import { useApi } from '../session.js';

interface Entry {
  readonly reason: string;
  readonly openAlerts: 'close' | 'keep' | 'handled';
}

/** Puts forward to take a rule out of use, with the reason and what is to become of its alerts; a second person decides. */
export function RetireDialog(props: {
  readonly id: string;
  readonly name: string;
  readonly onClose: () => void;
}) {
  const { id, name, onClose } = props;
  const { t } = useTranslation();
  const api = useApi();
  const errorText = useErrorText();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [form] = Form.useForm<Entry>();
  const propose = useMutation({
    mutationFn: ({ reason, openAlerts }: Entry) => {
      const change = openAlerts === 'handled' ? { retire: id } : { retire: id, openAlerts };
      return api.proposeRules({ body: { changes: [change], reason } });
    },
    onSuccess: () => void navigate('/rules/proposals'),
    onError: (error) => void message.error(errorText(error)),
  });
  return (
    <Modal
      open
      title={t('retire.title', { name })}
      okText={t('retire.submit')}
      confirmLoading={propose.isPending}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <Consequences id={id} />
      <Form<Entry>
        form={form}
        layout="vertical"
        initialValues={{ openAlerts: 'handled' }}
        onFinish={(entry) => propose.mutate(entry)}
      >
        <Form.Item name="openAlerts" label={t('retire.alerts')}>
          <Radio.Group
            className="retire-choice"
            options={(['handled', 'close', 'keep'] as const).map((value) => ({
              value,
              label: t(`retire.openAlerts.${value}`),
            }))}
          />
        </Form.Item>
        <Form.Item
          name="reason"
          label={t('retire.reason')}
          extra={t('edit.second')}
          rules={[{ required: true, whitespace: true, min: 4, message: t('edit.reasonNeeded') }]}
        >
          <Input.TextArea rows={3} maxLength={1000} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

/** What would be watched by nobody any more, and how many alerts are still to be done. */
function Consequences({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const counts = useGet('countAlerts', { query: { rule: [id] } });
  const coverage = useGet('getCoverage');
  const open = counts.data?.open;
  const left = coverage.data && alone(coverage.data, id);
  return (
    <Notice
      type={left && left.items + left.clauses.length > 0 ? 'warning' : 'info'}
      className="gap-below"
      title={
        <>
          {open !== undefined && <div>{t('retire.open', { count: open })}</div>}
          {left && (
            <div>
              {left.items + left.clauses.length === 0
                ? t('retire.covered')
                : t('retire.uncovered', { items: left.items, clauses: left.clauses.join('、') || '—' })}
            </div>
          )}
        </>
      }
    />
  );
}

/** Work items (by kind of risk) and clauses that only this rule watches. */
function alone({ matrix, clauseList }: Coverage, id: string) {
  const isOnly = (rules: readonly string[]) => rules.length === 1 && rules[0] === id;
  return {
    items: matrix.reduce((sum, { cells }) => sum + Object.values(cells).filter(({ rules }) => isOnly(rules)).length, 0),
    clauses: clauseList
      .filter(({ rules, inspections, controls }) => isOnly(rules) && inspections.length + controls.length === 0)
      .map(({ clause }) => clause),
  };
} // prettier-ignore
