import { theme } from 'antd';
import type { Alert } from '../api/types.js';

/** Colours of charts, which a canvas cannot take from the style sheet. */
export interface ChartTheme {
  readonly text: string;
  readonly faint: string;
  readonly line: string;
  readonly panel: string;
  readonly main: string;
  readonly strong: string;
  readonly calm: string;
  readonly severity: Readonly<Record<Alert['severity'], string>>;
  /** From few to many. */
  readonly heat: readonly string[];
  /** Ink on the darker, and on the lighter half of the heat. */
  readonly heatInk: readonly [string, string];
  readonly isStill: boolean;
}

const LIGHT = {
  main: '#2f7fb5', strong: '#c8501e', calm: '#3c8c5a',
  severity: { critical: '#b3261e', high: '#e8833a', medium: '#e3bb3c', low: '#6aa5dc' },
  heat: ['#eaf2f8', '#c2dcec', '#8fbfdd', '#4b93c3', '#0b5c8f'],
  heatInk: ['#ffffff', '#16324a'],
} as const; // prettier-ignore
const DARK = {
  main: '#5fa8d8', strong: '#e07a4b', calm: '#6fbf8b',
  severity: { critical: '#e5584f', high: '#e59550', medium: '#cfae45', low: '#5b93c9' },
  heat: ['#1d2b37', '#21445f', '#2a6288', '#4389b5', '#8cc4e6'],
  heatInk: ['#0d1a24', '#dbe7f0'],
} as const; // prettier-ignore

export function useChartTheme(): ChartTheme {
  const { token } = theme.useToken();
  const isDark = document.documentElement.dataset['theme'] === 'dark';
  return {
    ...(isDark ? DARK : LIGHT),
    text: token.colorText,
    faint: token.colorTextSecondary,
    line: token.colorBorderSecondary,
    panel: token.colorBgElevated,
    isStill: matchMedia('(prefers-reduced-motion: reduce)').matches,
  };
}

/** What all charts have in common. */
export function baseOption(colours: ChartTheme) {
  return {
    animation: !colours.isStill,
    animationDuration: 250,
    textStyle: { fontFamily: 'inherit', color: colours.text },
    aria: { enabled: false },
    grid: { left: 8, right: 16, top: 32, bottom: 8, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: {
      confine: true,
      backgroundColor: colours.panel,
      borderColor: colours.line,
      textStyle: { color: colours.text, fontSize: 12 },
    },
    legend: { top: 0, left: 0, itemWidth: 14, itemHeight: 10,
      itemGap: 16, textStyle: { color: colours.faint, fontSize: 12 } },
  } as const; // prettier-ignore
}

/** An axis of names. */
export function nameAxis(colours: ChartTheme, data: readonly string[], more: object = {}) {
  return {
    type: 'category',
    data: [...data],
    axisTick: { show: false },
    axisLine: { lineStyle: { color: colours.line } },
    axisLabel: { color: colours.faint, fontSize: 12 },
    ...more,
  };
}

/** An axis of whole numbers. */
export function countAxis(colours: ChartTheme, more: object = {}) {
  return {
    type: 'value',
    minInterval: 1,
    splitNumber: 4,
    splitLine: { lineStyle: { color: colours.line } },
    axisLabel: { color: colours.faint, fontSize: 12 },
    nameTextStyle: { color: colours.faint, fontSize: 12 },
    ...more,
  };
}
