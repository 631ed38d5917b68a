import { useEffect, useRef } from 'react';
import type { Alert } from './api/types.js';

/** j and k move the mark, Enter opens what is marked, x chooses it, a acknowledges it; not while somebody types. */
export function useAlertKeys(state: {
  readonly items: readonly Alert[];
  readonly marked: number;
  readonly isOpen: boolean;
  readonly onMark: (index: number) => void;
  readonly onOpen: (alert: Alert | undefined) => void;
  readonly onChoose: (alert: Alert) => void;
  readonly onAcknowledge: (alert: Alert) => void;
}) {
  const latest = useRef(state);
  latest.current = state;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { items, marked, isOpen, onMark, onOpen, onChoose, onAcknowledge } = latest.current;
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
        return;
      // A question that is open has the keys.
      if (document.querySelector('.ant-modal-wrap:not([style*="display: none"])')) return;
      const alert = items[marked];
      const step = event.key === 'j' ? 1 : event.key === 'k' ? -1 : 0;
      if (step !== 0) {
        const next = Math.min(items.length - 1, Math.max(0, marked + step));
        onMark(next);
        if (isOpen) onOpen(items[next]);
      } else if (!alert) return;
      else if (event.key === 'x') onChoose(alert);
      else if (event.key === 'a') onAcknowledge(alert);
      else if (event.key === 'Enter' && target.tagName !== 'A' && target.tagName !== 'BUTTON') onOpen(alert);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
