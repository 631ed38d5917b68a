import { memo, type MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Alert } from '../api/types.js';
import { AlertStatusTag, SeverityTag, toBusinessTime } from './show.js';

/** As console.css draws it. */
export const ALERT_ROW_HEIGHT = 41;

/** One row of the table of alerts; it stands where its index puts it, and is drawn again only when something of its own changes. */
export const AlertRow = memo(function AlertRow(props: {
  readonly alert: Alert;
  readonly index: number;
  readonly unit: string;
  readonly isMarked: boolean;
  readonly isChosen: boolean;
  readonly onOpen: (alert: Alert) => void;
  readonly onToggle: (id: string, isOn: boolean) => void;
}) {
  const { alert, index, unit, isMarked, isChosen, onOpen, onToggle } = props;
  const { id, title, severity, riskPoint, dueAt, phase, lastAt, status } = alert;
  const { t } = useTranslation();
  const open = (event: MouseEvent) => {
    // A new tab is the browser's.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    onOpen(alert);
  };
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      data-id={id}
      className={isMarked ? 'alert-row alert-cells marked' : 'alert-row alert-cells'}
      style={{ top: index * ALERT_ROW_HEIGHT }}
      onClick={open}
    >
      <span role="cell" onClick={(event) => event.stopPropagation()}>
        <input
          type="checkbox"
          aria-label={title}
          checked={isChosen}
          onChange={({ target }) => onToggle(id, target.checked)}
        />
      </span>
      <span role="cell">
        <SeverityTag severity={severity} />
      </span>
      <span role="cell">
        <a href={`/alerts/${encodeURIComponent(id)}`} title={title}>
          {title}
        </a>
      </span>
      <span role="cell">{t(`kind.${riskPoint.kind}`)}</span>
      <span role="cell">{unit}</span>
      <span role="cell">{dueAt && <When at={dueAt} isLate={phase === 'overdue'} />}</span>
      <span role="cell">
        <When at={lastAt} />
      </span>
      <span role="cell">
        <AlertStatusTag status={status} />
      </span>
    </div>
  );
});

/** As `Time`, without a bubble for each of a thousand rows. */
function When({ at, isLate = false }: { readonly at: string; readonly isLate?: boolean }) {
  return (
    <time dateTime={at} title={at} className={isLate ? 'late' : undefined}>
      {toBusinessTime(at)}
    </time>
  );
}
