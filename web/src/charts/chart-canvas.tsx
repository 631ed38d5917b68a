import type { EChartsCoreOption, EChartsType } from 'echarts/core';
import { useEffect, useRef } from 'react';

/** A mark of a chart: which series, and which of its values. */
export interface Mark {
  readonly series: number;
  readonly index: number;
}

/** Draws an option on a canvas of fixed height, as wide as there is room; a click on a mark opens what is behind it. */
export function ChartCanvas(props: {
  readonly option: EChartsCoreOption;
  readonly height: number;
  /** Of what is drawn, for those who do not see it. */
  readonly label: string;
  readonly onOpen?: ((mark: Mark) => void) | undefined;
}) {
  const { option, height, label, onOpen } = props;
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(undefined);
  const latest = useRef({ option, onOpen });
  useEffect(() => {
    latest.current = { option, onOpen };
    chart.current?.setOption(option, { notMerge: true });
  }, [option, onOpen]);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let isGone = false;
    const observer = new ResizeObserver(() => chart.current?.resize());
    void import('./echarts.js').then(({ init }) => {
      if (isGone) return;
      const drawn = init(element);
      chart.current = drawn;
      drawn.setOption(latest.current.option);
      drawn.on('click', ({ seriesIndex = 0, dataIndex }) =>
        latest.current.onOpen?.({ series: seriesIndex, index: dataIndex }),
      );
      observer.observe(element);
      element.dataset['drawn'] = 'true';
    });
    return () => {
      isGone = true;
      observer.disconnect();
      chart.current?.dispose();
      chart.current = undefined;
    };
  }, []);
  return <div ref={place} className="chart" style={{ height }} role="img" aria-label={label} />;
}
