import { Languages, Moon, Plus, Search, Sun } from 'lucide-react';
import { engine } from '../../bridge/engine';
import { Button } from '../../components/button';
import { StateShape } from '../../components/state-mark';
import { attempt } from '../../components/toaster';
import { useNow } from '../../components/use-now';
import { count } from '../../format/number';
import type { StateName } from '../../format/state';
import { duration } from '../../format/time';
import { useLink } from '../../stores/link-store';
import { showOverlay } from '../../stores/overlay-store';
import { routeHref, setQuery, useRoute } from '../../stores/route-store';
import { setSettings, useLanguage } from '../../stores/settings-store';
import { useTexts } from '../../texts/texts';
import { KafkaAway } from './kafka-part';
import styles from './summary-line.module.css';
import { useTheme } from './use-theme';
import { useCounts } from './use-worst';

const ALWAYS: readonly StateName[] = ['up', 'degraded', 'down', 'unknown'];
const WHEN_ANY: readonly StateName[] = ['noData', 'missed', 'paused'];

/** What of the overview's address stays when only its state is chosen. */
const KEPT = ['q', 'sort', 'group', 'prober'];

function Counts() {
  const counts = useCounts();
  const { path, query } = useRoute();
  const kept = path.length === 0 ? [...query].filter(([name]) => KEPT.includes(name)) : [];
  const { states, frame } = useTexts();
  const language = useLanguage();
  const shown = [...ALWAYS, ...WHEN_ANY.filter((state) => counts.has(state))];
  return (
    <nav aria-label={frame.summary} className={styles.counts}>
      {shown.map((state) => (
        <a
          key={state}
          href={routeHref([], [...kept, ['state', state]])}
          className={styles.count}
          data-any={(counts.get(state) ?? 0) > 0 ? '' : undefined}
          title={states[state]}
        >
          <StateShape state={state} />
          {count(counts.get(state) ?? 0, language)}
          <span className={styles.word}>{states[state]}</span>
        </a>
      ))}
    </nav>
  );
}

/** "live · 0.2 s": the measured age of the newest event on the page, or why there is none. */
function Live() {
  const now = useNow(500);
  const { frame } = useTexts();
  const language = useLanguage();
  const link = useLink((held) => held.link);
  const newest = useLink((held) => held.newestEventUs);
  const lostSince = useLink((held) => held.lostSinceUs);
  if (link === 'lost') {
    return (
      <span className={styles.live} data-link="lost" role="status">
        {frame.lost(duration(Math.max(0, now - (lostSince ?? now)), language))}
      </span>
    );
  }
  if (link !== 'open') {
    return (
      <span className={styles.live} data-link={link} role="status">
        {frame[link]}
      </span>
    );
  }
  if (newest === null) return <span className={styles.live}>{frame.noProbes}</span>;
  const age = duration(Math.max(0, now - newest), language);
  return (
    <span className={styles.live} data-link="open" title={frame.liveAge(age)}>
      {frame.live} · <span className={styles.age}>{age}</span>
    </span>
  );
}

export function SummaryLine() {
  const { frame, palette } = useTexts();
  const language = useLanguage();
  const theme = useTheme();
  const nextTheme = theme === 'dark' ? 'light' : 'dark';
  const change = (patch: Parameters<typeof engine.invoke<'settings.update'>>[1]) =>
    attempt(async () => setSettings(await engine.invoke('settings.update', patch)), language);
  return (
    <header className={styles.line}>
      <a href="#/" className={styles.brand}>
        UpTimer
      </a>
      <Counts />
      <span className={styles.space} />
      <KafkaAway />
      <Live />
      <Button
        look="quiet"
        title={palette.title}
        aria-label={palette.title}
        onClick={() => showOverlay('palette')}
      >
        <Search aria-hidden="true" />
        {palette.button}
      </Button>
      <Button look="primary" onClick={() => setQuery({ edit: 'new' })}>
        <Plus aria-hidden="true" />
        {frame.addTarget}
      </Button>
      <Button
        look="quiet"
        title={frame.languageSwitch}
        aria-label={frame.languageSwitch}
        onClick={() => change({ language: language === 'en' ? 'es' : 'en' })}
      >
        <Languages aria-hidden="true" />
        {language}
      </Button>
      <Button
        look="quiet"
        aria-label={frame.themeSwitch(nextTheme === 'dark' ? frame.themeDark : frame.themeLight)}
        title={frame.themeSwitch(nextTheme === 'dark' ? frame.themeDark : frame.themeLight)}
        onClick={() => change({ theme: nextTheme })}
      >
        {theme === 'dark' ? <Sun aria-hidden="true" /> : <Moon aria-hidden="true" />}
      </Button>
    </header>
  );
}
