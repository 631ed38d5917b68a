import type { useGet } from '../api/hooks.js';

/** What a chart of the summary is given. */
export interface SummaryChartProps {
  readonly summary: ReturnType<typeof useGet<'summarizeAlerts'>>;
  /** The unit looked at, with all below it; empty: all. */
  readonly orgUnit: string;
}
