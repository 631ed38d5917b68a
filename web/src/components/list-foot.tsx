import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

/** Below a list that is read page by page: how much of it is there, and the way to the rest. */
export function ListFoot(props: {
  readonly list: {
    readonly items: readonly unknown[];
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => unknown;
  };
  /** Stands behind the count. */
  readonly hint?: string | undefined;
}) {
  const { list, hint } = props;
  const { t } = useTranslation();
  return (
    <div className="list-foot">
      {list.hasNextPage ? (
        <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('state.more')}
        </Button>
      ) : (
        <span className="faint">{t('state.end')}</span>
      )}
      <span className="faint">
        {t('common.count', { count: list.items.length })}
        {hint !== undefined && ` · ${hint}`}
      </span>
    </div>
  );
}
