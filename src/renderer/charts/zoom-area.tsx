import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { GRID_LEFT, GRID_RIGHT } from './axes';
import styles from './zoom-area.module.css';

interface Props {
  children: ReactNode;
  /** What this area is and which keys it takes, for screen readers. */
  label: string;
  /** Keep the stretch from `from` to `to`, both 0 … 1 of the shown range. */
  onSelect(from: number, to: number): void;
  /** Narrower (< 1) or wider around `centre`. */
  onZoom(factor: number, centre: number): void;
  onPan(share: number): void;
  onReset(): void;
  /** A click without a drag. */
  onPick(at: number): void;
}

/** Drag to zoom, wheel to zoom, double click to reset, click to pick; arrows, + and −, Escape by keyboard. */
export function ZoomArea({ children, label, onSelect, onZoom, onPan, onReset, onPick }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const zoom = useRef(onZoom);
  zoom.current = onZoom;

  const shareAt = (clientX: number) => {
    const area = box.current?.getBoundingClientRect();
    if (area === undefined) return 0;
    const share = (clientX - area.left - GRID_LEFT) / (area.width - GRID_LEFT - GRID_RIGHT);
    return Math.min(1, Math.max(0, share));
  };

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    // React's own wheel listener is passive and could not keep the page from scrolling.
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.shiftKey && document.activeElement !== element) return;
      event.preventDefault();
      const area = element.getBoundingClientRect();
      const centre = (event.clientX - area.left - GRID_LEFT) / (area.width - GRID_LEFT - GRID_RIGHT);
      zoom.current(event.deltaY > 0 ? 1.25 : 0.8, Math.min(1, Math.max(0, centre)));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, []);

  function onPointerDown(event: PointerEvent) {
    if (event.button !== 0) return;
    const at = shareAt(event.clientX);
    setDrag({ from: at, to: at });
    box.current?.setPointerCapture(event.pointerId);
  }

  function onPointerUp(event: PointerEvent) {
    if (drag === null) return;
    setDrag(null);
    const to = shareAt(event.clientX);
    if (Math.abs(to - drag.from) < 0.008) onPick(to);
    else onSelect(Math.min(drag.from, to), Math.max(drag.from, to));
  }

  function onKeyDown(event: KeyboardEvent) {
    const actions: Record<string, () => void> = {
      ArrowLeft: () => onPan(-0.25),
      ArrowRight: () => onPan(0.25),
      '+': () => onZoom(0.5, 0.5),
      '-': () => onZoom(2, 0.5),
      Escape: onReset,
      Home: onReset,
    };
    const action = actions[event.key];
    if (action === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    action();
  }

  const left = drag === null ? 0 : Math.min(drag.from, drag.to);
  const width = drag === null ? 0 : Math.abs(drag.to - drag.from);
  return (
    <section
      ref={box}
      className={styles.area}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys below act on the chart as a whole
      tabIndex={0}
      onPointerDown={onPointerDown}
      onPointerMove={(event) => drag !== null && setDrag({ ...drag, to: shareAt(event.clientX) })}
      onPointerUp={onPointerUp}
      onPointerCancel={() => setDrag(null)}
      onDoubleClick={onReset}
      onKeyDown={onKeyDown}
    >
      {children}
      {width > 0 && (
        <div className={styles.inner}>
          <div className={styles.selection} style={{ left: `${left * 100}%`, width: `${width * 100}%` }} />
        </div>
      )}
    </section>
  );
}
