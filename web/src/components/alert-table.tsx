import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOrgUnits } from '../api/hooks.js';
import type { Alert } from '../api/types.js';
import { ALERT_ROW_HEIGHT, AlertRow } from './alert-row.js';
import { MAX_BULK } from './bulk-bar.js';
import { useRowWindow } from './use-row-window.js';

/** What stands above and below the table, pixels. */
const AROUND = 330;
const HEAD_HEIGHT = 41;
const COLUMNS = ['severity', 'title_', 'kind', 'unit', 'dueAt', 'lastAt', 'status'] as const;

interface Props {
  readonly items: readonly Alert[];
  /** Id of the alert that the keys act on. */
  readonly marked: string | undefined;
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (ids: ReadonlySet<string>) => void;
  readonly onOpen: (alert: Alert) => void;
  readonly onNearEnd: () => void;
}

/** Alerts as a table that draws only the rows in sight, however many there are, and asks for more near its end. */
export function AlertTable({ items, marked, chosen, onChoose, onOpen, onNearEnd }: Props) {
  const { t } = useTranslation();
  const { nameOf } = useOrgUnits();
  const height = useHeight();
  const scroller = useRef<HTMLDivElement>(null);
  const { from, to, measure, reveal } = useRowWindow({
    items,
    rowHeight: ALERT_ROW_HEIGHT,
    headHeight: HEAD_HEIGHT,
    scroller,
    onNearEnd,
  });
  // Rows are drawn again when something of theirs changes, not when a hand that they call does.
  const latest = useRef({ items, chosen, onChoose, onOpen, reveal });
  latest.current = { items, chosen, onChoose, onOpen, reveal };
  const open = useCallback((alert: Alert) => latest.current.onOpen(alert), []);
  const toggle = useCallback((id: string, isOn: boolean) => {
    const next = new Set(latest.current.chosen);
    if (isOn) next.add(id);
    else next.delete(id);
    latest.current.onChoose(next);
  }, []);
  useEffect(() => {
    const { items: all, reveal: show } = latest.current;
    if (marked !== undefined) show(all.findIndex(({ id }) => id === marked));
  }, [marked]);
  // No more than can be worked on at once.
  const choosable = items.slice(0, MAX_BULK);
  const areAll = choosable.length > 0 && choosable.every(({ id }) => chosen.has(id));
  return (
    <div
      ref={scroller}
      className="alert-table"
      style={{ maxHeight: height }}
      tabIndex={0}
      role="region"
      aria-label={t('alerts.list')}
      onScroll={measure}
    >
      <div role="table" aria-label={t('alerts.title')} aria-rowcount={items.length + 1}>
        <div role="rowgroup" className="alert-head">
          <div role="row" aria-rowindex={1} className="alert-cells">
            <span role="columnheader">
              <input
                type="checkbox"
                aria-label={t('alerts.chooseAll')}
                checked={areAll}
                onChange={({ target }) =>
                  onChoose(new Set(target.checked ? choosable.map(({ id }) => id) : undefined))
                }
              />
            </span>
            {COLUMNS.map((column) => (
              <span role="columnheader" key={column}>
                {t(column === 'unit' || column === 'status' ? `common.${column}` : `alerts.${column}`)}
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup" style={{ height: items.length * ALERT_ROW_HEIGHT, position: 'relative' }}>
          {items.slice(from, to).map((alert, index) => (
            <AlertRow
              key={alert.id}
              alert={alert}
              index={from + index}
              unit={nameOf(alert.orgUnit)}
              isMarked={alert.id === marked}
              isChosen={chosen.has(alert.id)}
              onOpen={open}
              onToggle={toggle}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

function useHeight(): number {
  const measure = () => Math.max(320, window.innerHeight - AROUND);
  const [height, setHeight] = useState(measure);
  useEffect(() => {
    const onResize = () => setHeight(measure());
    window.addEventListener('resize', onResize);
    return () => window.removeEventListener('resize', onResize);
  }, []);
  return height;
}
