import { useEffect, useRef, useState } from 'react';

/** The width an element has, so that a drawing needs not be stretched. */
export function useWidth<Element extends HTMLElement>(first: number) {
  const element = useRef<Element>(null);
  const [width, setWidth] = useState(first);
  useEffect(() => {
    const { current } = element;
    if (!current) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? first)));
    observer.observe(current);
    return () => observer.disconnect();
  }, [first]);
  return { element, width };
}
