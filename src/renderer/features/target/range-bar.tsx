import { Radio } from 'lucide-react';
import type { Range } from '../../../shared/contract/questions';
import { Button } from '../../components/button';
import { useTimeStyle } from '../../components/use-time-style';
import { dateTime, zoneName } from '../../format/time';
import { setQuery } from '../../stores/route-store';
import { useTexts } from '../../texts/texts';
import styles from './range-bar.module.css';
import { DEFAULT_PRESET, PRESETS, type ViewRange } from './view-range';

interface Props {
  view: ViewRange;
  range: Range;
  log: boolean;
}

export function RangeBar({ view, range, log }: Props) {
  const { target } = useTexts();
  const style = useTimeStyle();
  return (
    <div className={styles.bar}>
      <fieldset className={styles.presets}>
        <legend className="visually-hidden">{target.rangeLabel}</legend>
        {Object.keys(PRESETS).map((preset) => (
          <button
            key={preset}
            type="button"
            aria-pressed={view.preset === preset}
            onClick={() => setQuery({ range: preset, from: null, to: null })}
          >
            {target.presetOf[preset]}
          </button>
        ))}
      </fieldset>
      {view.preset === null ? (
        <>
          <Button onClick={() => setQuery({ range: DEFAULT_PRESET, from: null, to: null })}>
            <Radio aria-hidden="true" />
            {target.follow}
          </Button>
          <span className={styles.shown}>
            {dateTime(range.fromUs, style)} – {dateTime(range.toUs, style)}
          </span>
        </>
      ) : (
        <span className={styles.shown}>
          <Radio aria-hidden="true" />
          {target.following}
        </span>
      )}
      <span className={styles.space} />
      <span className={styles.shown}>{target.zone(zoneName(range.toUs, style))}</span>
      <label className={styles.log}>
        <input
          type="checkbox"
          checked={log}
          onChange={(event) => setQuery({ log: event.target.checked ? '1' : null })}
        />
        {target.log}
      </label>
    </div>
  );
}
