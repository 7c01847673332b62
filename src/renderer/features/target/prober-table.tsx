import type { Comparison } from '../../../shared/contract/overview';
import type { Percentiles, ProberState, Totals } from '../../../shared/contract/questions';
import { proberRole } from '../../charts/palette';
import { Ago } from '../../components/ago';
import { StateMark } from '../../components/state-mark';
import { Value } from '../../components/value';
import { latency, NONE, percent } from '../../format/number';
import { proberName } from '../../format/prober';
import { placeOf, useChosenProber, useProbers } from '../../stores/prober-store';
import { setQuery } from '../../stores/route-store';
import { useTargets } from '../../stores/target-store';
import { useTexts } from '../../texts/texts';
import styles from './prober-table.module.css';

interface RowProps {
  /** Null = all together. */
  probeId: string | null;
  said: Pick<ProberState, 'state' | 'latencyMs' | 'lastEventUs'> | undefined;
  totals: Totals | null;
  percentiles: Percentiles | null;
  /** When it was seen last, where it is silent by now, µs. */
  lastUs: number | null;
}

function Row({ probeId, said, totals, percentiles, lastUs }: RowProps) {
  const { probers: words, target, language } = useTexts();
  const probers = useProbers((held) => held.probers);
  const chosen = useChosenProber();
  const name = probeId === null ? words.all : proberName(probeId, probers);
  const own = probers.some((one) => one.own && one.probeId === probeId);
  const rank = (ms: number | null | undefined) =>
    ms == null && (percentiles?.censored ?? 0) > 0
      ? { value: target.overTimeout, unit: '' }
      : latency(ms ?? null, language);
  const seenUs = said?.lastEventUs ?? lastUs;
  const isMeasured = totals !== null && totals.totalPings > 0;
  return (
    <tr data-chosen={chosen === probeId ? '' : undefined}>
      <th scope="row">
        <button
          type="button"
          aria-pressed={chosen === probeId}
          title={probeId === null ? words.chooseAll : words.choose(probeId)}
          onClick={() => setQuery({ prober: probeId })}
        >
          {probeId !== null && <i data-prober={proberRole(placeOf(probeId, probers))} />}
          {own ? words.ours(name) : name}
        </button>
      </th>
      <td>{said === undefined ? NONE : <StateMark state={said.state} />}</td>
      <td>
        <Value of={latency(said?.latencyMs ?? null, language)} />
      </td>
      <td>
        <Value of={rank(percentiles?.p50Ms)} />
      </td>
      <td>
        <Value of={rank(percentiles?.p95Ms)} />
      </td>
      <td>{isMeasured ? <Value of={percent(totals.uptimePct, totals.totalPings, language)} /> : NONE}</td>
      <td>
        {totals === null ? NONE : <Value of={percent(totals.coveragePct, totals.totalPings, language)} />}
      </td>
      <td>{seenUs === null ? NONE : <Ago us={seenUs} words={words.ago} />}</td>
    </tr>
  );
}

interface Props {
  targetId: string;
  /** Of the range on screen; null while it is not known. */
  comparison: Comparison | null;
}

/** What each prober says of the target now and measured of it in the range; a click shows one of them alone. */
export function ProberTable({ targetId, comparison }: Props) {
  const { probers: words } = useTexts();
  const probers = useProbers((held) => held.probers);
  const state = useTargets((held) => held.states.get(targetId));
  const chosen = useChosenProber();
  const said = new Map((state?.probers ?? []).map((one) => [one.probeId, one]));
  if (state?.probeId != null && said.size === 0)
    said.set(state.probeId, { ...state, probeId: state.probeId });
  const compared = new Map(comparison?.probers.map((one) => [one.probeId, one]));
  const ids = [...new Set([...said.keys(), ...compared.keys()])].sort();
  if (ids.length < 2 && chosen === null) return null;
  if (chosen !== null && !ids.includes(chosen)) ids.push(chosen);
  return (
    <div className={styles.scroller}>
      <table className={styles.table}>
        <caption className="visually-hidden">{words.byProber}</caption>
        <thead>
          <tr>
            <th scope="col">{words.byProber}</th>
            <th scope="col">{words.state}</th>
            <th scope="col">{words.now}</th>
            <th scope="col">p50</th>
            <th scope="col">p95</th>
            <th scope="col">{words.uptime}</th>
            <th scope="col">{words.coverage}</th>
            <th scope="col">{words.lastSeen}</th>
          </tr>
        </thead>
        <tbody>
          <Row
            probeId={null}
            said={state}
            totals={comparison?.together.totals ?? null}
            percentiles={comparison?.together.percentiles ?? null}
            lastUs={null}
          />
          {ids.map((probeId) => (
            <Row
              key={probeId}
              probeId={probeId}
              said={said.get(probeId)}
              totals={compared.get(probeId)?.totals ?? null}
              percentiles={compared.get(probeId)?.percentiles ?? null}
              lastUs={probers.find((one) => one.probeId === probeId)?.toUs ?? null}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}
