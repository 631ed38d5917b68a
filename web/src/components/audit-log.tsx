import { Button, Card, Input, Space, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePages } from '../api/hooks.js';
import { QueryState } from './query-state.js';
import { ScrollRegion } from './scroll-region.js';
import { Time } from './show.js';

interface AuditRow {
  readonly seq: number;
  readonly at: string;
  readonly action: string;
  readonly who: { readonly id: string };
  readonly object: { readonly type: string; readonly id: string };
  readonly reason: string;
}
const FIELDS = ['who', 'action', 'object'] as const;
type Asked = Readonly<Record<(typeof FIELDS)[number], string>>;
const NOTHING: Asked = { who: '', action: '', object: '' };

/** Who did what to what, and why; searched by person, deed and thing. */
export function Audit() {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(NOTHING);
  const list = usePages<AuditRow>('/api/audit', { ...asked, limit: 50 });
  return (
    <Card size="small" title={t('audit.title')} className="gap-below">
      <Space wrap className="filters" role="search">
        {FIELDS.map((field) => (
          <Input.Search
            key={field}
            allowClear
            className="filter"
            aria-label={t(`audit.${field}`)}
            placeholder={t(`audit.${field}`)}
            onSearch={(value) => setAsked((before) => ({ ...before, [field]: value.trim() }))}
          />
        ))}
      </Space>
      <QueryState
        isPending={list.isPending}
        error={list.error}
        isEmpty={list.items.length === 0}
        onRetry={() => void list.refetch()}
      >
        <ScrollRegion label={t('audit.title')}>
          <Table<AuditRow>
            rowKey="seq"
            size="small"
            pagination={false}
            dataSource={[...list.items]}
            columns={[
              { title: '#', dataIndex: 'seq', width: 70 },
              { title: t('common.time'), width: 150, render: (_, { at }) => <Time at={at} /> },
              { title: t('audit.who'), width: 150, render: (_, { who }) => who.id },
              { title: t('audit.action'), dataIndex: 'action', width: 150 },
              { title: t('audit.object'), render: (_, { object }) => `${object.type} ${object.id}` },
              { title: t('common.reason'), dataIndex: 'reason' },
            ]}
          />
        </ScrollRegion>
        {list.hasNextPage && (
          <Button
            className="gap-above"
            loading={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            {t('state.more')}
          </Button>
        )}
      </QueryState>
    </Card>
  );
}
