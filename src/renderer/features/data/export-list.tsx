import { Download } from 'lucide-react';
import { useRef } from 'react';
import type { ExportState } from '../../../shared/contract/questions';
import { engine } from '../../bridge/engine';
import { Button } from '../../components/button';
import { CopyButton } from '../../components/copy-button';
import { attempt } from '../../components/toaster';
import { bytesText, count } from '../../format/number';
import { duration } from '../../format/time';
import { monotonicMs } from '../../platform/clock';
import { useExports } from '../../stores/export-store';
import { useTexts } from '../../texts/texts';
import styles from './data.module.css';

/** How long the rest takes at the pace so far, µs; null before there is a pace. */
function useTimeLeft({ status, rowsDone, rowsTotal }: ExportState): number | null {
  const begun = useRef<{ atMs: number; rows: number } | null>(null);
  if (status !== 'running') return null;
  begun.current ??= { atMs: monotonicMs(), rows: rowsDone };
  const rows = rowsDone - begun.current.rows;
  if (rows <= 0) return null;
  return ((monotonicMs() - begun.current.atMs) / rows) * (rowsTotal - rowsDone) * 1000;
}

function Entry({ state }: { state: ExportState }) {
  const texts = useTexts();
  const { data, language } = texts;
  const left = useTimeLeft(state);
  const name = state.path.split(/[\\/]/).at(-1) ?? state.path;
  const { id, status, rowsDone, rowsTotal } = state;
  return (
    <li className={styles.export} data-status={status}>
      <div className={styles.exportHead}>
        <code>{name}</code>
        {status === 'running' && (
          <Button
            onClick={() =>
              attempt(async () => {
                await engine.invoke('export.cancel', { id });
              }, language)
            }
          >
            {data.cancel}
          </Button>
        )}
        {status === 'done' && engine.kind === 'browser' && (
          <a className={styles.download} href={`/api/exports/${encodeURIComponent(id)}`} download={name}>
            <Download aria-hidden="true" />
            {data.download}
          </a>
        )}
      </div>
      {status === 'running' && (
        <>
          <progress aria-label={name} max={Math.max(1, rowsTotal)} value={rowsDone} />
          <p className={styles.note}>
            {data.progress(count(rowsDone, language), count(rowsTotal, language))}
            {left !== null && ` · ${data.left(duration(left, language))}`}
          </p>
        </>
      )}
      {status === 'done' && (
        <p className={styles.note}>
          {data.done(count(rowsDone, language), bytesText(state.bytes ?? 0, language))} · {data.liesAt}{' '}
          <code>{state.path}</code>
          <CopyButton text={state.path} label={data.copyPath} />
        </p>
      )}
      {status === 'cancelled' && <p className={styles.note}>{data.cancelled}</p>}
      {status === 'failed' && (
        <p className={styles.error} role="alert">
          {data.failed}: {state.error !== null && texts.faults.error(state.error.code, state.error.message)}
        </p>
      )}
    </li>
  );
}

/** Every export of this run, newest first: progress, cancel, and where the result lies. */
export function ExportList() {
  const exports = useExports((held) => held.exports);
  if (exports.size === 0) return null;
  return (
    <ul className={styles.exports}>
      {[...exports.values()].reverse().map((state) => (
        <Entry key={state.id} state={state} />
      ))}
    </ul>
  );
}
