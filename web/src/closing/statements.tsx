import { DatePicker, Button, Drawer, Space, Switch } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePages } from '../api/hooks.js';
import type { StatementHead } from '../api/types.js';
import { Chip } from '../components/chip.js';
import { PagedTable } from '../components/paged-table.js';
import { UnitFilter } from '../components/unit-filter.js';
import { useFilters } from '../use-filters.js';
import { SignDueAt } from './sign-due-at.js';
import { StatementSheet } from './statement-sheet.js';

/** Statements of each unit and day: the completed list against the handover register, signed by both sides. */
export function Statements() {
  const { t } = useTranslation();
  const [opened, setOpened] = useState<StatementHead>();
  const { filters, change } = useFilters(['date', 'orgUnit', 'differences']);
  const day = filters.date || undefined;
  const list = usePages('listReconciliations', {
    query: {
      from: day,
      to: day,
      orgUnit: filters.orgUnit ? [filters.orgUnit] : undefined,
      differences: filters.differences === 'true' || undefined,
      limit: 50,
    },
  });
  return (
    <>
      <Space wrap className="filters" role="search">
        <DatePicker
          aria-label={t('common.date')}
          placeholder={t('common.date')}
          value={day === undefined ? null : dayjs(day)}
          onChange={(chosen: dayjs.Dayjs | null) => change('date', chosen?.format('YYYY-MM-DD') ?? '')}
        />
        <UnitFilter value={filters.orgUnit} onChange={(unit) => change('orgUnit', unit)} />
        <label>
          <Switch
            size="small"
            aria-label={t('statements.onlyDifferences')}
            checked={filters.differences === 'true'}
            onChange={(isOn) => change('differences', isOn ? 'true' : '')}
          />{' '}
          {t('statements.onlyDifferences')}
        </label>
      </Space>
      <PagedTable
        list={list}
        label={t('assessments.view.statements')}
        emptyText={t(
          day || filters.orgUnit || filters.differences ? 'statements.noneSuch' : 'statements.none',
        )}
        columns={[
          {
            title: t('common.date'),
            render: (_, statement) => (
              <Button type="link" size="small" onClick={() => setOpened(statement)}>
                {statement.date}
              </Button>
            ),
          },
          { title: t('common.unit'), dataIndex: 'orgUnitName' },
          { title: t('statements.completed'), render: (_, { counts }) => counts.completed },
          { title: t('statements.handedOver'), render: (_, { counts }) => counts.handedOver },
          {
            title: t('statements.differences'),
            render: (_, { counts }) => (
              <Chip tone={counts.differences > 0 ? 'bad' : 'good'}>{counts.differences}</Chip>
            ),
          },
          {
            title: t('statements.signed'),
            render: (_, { signed }) =>
              signed.map(({ side, by }) => `${t(`statements.side.${side}`)} ${by}`).join('；') || '—',
          },
          {
            title: t('statements.signDueAt'),
            render: (_, statement) => <SignDueAt statement={statement} />,
          },
        ]}
      />
      <Drawer
        open={opened !== undefined}
        onClose={() => setOpened(undefined)}
        size={900}
        title={opened && `${opened.orgUnitName} ${opened.date}`}
      >
        {opened && <StatementSheet unit={opened.orgUnit} date={opened.date} />}
      </Drawer>
    </>
  );
}
