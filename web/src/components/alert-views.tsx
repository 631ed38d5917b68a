import { DeleteOutlined, StarOutlined } from '@ant-design/icons';
import { Button, Input, Popover, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

/** A list under a name: its address without the path. */
interface View {
  readonly name: string;
  readonly query: string;
}

/** Views that everybody needs. */
const BUILT_IN = [
  { key: 'open', query: '' },
  { key: 'mine', query: 'assignee=me' },
  { key: 'overdue', query: 'phase=overdue' },
  { key: 'review', query: 'status=rectified' },
  { key: 'unjudged', query: 'status=auto_closed&unjudged=true' },
] as const;
const KEY = 'yxrisk.views';

/** Lists one looks at again and again: those of everybody, and those kept by name in this browser. */
export function AlertViews({ query }: { readonly query: string }) {
  const { t } = useTranslation();
  const [views, setViews] = useState(readViews);
  const [name, setName] = useState('');
  const [isAsking, setAsking] = useState(false);
  const keep = (next: readonly View[]) => {
    localStorage.setItem(KEY, JSON.stringify(next));
    setViews(next);
  };
  const add = () => {
    const trimmed = name.trim();
    if (trimmed === '') return;
    keep([...views.filter((view) => view.name !== trimmed), { name: trimmed, query }]);
    setName('');
    setAsking(false);
  };
  const link = (to: string, text: string) => (
    <Link
      key={text}
      to={`/alerts${to === '' ? '' : `?${to}`}`}
      className="view"
      aria-current={to === query ? 'page' : undefined}
    >
      {text}
    </Link>
  );
  return (
    <nav className="views" aria-label={t('views.title')}>
      {BUILT_IN.map((view) => link(view.query, t(`views.${view.key}`)))}
      {views.map((view) => (
        <span key={view.name} className="own-view">
          {link(view.query, view.name)}
          <Button
            type="text"
            size="small"
            icon={<DeleteOutlined />}
            aria-label={t('views.remove', { name: view.name })}
            onClick={() => keep(views.filter((other) => other !== view))}
          />
        </span>
      ))}
      <Popover
        trigger="click"
        open={isAsking}
        onOpenChange={setAsking}
        content={
          <Space.Compact>
            <Input
              autoFocus
              maxLength={30}
              aria-label={t('views.name')}
              placeholder={t('views.name')}
              value={name}
              onChange={({ target }) => setName(target.value)}
              onPressEnter={add}
            />
            <Button type="primary" onClick={add}>
              {t('views.keep')}
            </Button>
          </Space.Compact>
        }
      >
        <Button type="link" size="small" icon={<StarOutlined />} disabled={query === ''}>
          {t('views.add')}
        </Button>
      </Popover>
      <Link to="/silences" className="view-aside">
        {t('silences.title')}
      </Link>
    </nav>
  );
}

function readViews(): readonly View[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept)
      ? (kept as View[]).filter(({ name, query }) => typeof name === 'string' && typeof query === 'string')
      : [];
  } catch {
    return [];
  }
}
