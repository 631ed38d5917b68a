import type { Clock } from '../engine/work-order-record.js';
import { timesToIso } from './times-to-iso.js';

/** A clock as the API shows it: whether it is overdue is derived, as of an instant (epoch ms). */
export function viewClock({ warned: _, expired: __, ...clock }: Clock, at: number) {
  const overdue = clock.state === 'running' && clock.dueAt !== undefined && clock.dueAt < at;
  return timesToIso({ ...clock, overdue });
}
