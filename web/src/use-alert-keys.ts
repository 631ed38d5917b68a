import { useEffect, useRef } from 'react';
import type { Alert } from './api/types.js';

/** j and k move the mark, Enter opens what is marked, x chooses it, a acknowledges it; not while somebody types. */
export function useAlertKeys(state: {
  readonly items: readonly Alert[];
  /** Id of the alert that the keys act on: the one that is open, or else the one that is marked. */
  readonly marked: string | undefined;
  readonly isOpen: boolean;
  readonly onMark: (id: string) => void;
  readonly onOpen: (alert: Alert | undefined) => void;
  readonly onChoose: (alert: Alert) => void;
  readonly onAcknowledge: (alert: Alert) => void;
}) {
  const latest = useRef(state);
  latest.current = state;
  /** Where the mark was last: its alert may have left the list since. */
  const place = useRef(0);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { items, marked, isOpen, onMark, onOpen, onChoose, onAcknowledge } = latest.current;
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(target)) return;
      // A question that is open has the keys.
      if (document.querySelector('.ant-modal-wrap:not([style*="display: none"])')) return;
      const index = items.findIndex(({ id }) => id === marked);
      const alert = items[index];
      const step = event.key === 'j' ? 1 : event.key === 'k' ? -1 : 0;
      if (step !== 0) {
        const to = alert ? index + step : step > 0 ? place.current : place.current - 1;
        place.current = Math.min(items.length - 1, Math.max(0, to));
        const next = items[place.current];
        if (next) onMark(next.id);
        if (isOpen) onOpen(next);
      } else if (!alert) return;
      else if (event.key === 'x') onChoose(alert);
      else if (event.key === 'a') onAcknowledge(alert);
      else if (event.key === 'Enter' && target.tagName !== 'A' && target.tagName !== 'BUTTON') onOpen(alert);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

function isTyping(target: HTMLElement): boolean {
  const isBox = target instanceof HTMLInputElement && target.type === 'checkbox';
  return !isBox && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}
