import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  App,
  Button,
  DatePicker,
  Drawer,
  Form,
  Input,
  InputNumber,
  Modal,
  Popconfirm,
  Select,
  Space,
  Switch,
  Table,
  Timeline,
} from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useGet, useMe, useOrgUnits, usePages } from '../api/hooks.js';
import type { Assessment } from '../api/types.js';
import { useErrorText } from '../error-text.js';
import { saveFile } from '../save-file.js';
import { useApi } from '../session.js';
import { useFilters } from '../use-filters.js';
import { Chip, type Tone } from './chip.js';
import { QueryState } from './query-state.js';
import { ScrollRegion } from './scroll-region.js';
import { Time } from './show.js';

type AssessmentStep = NonNullable<Assessment['steps']>[number];
const TONES: Readonly<Record<string, Tone>> = {
  charged: 'warn', acknowledged: 'info', appealed: 'bad', upheld: 'info', reduced: 'info', revoked: 'good', reversed: 'good',
}; // prettier-ignore
const DECISIONS = ['upheld', 'reduced', 'revoked'] as const;

/** What is charged to whom: appealed, decided, frozen by the month, and taken out as an Excel file. */
export function Ledger() {
  const { t } = useTranslation();
  const api = useApi();
  const me = useMe();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const { message } = App.useApp();
  const { nameOf } = useOrgUnits();
  const { filters, change } = useFilters(['month', 'mine']);
  const mayRead = me?.roles.some((role) => ['admin', 'supervisor', 'auditor'].includes(role)) ?? false;
  const months = useGet<{
    current: { month: string };
    items: readonly { month: string; frozenAt: string }[];
  }>(mayRead ? '/api/assessments/months' : undefined);
  const month = filters.month || months.data?.current.month || '';
  const list = usePages<Assessment>('/api/assessments', { month, mine: filters.mine, limit: 100 });
  const [opened, setOpened] = useState<string>();
  const fail = (error: Error) => void message.error(errorText(error));
  const freeze = useMutation({
    mutationFn: () => api.post(`/api/assessments/months/${month}/freeze`, {}),
    onSuccess: () => void message.success(t('ledger.frozen', { month })),
    onError: fail,
    onSettled: () => queries.invalidateQueries(),
  });
  const save = () =>
    api
      .download('/api/assessments/export.xlsx', { month })
      .then((file) => saveFile(file, `${t('assessments.view.ledger')}-${month}.xlsx`), fail);
  const isFrozen = months.data?.items.some((one) => one.month === month) ?? false;
  return (
    <>
      <Space wrap className="filters" role="search">
        <DatePicker
          picker="month"
          aria-label={t('ledger.month')}
          placeholder={t('ledger.month')}
          value={month === '' ? null : dayjs(month)}
          onChange={(day: dayjs.Dayjs | null) => change('month', day?.format('YYYY-MM') ?? '')}
        />
        <label>
          <Switch
            size="small"
            aria-label={t('ledger.mine')}
            checked={filters.mine === 'true'}
            onChange={(isOn) => change('mine', isOn ? 'true' : '')}
          />{' '}
          {t('ledger.mine')}
        </label>
        {isFrozen && <Chip tone="info">{t('ledger.isFrozen')}</Chip>}
        {mayRead && month !== '' && <Button onClick={() => void save()}>{t('ledger.excel')}</Button>}
        {mayRead && month !== '' && !isFrozen && (
          <Popconfirm title={t('ledger.freezeAsk', { month })} onConfirm={() => freeze.mutate()}>
            <Button>{t('ledger.freeze')}</Button>
          </Popconfirm>
        )}
      </Space>
      <QueryState
        isPending={list.isPending}
        error={list.error}
        isEmpty={list.items.length === 0}
        emptyText={t('ledger.none')}
        onRetry={() => void list.refetch()}
      >
        <ScrollRegion label={t('assessments.view.ledger')}>
          <Table<Assessment>
            rowKey="id"
            size="small"
            pagination={false}
            dataSource={[...list.items]}
            columns={[
              {
                title: t('ledger.finding'),
                render: (_, { id, finding }) => (
                  <Button type="link" size="small" className="wrapping" onClick={() => setOpened(id)}>
                    {finding.title}
                  </Button>
                ),
              },
              { title: t('ledger.clause'), render: (_, { clause }) => `${clause.id} ${clause.title}` },
              {
                title: t('ledger.charged'),
                render: (_, { charged }) => (charged.kind === 'team' ? nameOf(charged.id) : charged.id),
              },
              { title: t('ledger.points'), dataIndex: 'points', width: 70 },
              { title: t('ledger.money'), dataIndex: 'money', width: 70 },
              {
                title: t('common.status'),
                width: 110,
                render: (_, { status }) => (
                  <Chip tone={TONES[status] ?? 'plain'}>{t(`ledger.status.${status}`)}</Chip>
                ),
              },
            ]}
          />
        </ScrollRegion>
        {list.hasNextPage && (
          <Button className="gap-above" onClick={() => void list.fetchNextPage()}>
            {t('state.more')}
          </Button>
        )}
      </QueryState>
      <Drawer
        open={opened !== undefined}
        onClose={() => setOpened(undefined)}
        size={640}
        title={t('ledger.entry')}
      >
        {opened !== undefined && <Entry id={opened} />}
      </Drawer>
    </>
  );
}

