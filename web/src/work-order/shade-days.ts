import type { Schemas } from '../api/client.js';

type Day = Schemas['CalendarDay'];

/** A stretch in which limits stand still, epoch ms. */
export interface Shade {
  readonly from: number;
  readonly to: number;
  readonly kind: 'off' | 'closed' | 'uncovered';
}

const DAY_MS = 86_400_000;
/** Of longer stretches the nights are no longer drawn: they would be thinner than a line. */
const MOST_DAYS_WITH_HOURS = 21;

/** The stretches of days off, and of nights and noons where they can be seen, within a window. */
export function shadeDays(days: readonly Day[], from: number, to: number): Shade[] {
  const withHours = to - from <= MOST_DAYS_WITH_HOURS * DAY_MS;
  const shades: Shade[] = [];
  for (const [index, { startsAt, workingDay, covered, hours }] of days.entries()) {
    const start = Date.parse(startsAt);
    const next = days[index + 1];
    const end = next ? Date.parse(next.startsAt) : start + DAY_MS;
    if (!covered) shades.push({ from: start, to: end, kind: 'uncovered' });
    else if (!workingDay) shades.push({ from: start, to: end, kind: 'off' });
    else if (withHours) {
      let open = start;
      for (const stretch of hours) {
        shades.push({ from: open, to: Date.parse(stretch.from), kind: 'closed' });
        open = Date.parse(stretch.to);
      }
      shades.push({ from: open, to: end, kind: 'closed' });
    }
  }
  return joined(
    shades
      .map((shade) => ({ ...shade, from: Math.max(shade.from, from), to: Math.min(shade.to, to) }))
      .filter((shade) => shade.from < shade.to),
  );
}

/** Neighbours of one kind as one. */
function joined(shades: readonly Shade[]): Shade[] {
  const result: Shade[] = [];
  for (const shade of shades) {
    const last = result.at(-1);
    if (last && last.kind === shade.kind && last.to === shade.from)
      result[result.length - 1] = { ...last, to: shade.to };
    else result.push(shade);
  }
  return result;
}

/** Weekend days that are worked (调休), which one would take for days off. */
export function workedWeekends(days: readonly Day[]): Day[] {
  return days.filter(
    ({ date, workingDay }) => workingDay && [0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay()),
  );
}
