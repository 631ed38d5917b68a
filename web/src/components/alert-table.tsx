import { Table } from 'antd';
import { useEffect, useState, type UIEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useOrgUnits } from '../api/hooks.js';
import type { Alert } from '../api/types.js';
import { AlertStatusTag, SeverityTag, Time } from './show.js';

/** So near to the end of what is loaded, pixels, more is asked for. */
const NEAR_END = 1_500;
/** What stands above and below the table, pixels. */
const AROUND = 330;

/** Alerts as a table that draws only the rows in sight, however many there are, and asks for more near its end. */
export function AlertTable(props: {
  readonly items: readonly Alert[];
  readonly marked: number;
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (ids: readonly string[]) => void;
  readonly onOpen: (alert: Alert, index: number) => void;
  readonly onNearEnd: () => void;
}) {
  const { items, marked, chosen, onChoose, onOpen, onNearEnd } = props;
  const { t } = useTranslation();
  const { nameOf } = useOrgUnits();
  const height = useHeight();
  return (
    <Table<Alert>
      rowKey="id"
      size="small"
      virtual
      scroll={{ x: 1110, y: height }}
      pagination={false}
      dataSource={items}
      onScroll={(event: UIEvent<HTMLDivElement>) => {
        const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
        if (scrollHeight - scrollTop - clientHeight < NEAR_END) onNearEnd();
      }}
      rowSelection={{
        columnWidth: 40,
        selectedRowKeys: [...chosen],
        onChange: (keys) => onChoose(keys.map(String)),
        getCheckboxProps: ({ title }) => ({ 'aria-label': title }),
      }}
      rowClassName={(_, index) => (index === marked ? 'marked' : '')}
      onRow={(alert, index) => ({ onClick: () => onOpen(alert, index ?? 0) })}
      columns={[
        {
          title: t('alerts.severity'),
          width: 100,
          render: (_, { severity }) => <SeverityTag severity={severity} />,
        },
        {
          title: t('alerts.title_'),
          width: 400,
          render: (_, alert) => (
            <a
              href={`/alerts/${encodeURIComponent(alert.id)}`}
              onClick={(event) => {
                if (event.ctrlKey || event.metaKey || event.shiftKey) event.stopPropagation();
                else event.preventDefault();
              }}
            >
              {alert.title}
            </a>
          ),
        },
        {
          title: t('alerts.kind'),
          width: 110,
          render: (_, { riskPoint }) => t(`kind.${riskPoint.kind}`),
        },
        {
          title: t('common.unit'),
          width: 170,
          ellipsis: true,
          render: (_, { orgUnit }) => nameOf(orgUnit),
        },
        {
          title: t('alerts.dueAt'),
          width: 150,
          render: (_, { dueAt, phase }) => <Time at={dueAt} isLate={phase === 'overdue'} />,
        },
        { title: t('alerts.lastAt'), width: 150, render: (_, { lastAt }) => <Time at={lastAt} /> },
        {
          title: t('common.status'),
          width: 100,
          render: (_, { status }) => <AlertStatusTag status={status} />,
        },
      ]}
    />
  );
}

function useHeight(): number {
  const measure = () => Math.max(320, window.innerHeight - AROUND);
  const [height, setHeight] = useState(measure);
  useEffect(() => {
    const onResize = () => setHeight(measure());
    window.addEventListener('resize', onResize);
    return () => window.removeEventListener('resize', onResize);
  }, []);
  return height;
}
