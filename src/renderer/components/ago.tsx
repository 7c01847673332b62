import { dateTime, duration } from '../format/time';
import { useNow } from './use-now';
import { useTimeStyle } from './use-time-style';

/** How long ago, with the instant on hover and for screen readers; `words` puts it into a sentence. */
export function Ago({ us, words }: { us: number; words(age: string): string }) {
  const now = useNow(1000);
  const style = useTimeStyle();
  const absolute = dateTime(us, style);
  return (
    <time dateTime={new Date(us / 1000).toISOString()} title={absolute}>
      {words(duration(Math.max(1e6, now - us), style.language).replace(/[.,]\d /, ' '))}
    </time>
  );
}
