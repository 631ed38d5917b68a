/** How the field's things look everywhere: severity, status, times. Colour never speaks alone. */
import { Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Alert } from '../api/types.js';
import { Chip, type Tone } from './chip.js';

/** Business time; the service keeps UTC. */
const ZONE = 'Asia/Shanghai';
const PARTS: Intl.DateTimeFormatOptions = {
  timeZone: ZONE, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
}; // prettier-ignore
const format = new Intl.DateTimeFormat('sv-SE', PARTS);

export function SeverityTag({ severity }: { readonly severity: Alert['severity'] }) {
  const { t } = useTranslation();
  return <span className={`severity severity-${severity}`}>{t(`severity.${severity}`)}</span>;
}

const STATUS_TONES: Record<Alert['status'], Tone> = {
  open: 'bad', acknowledged: 'info', dispatched: 'info', rectified: 'warn', closed: 'good',
  auto_closed: 'good', silenced: 'plain',
}; // prettier-ignore

export function AlertStatusTag({ status }: { readonly status: Alert['status'] }) {
  const { t } = useTranslation();
  return <Chip tone={STATUS_TONES[status]}>{t(`alertStatus.${status}`)}</Chip>;
}

/** `YYYY-MM-DD HH:mm` business time, with the full time on hover. */
export function Time({ at, isLate = false }: { readonly at: string | undefined; readonly isLate?: boolean }) {
  if (at === undefined) return <span className="faint">—</span>;
  return (
    <Tooltip title={at}>
      <time dateTime={at} className={isLate ? 'late' : undefined}>
        {toBusinessTime(at)}
      </time>
    </Tooltip>
  );
}

export function toBusinessTime(at: string | number): string {
  return format.format(new Date(at));
}

/** The instant of a `YYYY-MM-DD HH:mm` business time; China has one zone and no summer time. */
export function fromBusinessTime(text: string): string {
  return new Date(`${text.replace(' ', 'T')}:00+08:00`).toISOString();
}

/** Business date of an instant. */
export function toBusinessDate(at: number): string {
  return format.format(new Date(at)).slice(0, 10);
}