function Entry({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const query = useGet<Assessment>(`/api/assessments/${encodeURIComponent(id)}`);
  const [asked, setAsked] = useState<AssessmentStep>();
  const entry = query.data;
  return (
    <QueryState isPending={query.isPending} error={query.error} onRetry={() => void query.refetch()}>
      {entry && (
        <>
          <p>{entry.finding.title}</p>
          <p className="faint">
            {entry.finding.reason} · {entry.finding.confirmedBy} · <Time at={entry.finding.confirmedAt} />
          </p>
          <p>
            <Link
              to={`/${entry.finding.kind === 'alert' ? 'alerts' : 'inspections'}/${encodeURIComponent(entry.finding.id)}`}
            >
              {t('ledger.source')}
            </Link>
          </p>
          {entry.appealUntil && (
            <p>
              {t('ledger.appealUntil')} <Time at={entry.appealUntil} />
            </p>
          )}
          <Space wrap className="gap-below">
            {entry.steps?.map((step) => (
              <Button key={step} onClick={() => setAsked(step)}>
                {t(`ledger.step.${step}`)}
              </Button>
            ))}
          </Space>
          <Timeline
            items={entry.history.map(({ at, what, who, note }, index) => ({
              key: index,
              content: (
                <>
                  {t(`ledger.status.${what}`)} · {who === 'system' ? t('history.system') : who}
                  <div className="faint">
                    <Time at={at} />
                  </div>
                  {note}
                </>
              ),
            }))}
          />
          {asked && <StepForm entry={entry} step={asked} onDone={() => setAsked(undefined)} />}
        </>
      )}
    </QueryState>
  );
}

interface Given {
  readonly reason?: string;
  readonly result?: (typeof DECISIONS)[number];
  readonly points?: number;
}

function StepForm(props: {
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
  const [key] = useState(() => crypto.randomUUID());
  const send = useMutation({
    mutationFn: ({ reason, ...given }: Given) =>
      api.post(
        `/api/assessments/${encodeURIComponent(entry.id)}/${step}`,
        step === 'acknowledge' ? (reason?.trim() ? { note: reason } : {}) : { reason, ...given },
        { 'If-Match': `"${entry.version}"`, 'Idempotency-Key': key },
      ),
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
          <Form.Item
            name="result"
            label={t('alerts.outcome')}
            rules={[{ required: true, message: t('step.required') }]}
          >
            <Select options={DECISIONS.map((value) => ({ value, label: t(`ledger.status.${value}`) }))} />
          </Form.Item>
        )}
        {step === 'decide' && result === 'reduced' && (
          <Form.Item
            name="points"
            label={t('ledger.pointsLeft')}
            rules={[{ required: true, message: t('step.required') }]}
          >
            <InputNumber min={0} max={100} step={0.5} />
          </Form.Item>
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
