import { useEffect, useState } from 'react';

const ROLES = [
  'surface-0',
  'surface-1',
  'surface-2',
  'text',
  'text-muted',
  'line',
  'line-strong',
  'accent',
  'up',
  'degraded',
  'down',
  'unknown',
  'missed',
  'phase-dns',
  'phase-connect',
  'phase-tls',
  'phase-ttfb',
  'phase-transfer',
  'prober-1',
  'prober-2',
  'prober-3',
  'prober-4',
  'prober-5',
  'prober-6',
] as const;

export type Palette = Record<(typeof ROLES)[number], string>;

function read(): Palette {
  const style = getComputedStyle(document.documentElement);
  const values = ROLES.map((role) => [role, style.getPropertyValue(`--${role}`).trim()]);
  // Every role of the list above gets its value.
  return Object.fromEntries(values) as Palette;
}

const PROBER_ROLES = ['prober-1', 'prober-2', 'prober-3', 'prober-4', 'prober-5', 'prober-6'] as const;

/** The role of a prober's colour by its place among all; beyond six they repeat. */
export function proberRole(place: number): (typeof PROBER_ROLES)[number] {
  return PROBER_ROLES[place % PROBER_ROLES.length] ?? 'prober-1';
}

/** The tokens' values for canvases, read anew when the theme changes. */
export function usePalette(): Palette {
  const [palette, setPalette] = useState(read);
  useEffect(() => {
    const observer = new MutationObserver(() => setPalette(read()));
    observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    setPalette(read());
    return () => observer.disconnect();
  }, []);
  return palette;
}

/** A diagonal hatch for spans in which nothing was measured. */
export function hatch(colour: string): { image: HTMLCanvasElement; repeat: 'repeat' } | string {
  const tile = document.createElement('canvas');
  tile.width = 8;
  tile.height = 8;
  const pen = tile.getContext('2d');
  if (pen === null) return colour;
  pen.strokeStyle = colour;
  pen.globalAlpha = 0.55;
  pen.lineWidth = 1;
  for (const shift of [-8, 0, 8]) {
    pen.moveTo(shift, 8);
    pen.lineTo(shift + 8, 0);
  }
  pen.stroke();
  return { image: tile, repeat: 'repeat' };
}
