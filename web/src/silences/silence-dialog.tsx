import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert as Notice, App, DatePicker, Form, Input, Modal, Radio, Select } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import type { InputOf } from '../api/client.js';
import { useGet } from '../api/hooks.js';
import { mergeChanged, rereadAlerts } from '../api/live-alerts.js';
import type { Alert } from '../api/types.js';
import { KINDS, SEVERITIES } from '../components/alert-filters.js';
import { fromBusinessTime } from '../components/show.js';
import { UnitField } from '../components/unit-field.js';
import { useErrorText } from '../error-text.js';
import { useApi } from '../session.js';

type SilenceBody = InputOf<'createSilence'>['body'];
type Matcher = SilenceBody['matcher'];

/** As the service asks it, see src/api/routes/silences.ts. */
const MAX_DAYS = 90;
/** Something of these has to be said. */
const CONDITIONS = ['orgUnit', 'subject', 'severities', 'kinds', 'rules'] as const;

interface Entry {
  readonly subject?: string;
  readonly orgUnit?: string;
  readonly kinds?: NonNullable<Matcher['kinds']>;
  readonly severities?: NonNullable<Matcher['severities']>;
  readonly rules?: readonly string[];
  readonly lasts: 'resolved' | 'until';
  readonly until?: dayjs.Dayjs;
  readonly reason: string;
}

/** Asks which alerts are to be kept quiet, until when and why: one alert that is given, or all that match. */
export function SilenceDialog({ alert, onDone }: { readonly alert?: Alert; readonly onDone: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Entry>();
  const lasts = Form.useWatch('lasts', form);
  const subject = Form.useWatch('subject', form);
  const errorText = useErrorText();
  const rules = useGet('listRules', alert === undefined && {});
  const create = useCreateSilence(alert, onDone);
  // Only what can be resolved may be kept quiet until it is.
  const mayLast = alert !== undefined || Boolean(subject?.trim());
  const isRequired = { required: true, message: t('step.required') };
  return (
    <Modal
      open
      title={t(alert ? 'silences.addOne' : 'silences.add')}
      okText={t('silences.do')}
      confirmLoading={create.isPending}
      onCancel={onDone}
      onOk={() => form.submit()}
    >
      <p className="faint">{t('silences.meaning')}</p>
      <Form<Entry>
        form={form}
        layout="vertical"
        initialValues={{ lasts: 'until' }}
        onFinish={(entry) => create.mutate(toBody(alert, entry, mayLast))}
      >
        {!alert && (
          <>
            <Form.Item
              name="orgUnit"
              label={t('common.unit')}
              extra={t('silences.unitRule')}
              dependencies={CONDITIONS.slice(1)}
              rules={[
                ({ getFieldsValue }) => ({
                  validator: () =>
                    Object.keys(toMatcher(getFieldsValue() as Entry)).length > 0
                      ? Promise.resolve()
                      : Promise.reject(new Error(t('silences.conditionRule'))),
                }),
              ]}
            >
              <UnitField />
            </Form.Item>
            <Form.Item name="subject" label={t('alerts.subject')}>
              <Input maxLength={64} placeholder={t('alerts.subjectPlaceholder')} />
            </Form.Item>
            <Form.Item name="severities" label={t('alerts.severity')}>
              <Select
                mode="multiple"
                allowClear
                options={SEVERITIES.map((value) => ({ value, label: t(`severity.${value}`) }))}
              />
            </Form.Item>
            <Form.Item name="kinds" label={t('alerts.kind')}>
              <Select
                mode="multiple"
                allowClear
                options={KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))}
              />
            </Form.Item>
            <Form.Item name="rules" label={t('common.rule')}>
              <Select
                mode="multiple"
                allowClear
                showSearch={{ optionFilterProp: 'label' }}
                options={rules.data?.items.map(({ id, name }) => ({ value: id, label: name })) ?? []}
              />
            </Form.Item>
          </>
        )}
        {mayLast && (
          <Form.Item name="lasts" label={t('silences.lasts')}>
            <Radio.Group
              options={(['until', 'resolved'] as const).map((value) => ({
                value,
                label: t(`silences.last.${value}`),
              }))}
            />
          </Form.Item>
        )}
        {(!mayLast || lasts !== 'resolved') && (
          <Form.Item
            name="until"
            label={t('silences.until')}
            rules={[
              isRequired,
              {
                validator: (_, until?: dayjs.Dayjs) => {
                  const wrong = until && wrongEnd(until);
                  return wrong
                    ? Promise.reject(new Error(t(`silences.${wrong}`, { count: MAX_DAYS })))
                    : Promise.resolve();
                },
              },
            ]}
          >
            <DatePicker
              showTime={{ format: 'HH:mm' }}
              format="YYYY-MM-DD HH:mm"
              disabledDate={(day) =>
                day.isBefore(dayjs().startOf('day')) || day.isAfter(dayjs().add(MAX_DAYS, 'day'), 'day')
              }
              presets={([1, 3, 7] as const).map((days) => ({
                label: t('silences.days', { count: days }),
                value: dayjs().add(days, 'day').hour(18).minute(0).second(0),
              }))}
            />
          </Form.Item>
        )}
        <Form.Item
          name="reason"
          label={t('common.reason')}
          rules={[
            { ...isRequired, whitespace: true },
            { min: 4, message: t('silences.reasonRule') },
          ]}
        >
          <Input.TextArea rows={2} maxLength={300} />
        </Form.Item>
        {create.error && <Notice type="error" showIcon role="alert" title={errorText(create.error)} />}
      </Form>
    </Modal>
  );
}

function useCreateSilence(alert: Alert | undefined, onDone: () => void) {
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: (body: SilenceBody) => api.createSilence({ body }),
    onSuccess: async ({ changed }) => {
      void message.success(t('silences.done', { count: changed }));
      onDone();
      await queries.invalidateQueries({ queryKey: ['listSilences'] });
      if (alert) await mergeChanged(queries, api, [alert.id]);
      await rereadAlerts(queries, !alert);
    },
  });
}

function toBody(alert: Alert | undefined, entry: Entry, mayLast: boolean): SilenceBody {
  const { lasts, until, reason } = entry;
  const isOpenEnded = mayLast && lasts === 'resolved';
  return {
    matcher: alert ? { alert: alert.id } : toMatcher(entry),
    reason: reason.trim(),
    ...(!isOpenEnded && until && { until: toInstant(until) }),
  };
}

/** What is picked is business time, wherever the browser is. */
function toInstant(picked: dayjs.Dayjs): string {
  return fromBusinessTime(picked.format('YYYY-MM-DD HH:mm'));
}

function wrongEnd(until: dayjs.Dayjs): 'untilPast' | 'untilTooLate' | undefined {
  const left = Date.parse(toInstant(until)) - Date.now();
  if (left <= 0) return 'untilPast';
  return left > MAX_DAYS * 86_400_000 ? 'untilTooLate' : undefined;
}

function toMatcher({ subject, orgUnit, kinds = [], severities = [], rules = [] }: Entry): Matcher {
  return {
    ...(subject?.trim() && { subject: subject.trim() }),
    ...(orgUnit && { orgUnit }),
    ...(kinds.length > 0 && { kinds }),
    ...(severities.length > 0 && { severities }),
    ...(rules.length > 0 && { rules }),
  };
}
