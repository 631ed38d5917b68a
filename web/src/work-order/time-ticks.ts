const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const STEPS = [
  HOUR_MS,
  2 * HOUR_MS,
  6 * HOUR_MS,
  DAY_MS,
  2 * DAY_MS,
  7 * DAY_MS,
  14 * DAY_MS,
  30 * DAY_MS,
  91 * DAY_MS,
];
const MOST = 9;

export interface Ticks {
  readonly at: readonly number[];
  /** Whether a tick is told by its hour rather than by its day. */
  readonly byHour: boolean;
}

/** Round times to write under a time axis, counted from the start of a business day. */
export function timeTicks(from: number, to: number, startOfDay: number): Ticks {
  const step = STEPS.find((one) => (to - from) / one <= MOST) ?? 365 * DAY_MS;
  const at: number[] = [];
  for (let tick = startOfDay; tick <= to; tick += step) if (tick >= from) at.push(tick);
  return { at, byHour: step < DAY_MS };
}
