import { useEffect, useState } from 'react';
import type { ProbeDetail } from '../../../shared/contract/overview';
import type { ProbePoint } from '../../../shared/contract/pushes';
import { engine } from '../../bridge/engine';
import { Waterfall } from '../../charts/waterfall';
import { Button } from '../../components/button';
import { StateMark } from '../../components/state-mark';
import { useTimeStyle } from '../../components/use-time-style';
import { Value } from '../../components/value';
import { faultText } from '../../format/fault';
import { bytesText, latency, latencyText } from '../../format/number';
import { proberName } from '../../format/prober';
import { failureText } from '../../format/state';
import { dateTime } from '../../format/time';
import { engineNowUs } from '../../stores/link-store';
import { listenProbes } from '../../stores/probe-rings';
import { useProbers } from '../../stores/prober-store';
import { useTexts } from '../../texts/texts';
import styles from './probe-panel.module.css';

/** How far around a picked instant to look, in intervals. */
const AROUND = 5;
/** The newest probe is looked up at most this often. */
const NEWEST_EVERY_MS = 1000;

/** The attempts of the probe nearest to `atUs`, by prober, last attempt first; empty when there is none. */
async function askProbe(
  { targetId, probeId }: Pick<Props, 'targetId' | 'probeId'>,
  atUs: number | null,
  reachUs: number,
): Promise<ProbeDetail[]> {
  const now = engineNowUs();
  const centre = atUs ?? now;
  const range = {
    fromUs: Math.max(0, Math.round(centre - (atUs === null ? 3600e6 : reachUs))),
    toUs: Math.round(centre + (atUs === null ? 1e6 : reachUs)),
  };
  const found = await engine.invoke('probes.get', {
    targetId,
    probeId,
    range,
    limit: atUs === null ? 8 : 200,
  });
  if (found.length === 0) return [];
  const best = found.reduce((held, one) =>
    Math.abs(one.timestamp - centre) < Math.abs(held.timestamp - centre) ? one : held,
  );
  return found
    .filter((one) => one.timestamp === best.timestamp)
    .sort((a, b) => (a.probe_id === b.probe_id ? b.attempt - a.attempt : a.probe_id < b.probe_id ? -1 : 1));
}

function Facts({ probe }: { probe: ProbeDetail }) {
  const { target, language } = useTexts();
  const lagMs = (probe.started_at - probe.timestamp) / 1000;
  const rows: [string, string][] = [
    [target.status, probe.status_code === null ? '' : String(probe.status_code)],
    [
      target.protocol,
      probe.http_version === null ? '' : `HTTP/${probe.http_version.replace(/^HTTP\//i, '')}`,
    ],
    [target.remote, probe.remote_ip ?? ''],
    [target.bytes, probe.response_bytes === null ? '' : bytesText(probe.response_bytes, language)],
    [
      target.lag,
      probe.attempt === 1 && probe.outcome !== 'missed' ? latencyText(Math.max(0, lagMs), language) : '',
    ],
  ];
  return (
    <dl className={styles.facts}>
      {rows
        .filter(([, value]) => value !== '')
        .map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

interface AttemptProps {
  probe: ProbeDetail;
  /** Whether its prober tried more than once. */
  several: boolean;
  /** Who measured it; null where that goes without saying. */
  prober: string | null;
}

function Attempt({ probe, several, prober }: AttemptProps) {
  const texts = useTexts();
  const { target, language } = texts;
  const failed = probe.failure_code !== null || probe.failure_phase !== null;
  return (
    <article className={styles.attempt}>
      {(several || prober !== null) && (
        <h3 className={styles.ordinal}>
          {[prober, several ? target.attemptOf(probe.attempt) : null]
            .filter((part) => part !== null)
            .join(' · ')}
        </h3>
      )}
      <p className={styles.head}>
        <StateMark state={probe.outcome} />
        {probe.latency_ms !== null && (
          <strong>
            <Value of={latency(probe.latency_ms, language)} />
          </strong>
        )}
      </p>
      {failed && (
        <p className={styles.reason}>
          {failureText(
            {
              phase: probe.failure_phase,
              code: probe.failure_code,
              detail: probe.failure_detail,
              statusCode: probe.status_code,
            },
            texts,
          )}
        </p>
      )}
      <Waterfall
        phasesMs={[probe.dns_ms, probe.connect_ms, probe.tls_ms, probe.ttfb_ms, probe.transfer_ms]}
      />
      <Facts probe={probe} />
    </article>
  );
}

interface Props {
  targetId: string;
  /** Null = of any prober. */
  probeId: string | null;
  intervalMs: number;
  /** The picked instant, µs; null = the newest. */
  atUs: number | null;
  onNewest(): void;
}

/** One probe as a waterfall, with everything recorded of it. */
export function ProbePanel({ targetId, probeId, intervalMs, atUs, onNewest }: Props) {
  const texts = useTexts();
  const { target, frame } = texts;
  const style = useTimeStyle();
  const probers = useProbers((held) => held.probers);
  const [attempts, setAttempts] = useState<ProbeDetail[] | null>(null);
  const [error, setError] = useState<unknown>(null);

  useEffect(() => {
    let stopped = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      try {
        const found = await askProbe({ targetId, probeId }, atUs, AROUND * Math.max(1000, intervalMs) * 1000);
        if (!stopped) setAttempts(found);
        if (!stopped) setError(null);
      } catch (thrown) {
        if (!stopped) setError(thrown);
      }
    };
    void look();
    if (atUs !== null)
      return () => {
        stopped = true;
      };
    const unlisten = listenProbes((points) => {
      const isOwn = (point: ProbePoint) =>
        point.targetId === targetId && (probeId === null || point.probeId === probeId);
      if (timer !== undefined || !points.some(isOwn)) return;
      void look();
      timer = setTimeout(() => {
        timer = undefined;
      }, NEWEST_EVERY_MS);
    });
    return () => {
      stopped = true;
      clearTimeout(timer);
      unlisten();
    };
  }, [targetId, probeId, atUs, intervalMs]);

  const first = attempts?.[0];
  const several = probers.length > 1;
  return (
    <aside className={styles.panel} aria-label={target.probeTitle}>
      <div className={styles.title}>
        <h2>{atUs === null ? target.newestProbe : target.probeTitle}</h2>
        {first !== undefined && <span>{dateTime(first.timestamp, style)}</span>}
      </div>
      {error !== null && <p className={styles.none}>{faultText(error, texts)}</p>}
      {error === null && attempts === null && <p className={styles.none}>{frame.loading}</p>}
      {error === null && attempts !== null && first === undefined && (
        <p className={styles.none}>{target.noProbe}</p>
      )}
      {attempts?.map((probe) => (
        <Attempt
          key={`${probe.probe_id} ${probe.seq}`}
          probe={probe}
          several={attempts.filter(({ probe_id }) => probe_id === probe.probe_id).length > 1}
          prober={several ? proberName(probe.probe_id, probers) : null}
        />
      ))}
      {atUs !== null && <Button onClick={onNewest}>{target.showNewest}</Button>}
    </aside>
  );
}
