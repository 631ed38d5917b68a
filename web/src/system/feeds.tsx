import { Card } from 'antd';
import { useTranslation } from 'react-i18next';
import { useGet } from '../api/hooks.js';
import type { Feed } from '../api/types.js';
import { Chip } from '../components/chip.js';
import { QueryState } from '../components/query-state.js';
import { ListTable } from '../components/list-table.js';
import { Time } from '../components/show.js';

const REFRESH_MS = 15_000;
const TONES = { live: 'good', silent: 'bad', unwatched: 'plain' } as const;
const ORDER = ['silent', 'live', 'unwatched'] as const;

/** Where events come from: whether each source is alive, and since when it has said nothing. The silent ones first. */
export function Feeds() {
  const { t } = useTranslation();
  const list = useGet('listFeeds', {}, REFRESH_MS);
  const feeds = ORDER.flatMap((state) => list.data?.items.filter((feed) => feed.state === state) ?? []);
  return (
    <Card
      size="small"
      title={t('feeds.title')}
      className="gap-below"
      extra={
        list.data && (
          <span className="faint">{t('feeds.expected', { minutes: list.data.silentAfterMinutes })}</span>
        )
      }
    >
      <QueryState
        isPending={list.isPending}
        error={list.error}
        isEmpty={feeds.length === 0}
        emptyText={t('feeds.none')}
        onRetry={() => void list.refetch()}
      >
        <ListTable<Feed>
          label={t('feeds.title')}
          rowKey="feed"
          className="wide-table"
          dataSource={feeds}
          columns={[
            { title: t('feeds.feed'), dataIndex: 'feed' },
            {
              title: t('common.status'),
              render: (_, { state }) => <Chip tone={TONES[state]}>{t(`feeds.state.${state}`)}</Chip>,
            },
            { title: t('feeds.lastSeenAt'), render: (_, { lastSeenAt }) => <Time at={lastSeenAt} /> },
            { title: t('feeds.quiet'), render: (_, feed) => <Quiet feed={feed} /> },
            {
              title: t('feeds.lastHeartbeatAt'),
              render: (_, { lastHeartbeatAt }) => <Time at={lastHeartbeatAt} />,
            },
            { title: t('feeds.note'), render: (_, feed) => <Note feed={feed} /> },
          ]}
        />
      </QueryState>
    </Card>
  );
}

function Quiet({ feed: { quietMinutes, state } }: { readonly feed: Feed }) {
  const { t } = useTranslation();
  const [days, hours, minutes] = [Math.floor(quietMinutes / 1440), Math.floor(quietMinutes / 60) % 24, quietMinutes % 60];
  const text = days > 0 ? t('feeds.days', { days, hours }) : hours > 0 ? t('feeds.hours', { hours, minutes }) : t('feeds.minutes', { minutes });
  return <span className={state === 'silent' ? 'late nowrap' : 'nowrap'}>{text}</span>;
} // prettier-ignore

/** What its state means for the rules. */
function Note({ feed: { state, sweepOwed } }: { readonly feed: Feed }) {
  const { t } = useTranslation();
  return (
    <span className="faint">
      {state !== 'live' && t(`feeds.means.${state}`)}{' '}
      {sweepOwed !== undefined && t('feeds.owed', { date: sweepOwed })}
    </span>
  );
}
