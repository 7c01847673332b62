import { type RefObject, useLayoutEffect, useState } from 'react';

/** The element's width in steps of 50 px, so that a dragged window edge does not ask the engine for every pixel. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const observed = element.current;
    if (observed === null) return;
    const measure = () => setWidth(Math.max(50, Math.round(observed.clientWidth / 50) * 50));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(observed);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
