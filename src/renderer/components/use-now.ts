import { useEffect, useState } from 'react';
import { engineNowUs } from '../stores/link-store';

/** The engine's time, read anew every `everyMs`. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(engineNowUs);
  useEffect(() => {
    const timer = setInterval(() => setNow(engineNowUs()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
