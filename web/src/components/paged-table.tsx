import { type TableProps } from 'antd';
import { ListFoot } from './list-foot.js';
import { QueryState } from './query-state.js';
import { ListTable } from './list-table.js';

/** A list that is read page by page, as a table that scrolls by itself where the screen is narrow. */
export function PagedTable<Item extends object>(props: {
  readonly list: {
    readonly isPending: boolean;
    readonly error: Error | null;
    readonly items: readonly Item[];
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => unknown;
    readonly refetch: () => unknown;
  };
  readonly label: string;
  readonly emptyText?: string;
  /** Default `id`. */
  readonly rowKey?: keyof Item & string;
  readonly columns: NonNullable<TableProps<Item>['columns']>;
  readonly className?: string;
}) {
  const { list, label, emptyText, rowKey = 'id', columns, className } = props;
  return (
    <QueryState
      isPending={list.isPending}
      error={list.error}
      isEmpty={list.items.length === 0}
      {...(emptyText !== undefined && { emptyText })}
      onRetry={() => void list.refetch()}
    >
      <ListTable<Item>
        label={label}
        rowKey={rowKey}
        dataSource={[...list.items]}
        columns={columns}
        {...(className !== undefined && { className })}
      />
      <ListFoot list={list} />
    </QueryState>
  );
}
