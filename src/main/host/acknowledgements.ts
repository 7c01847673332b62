import { writeSync } from 'node:fs';
import type { ProbeEvent } from '../../shared/domain/probe-event';

/** Writes each acknowledged `probe_id,seq` as a line to a descriptor that whoever started the process handed over. */
export function createAcknowledgements(fd: number): (events: readonly ProbeEvent[]) => void {
  let open = true;
  return (events) => {
    if (!open) return;
    let rest = Buffer.from(events.map(({ probe_id, seq }) => `${probe_id},${seq}\n`).join(''));
    while (rest.length > 0) {
      try {
        rest = rest.subarray(writeSync(fd, rest));
      } catch (error) {
        // A full pipe is waited for: its reader wants every line. A closed one has no reader any more.
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') continue;
        open = false;
        return;
      }
    }
  };
}
