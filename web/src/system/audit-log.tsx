import { Card, Input, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePages } from '../api/hooks.js';
import { PagedTable } from '../components/paged-table.js';
import { Time } from '../components/show.js';

const FIELDS = ['who', 'action', 'object'] as const;
type Asked = Readonly<Record<(typeof FIELDS)[number], string>>;
const NOTHING: Asked = { who: '', action: '', object: '' };

/** Who did what to what, and why; searched by person, deed and thing. */
export function Audit() {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(NOTHING);
  const list = usePages('listAudit', { query: { ...asked, limit: 50 } });
  return (
    <Card size="small" title={t('audit.title')} className="gap-below">
      <Space wrap className="filters" role="search" aria-label={t('audit.title')}>
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
      <PagedTable
        list={list}
        label={t('audit.title')}
        rowKey="seq"
        columns={[
          { title: '#', dataIndex: 'seq', width: 70 },
          { title: t('common.time'), width: 150, render: (_, { at }) => <Time at={at} /> },
          { title: t('audit.who'), width: 150, render: (_, { who }) => who.id },
          { title: t('audit.action'), dataIndex: 'action', width: 150 },
          { title: t('audit.object'), render: (_, { object }) => `${object.type} ${object.id}` },
          { title: t('common.reason'), dataIndex: 'reason' },
        ]}
      />
    </Card>
  );
}
