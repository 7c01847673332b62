import { Activity, Database, LayoutList, SlidersHorizontal } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../../components/button';
import { useLink } from '../../stores/link-store';
import { useRoute } from '../../stores/route-store';
import { useTexts } from '../../texts/texts';
import { PipelineStrip } from './pipeline-strip';
import styles from './shell.module.css';
import { SummaryLine } from './summary-line';

const SCREENS = [
  { key: 'overview', path: '', icon: LayoutList },
  { key: 'data', path: 'data', icon: Database },
  { key: 'pipeline', path: 'pipeline', icon: Activity },
  { key: 'settings', path: 'settings', icon: SlidersHorizontal },
] as const;

function Rail() {
  const { frame } = useTexts();
  const first = useRoute(({ path }) => path[0] ?? '');
  const current = first === 'targets' ? '' : first;
  return (
    <nav className={styles.rail} aria-label={frame.navigation}>
      {SCREENS.map(({ key, path, icon: Icon }) => (
        <a key={key} href={`#/${path}`} aria-current={current === path ? 'page' : undefined}>
          <Icon aria-hidden="true" />
          {frame[key]}
        </a>
      ))}
    </nav>
  );
}

/** What stands above the screen while the page and the engine are not joined as they should be. */
function LinkBanner() {
  const { frame } = useTexts();
  const link = useLink((held) => held.link);
  if (link === 'open' || link === 'waiting') return null;
  const text = { lost: frame.lostBanner, forbidden: frame.forbiddenBanner, outdated: frame.outdatedBanner }[
    link
  ];
  return (
    <div className={styles.banner} role="alert">
      <p>{text}</p>
      {link === 'outdated' && <Button onClick={() => window.location.reload()}>{frame.reload}</Button>}
    </div>
  );
}

/** The frame around every screen: rail, summary line, pipeline strip. */
export function Shell({ children }: { children: ReactNode }) {
  const { frame } = useTexts();
  const stale = useLink(({ link }) => link === 'lost' || link === 'forbidden');
  return (
    <div className={styles.shell} data-stale={stale ? '' : undefined}>
      <button type="button" className={styles.skip} onClick={() => document.getElementById('main')?.focus()}>
        {frame.skip}
      </button>
      <SummaryLine />
      <div className={styles.middle}>
        <Rail />
        <main id="main" className={styles.main} tabIndex={-1}>
          <LinkBanner />
          <div className={styles.screen}>{children}</div>
        </main>
      </div>
      <PipelineStrip />
    </div>
  );
}
