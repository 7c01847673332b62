import type { KafkaHealth } from '../../../shared/contract/kafka';
import { StateShape } from '../../components/state-mark';
import mark from '../../components/state-mark.module.css';
import { useTexts } from '../../texts/texts';

const ROLE = { connected: 'up', connecting: 'unknown', failed: 'down' } as const;

/** The state of the connection by shape, colour and word. */
export function ConnectionMark({ state }: { state: KafkaHealth['connection']['state'] }) {
  const { kafka } = useTexts();
  return (
    <span className={mark.mark} data-role={ROLE[state]}>
      <StateShape state={ROLE[state]} />
      {kafka.stateOf[state]}
    </span>
  );
}
