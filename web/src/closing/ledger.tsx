import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, DatePicker, Drawer, Popconfirm, Space, Switch } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGet, useHasRole, useIsReader, useOrgUnits, usePages } from '../api/hooks.js';
import { Chip, type Tone } from '../components/chip.js';
import { PagedTable } from '../components/paged-table.js';
import { useErrorText } from '../error-text.js';
import { saveFile } from '../save-file.js';
import { useApi } from '../session.js';
import { useFilters } from '../use-filters.js';
import { LedgerEntry } from './ledger-entry.js';

const TONES: Readonly<Record<string, Tone>> = {
  charged: 'warn', acknowledged: 'info', appealed: 'bad', upheld: 'info', reduced: 'info', revoked: 'good', reversed: 'good',
}; // prettier-ignore

/** What is charged to whom: appealed, decided, frozen by the month, and taken out as an Excel file. */
export function Ledger() {
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const { message } = App.useApp();
  const { nameOf } = useOrgUnits();
  const isReader = useIsReader();
  const { filters, change } = useFilters(['month', 'mine']);
  const mayRead = useHasRole('supervisor', 'auditor');
  const months = useGet('listFrozenMonths', mayRead && {});
  const month = filters.month || months.data?.current.month || '';
  const list = usePages('listAssessments', {
    query: { month, mine: filters.mine === 'true' || undefined, limit: 100 },
  });
  const [opened, setOpened] = useState<string>();
  const fail = (error: Error) => void message.error(errorText(error));
  const freeze = useMutation({
    mutationFn: () => api.freezeAssessmentMonth({ params: { month } }),
    onSuccess: () => void message.success(t('ledger.frozen', { month })),
    onError: fail,
    onSettled: () => queries.invalidateQueries(),
  });
  const save = () =>
    api
      .exportAssessments({ query: { month } })
      .then((file) => saveFile(file, `${t('assessments.view.ledger')}-${month}.xlsx`), fail);
  const frozen = months.data?.items.find((one) => one.month === month);
  return (
    <>
      <Space wrap className="filters" role="search">
        <span className="labelled">
          {t('ledger.month')}
          <DatePicker
            picker="month"
            aria-label={t('ledger.month')}
            placeholder={t('ledger.month')}
            value={month === '' ? null : dayjs(month)}
            onChange={(day: dayjs.Dayjs | null) => change('month', day?.format('YYYY-MM') ?? '')}
          />
        </span>
        {isReader && (
          <label>
            <Switch
              size="small"
              aria-label={t('ledger.mine')}
              checked={filters.mine === 'true'}
              onChange={(isOn) => change('mine', isOn ? 'true' : '')}
            />{' '}
            {t('ledger.mine')}
          </label>
        )}
        {frozen && (
          <Chip tone="info">
            {t('ledger.isFrozen')}
            {frozen.totals && ` · ${t('ledger.totals', frozen.totals)}`}
          </Chip>
        )}
        {mayRead && month !== '' && <Button onClick={() => void save()}>{t('ledger.excel')}</Button>}
        {mayRead && month !== '' && !frozen && (
          <Popconfirm
            title={t('ledger.freezeAsk', { month })}
            okText={t('ledger.freeze')}
            onConfirm={() => freeze.mutate()}
          >
            <Button>{t('ledger.freeze')}</Button>
          </Popconfirm>
        )}
      </Space>
      <PagedTable
        list={list}
        label={t('assessments.view.ledger')}
        emptyText={t('ledger.none')}
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
      <Drawer
        open={opened !== undefined}
        onClose={() => setOpened(undefined)}
        size={640}
        title={t('ledger.entry')}
      >
        {opened !== undefined && <LedgerEntry id={opened} />}
      </Drawer>
    </>
  );
}
