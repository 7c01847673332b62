import type { TestResult } from '../../../shared/contract/commands';
import { Waterfall } from '../../charts/waterfall';
import { StateMark } from '../../components/state-mark';
import { Value } from '../../components/value';
import { bytesText, latency } from '../../format/number';
import { failureText, STATE_ROLE, type StateName } from '../../format/state';
import { useTexts } from '../../texts/texts';
import styles from './test-panel.module.css';

const stateName = (outcome: string): StateName =>
  outcome in STATE_ROLE ? (outcome as StateName) : 'unknown';

/** What one probe found, with nothing saved. */
export function TestPanel({ result }: { result: TestResult }) {
  const texts = useTexts();
  const { editor, language } = texts;
  const failed = result.failure_code !== null || result.failure_phase !== null;
  const facts = [
    result.status_code === null ? null : `HTTP ${result.status_code}`,
    result.http_version === null ? null : `HTTP/${result.http_version.replace(/^HTTP\//i, '')}`,
    result.remote_ip,
    result.response_bytes === null ? null : bytesText(result.response_bytes, language),
  ].filter((fact) => fact !== null);
  return (
    <section className={styles.panel} aria-label={editor.testTitle} aria-live="polite">
      <p className={styles.head}>
        <StateMark state={stateName(result.outcome)} />
        {result.latency_ms !== null && (
          <strong>
            <Value of={latency(result.latency_ms, language)} />
          </strong>
        )}
        <span className={styles.note}>{editor.testNothingSaved}</span>
      </p>
      {failed && (
        <p className={styles.reason}>
          {failureText(
            {
              phase: result.failure_phase,
              code: result.failure_code,
              detail: result.failure_detail,
              statusCode: result.status_code,
            },
            texts,
          )}
        </p>
      )}
      {facts.length > 0 && <p className={styles.facts}>{facts.join(' · ')}</p>}
      <Waterfall
        phasesMs={[result.dns_ms, result.connect_ms, result.tls_ms, result.ttfb_ms, result.transfer_ms]}
      />
    </section>
  );
}
