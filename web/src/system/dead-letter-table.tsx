import { Button, type TableColumnType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { DeadLetter } from '../api/types.js';
import { Chip } from '../components/chip.js';
import { ListTable } from '../components/list-table.js';
import { Time } from '../components/show.js';
import { useReasonText } from './use-reason-text.js';

/** Letters as a table; those that wait can be chosen. */
export function DeadLetterTable(props: {
  readonly items: readonly DeadLetter[];
  /** Absent for those who may only look. */
  readonly chosen: ReadonlySet<string> | undefined;
  readonly onChoose: (ids: ReadonlySet<string>) => void;
  readonly onOpen: (id: string) => void;
}) {
  const { items, chosen, onChoose, onOpen } = props;
  const { t } = useTranslation();
  const reasonText = useReasonText();
  const waiting = items.filter((letter) => letter.replayedAt === undefined);
  const choice = (ids: ReadonlySet<string>): TableColumnType<DeadLetter> => ({
    width: 40,
    title: (
      <input
        type="checkbox"
        aria-label={t('dead.chooseAll')}
        disabled={waiting.length === 0}
        checked={waiting.length > 0 && waiting.every(({ id }) => ids.has(id))}
        onChange={({ target }) => onChoose(new Set(target.checked ? waiting.map(({ id }) => id) : []))}
      />
    ),
    render: (_, letter) => (
      <input
        type="checkbox"
        aria-label={t('dead.choose', { what: letter.recordId ?? letter.id })}
        disabled={letter.replayedAt !== undefined}
        checked={letter.replayedAt === undefined && ids.has(letter.id)}
        onChange={({ target }) => onChoose(toggled(ids, letter.id, target.checked))}
      />
    ),
  });
  return (
    <ListTable<DeadLetter>
      label={t('dead.title')}
      rowKey="id"
      className="wide-table"
      dataSource={items}
      columns={[
        ...(chosen ? [choice(chosen)] : []),
        {
          title: t('common.reason'),
          width: 150,
          render: (_, { reason }) => <Chip tone="warn">{reasonText(reason)}</Chip>,
        },
        { title: t('dead.about'), width: 170, render: (_, letter) => <About letter={letter} /> },
        {
          title: t('dead.error'),
          render: (_, { error }) => <span className="two-lines">{error}</span>,
        },
        { title: t('dead.attempts'), dataIndex: 'attempts', width: 60 },
        { title: t('common.time'), width: 150, render: (_, { at }) => <Time at={at} /> },
        {
          title: t('common.status'),
          width: 150,
          render: (_, { replayedAt, replayCount }) =>
            replayedAt !== undefined ? (
              <>
                <Chip tone="good">{t('dead.state.replayed')}</Chip> <Time at={replayedAt} />
              </>
            ) : (
              <Chip tone="bad">
                {replayCount > 0 ? t('dead.again', { count: replayCount }) : t('dead.state.waiting')}
              </Chip>
            ),
        },
        {
          title: t('users.act'),
          width: 80,
          render: (_, { id }) => (
            <Button size="small" onClick={() => onOpen(id)}>
              {t('dead.look')}
            </Button>
          ),
        },
      ]}
    />
  );
}

/** Of records that are no work orders (a hall, a feed) only the name is shown: they have no page. */
function About({ letter: { kind, recordId } }: { readonly letter: DeadLetter }) {
  const { t } = useTranslation();
  if (recordId === undefined) return <span className="faint">{t(`dead.kindOf.${kind}`)}</span>;
  if (recordId.includes(':')) return <>{recordId}</>;
  return <Link to={`/work-orders/${encodeURIComponent(recordId)}`}>{recordId}</Link>;
}

function toggled(set: ReadonlySet<string>, id: string, isOn: boolean): ReadonlySet<string> {
  const next = new Set(set);
  if (isOn) next.add(id);
  else next.delete(id);
  return next;
}
