import type { ProbeEvent } from '../../shared/domain/probe-event';
import type { Clock } from '../platform/clock';

/** Events that are older change no live state: they were waiting somewhere. */
const NEWS_US = 120_000_000;

/**
 * What other probers measured, from the events that the stream jobs take: the own ones are told when they are acknowledged,
 * long before they come back through Kafka.
 */
export function othersNews(of: {
  clock: Clock;
  ownProbeId: () => string;
  tell: readonly ((events: readonly ProbeEvent[]) => void)[];
}): (events: readonly ProbeEvent[]) => void {
  return (events) => {
    const sinceUs = of.clock.nowUs() - NEWS_US;
    const own = of.ownProbeId();
    const news = events.filter((event) => event.timestamp > sinceUs && event.probe_id !== own);
    if (news.length > 0) for (const tell of of.tell) tell(news);
  };
}
