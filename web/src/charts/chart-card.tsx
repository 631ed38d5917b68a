import { BarChartOutlined, TableOutlined } from '@ant-design/icons';
import { Button, Card, Empty, Skeleton, Tooltip } from 'antd';
import type { EChartsCoreOption } from 'echarts/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { QueryState } from '../components/query-state.js';
import { ScrollRegion } from '../components/scroll-region.js';
import { ChartCanvas, type Mark } from './chart-canvas.js';
import { ChartTable, type ChartRow } from './chart-table.js';

/** A chart, and the same as a table, in which each figure is a link. */
export function ChartCard(props: {
  /** For tests and links. */
  readonly name: string;
  readonly title: string;
  readonly height: number;
  readonly option: EChartsCoreOption;
  readonly columns: readonly string[];
  readonly rows: readonly ChartRow[];
  /** The list behind a mark. */
  readonly linkOf?: (mark: Mark) => string | undefined;
  readonly state: {
    readonly isPending: boolean;
    readonly error: Error | null;
    readonly refetch: () => unknown;
  };
  readonly isEmpty: boolean;
  readonly emptyText: string;
  /** Narrower, it scrolls by itself. */
  readonly minWidth?: number;
  readonly extra?: ReactNode;
}) {
  const { name, title, height, option, columns, rows, linkOf, state, isEmpty, emptyText, minWidth, extra } = props;
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [isTable, setTable] = useState(false);
  const word = t(isTable ? 'charts.asChart' : 'charts.asTable');
  const open = (mark: Mark) => {
    const to = linkOf?.(mark);
    if (to !== undefined) void navigate(to);
  };
  return (
    <Card
      size="small"
      className={`chart-card chart-card-${name}`}
      title={title}
      extra={
        <>
          {extra}
          <Tooltip title={word}>
            <Button
              type="text"
              size="small"
              aria-label={`${title}：${word}`}
              aria-pressed={isTable}
              icon={isTable ? <BarChartOutlined /> : <TableOutlined />}
              onClick={() => setTable(!isTable)}
            />
          </Tooltip>
        </>
      }
    >
      {/* As high as the chart in every state: nothing moves when it comes. */}
      <div className="chart-body" style={{ minHeight: height }}>
        {state.isPending && !state.error ? (
          <Skeleton.Node active className="chart-waits" style={{ height }} aria-label={t('state.loading')} />
        ) : (
          <QueryState isPending={false} error={state.error} onRetry={() => void state.refetch()}>
            {isEmpty ? (
              <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={emptyText} />
            ) : isTable ? (
              <ChartTable title={title} columns={columns} rows={rows} />
            ) : minWidth === undefined ? (
              <ChartCanvas option={option} height={height} label={t('charts.label', { title })} onOpen={open} />
            ) : (
              <ScrollRegion label={title}>
                <div style={{ minWidth }}>
                  <ChartCanvas option={option} height={height} label={t('charts.label', { title })} onOpen={open} />
                </div>
              </ScrollRegion>
            )}
          </QueryState>
        )}
      </div>
    </Card>
  );
} // prettier-ignore
