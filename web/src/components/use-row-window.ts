import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react';

/** Rows drawn beyond those in sight, above and below, so that quick scrolling finds them there. */
const BEYOND = 16;
/** The window moves in such steps, rows. */
const STEP = 8;
/** So near to the end of what is loaded, rows, more is asked for. */
const NEAR_END = 60;

interface Row {
  readonly id: string;
}

/**
 * Which rows of a long list are drawn: those in sight and some around them. All rows are equally high. When rows come or go above what
 * is looked at, it stays where it is on the screen; at the very top new rows are seen at once.
 */
export function useRowWindow(options: {
  readonly items: readonly Row[];
  readonly rowHeight: number;
  readonly headHeight: number;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly onNearEnd: () => void;
}) {
  const { items, rowHeight, headHeight, scroller, onNearEnd } = options;
  const [first, setFirst] = useState(0);
  const [seen, setSeen] = useState(40);
  const before = useRef<{ readonly items: readonly Row[]; readonly top: number }>({ items, top: 0 });

  const measure = useCallback(() => {
    const box = scroller.current;
    if (!box) return;
    before.current = { items, top: box.scrollTop };
    setSeen(Math.ceil(box.clientHeight / rowHeight));
    setFirst(Math.floor(box.scrollTop / rowHeight / STEP) * STEP);
    const end = (box.scrollTop + box.clientHeight) / rowHeight;
    if (box.scrollTop > 0 && items.length - end < NEAR_END) onNearEnd();
  }, [items, rowHeight, scroller, onNearEnd]);

  useLayoutEffect(() => {
    const box = scroller.current;
    const { items: former, top } = before.current;
    if (box && top > 0 && former !== items) {
      const shift = shiftOf(former, items, Math.floor(top / rowHeight));
      if (shift !== 0) box.scrollTop = top + shift * rowHeight;
    }
    measure();
  }, [items, rowHeight, scroller, measure]);

  /** Scrolls no further than needed to have the row in sight. */
  const reveal = useCallback(
    (index: number) => {
      const box = scroller.current;
      if (!box || index < 0) return;
      const top = index * rowHeight;
      const bottom = top + rowHeight + headHeight - box.clientHeight;
      if (box.scrollTop > top) box.scrollTop = top;
      else if (box.scrollTop < bottom) box.scrollTop = bottom;
    },
    [rowHeight, headHeight, scroller],
  );

  const from = Math.max(0, Math.min(first, items.length) - BEYOND);
  return { from, to: Math.min(items.length, first + seen + STEP + BEYOND), measure, reveal };
}

/** By how many rows the first row in sight that is still there has moved. */
function shiftOf(former: readonly Row[], items: readonly Row[], first: number): number {
  const places = new Map(items.map(({ id }, index) => [id, index]));
  for (let index = first; index < Math.min(former.length, first + 40); index += 1) {
    const now = places.get(former[index]?.id ?? '');
    if (now !== undefined) return now - index;
  }
  return 0;
}
