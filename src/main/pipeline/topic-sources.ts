import type { TargetView } from '../../shared/contract/commands';
import type { Health } from '../../shared/contract/health';
import type { TopicSource, TopicSources } from '../../shared/contract/pushes';
import type { ExportState } from '../../shared/contract/questions';
import type { Settings } from '../../shared/domain/settings';
import type { WindowRow } from '../../shared/domain/window-row';
import type { Emitter } from './emitter';
import type { LiveState } from './live-state';
import type { ProbePoints } from './probe-points';

const EVERY_SECOND_MS = 1000;

/** What the bridge can push, topic by topic: where its snapshot comes from and where its changes do. */
export function createTopicSources(from: {
  targets: { list(): TargetView[]; listen(onChange: () => void): () => void };
  settings: { get(): Settings; listen(onChange: () => void): () => void };
  states: LiveState;
  points: ProbePoints;
  windows: {
    last(): Promise<WindowRow[]>;
    changed(): readonly WindowRow[];
    written: Emitter<readonly WindowRow[]>;
  };
  exports: { list(): ExportState[]; listen(onChange: (state: ExportState) => void): () => void };
  health: () => Health;
}): TopicSources {
  return {
    targets: {
      snapshot: () => from.targets.list(),
      listen: (onChange) => from.targets.listen(() => onChange(from.targets.list())),
    },
    settings: {
      snapshot: () => from.settings.get(),
      listen: (onChange) => from.settings.listen(() => onChange(from.settings.get())),
    },
    states: { snapshot: () => from.states.current(), listen: (onChange) => from.states.listen(onChange) },
    probes: { snapshot: () => from.points.recent(), listen: (onChange) => from.points.listen(onChange) },
    windows: windowsSource(from.windows),
    exports: {
      snapshot: () => from.exports.list(),
      listen: (onChange) => from.exports.listen((state) => onChange([state])),
    },
    health: {
      snapshot: () => from.health(),
      listen: (onChange) => {
        const timer = setInterval(() => onChange(from.health()), EVERY_SECOND_MS);
        return () => clearInterval(timer);
      },
    },
  };
}

/** Open windows change with every probe; once a second is as often as a reader can follow. */
function windowsSource(windows: {
  last(): Promise<WindowRow[]>;
  changed(): readonly WindowRow[];
  written: Emitter<readonly WindowRow[]>;
}): TopicSource<'windows'> {
  const listeners = new Set<(rows: WindowRow[]) => void>();
  let timer: NodeJS.Timeout | null = null;
  let stopWritten: (() => void) | null = null;
  const tell = (rows: readonly WindowRow[]): void => {
    if (rows.length > 0) for (const listener of listeners) listener([...rows]);
  };

  return {
    snapshot: () => windows.last(),
    listen(onChange) {
      listeners.add(onChange);
      if (timer === null) {
        timer = setInterval(() => tell(windows.changed()), EVERY_SECOND_MS);
        stopWritten = windows.written.listen(tell);
      }
      return () => {
        listeners.delete(onChange);
        if (listeners.size > 0 || timer === null) return;
        clearInterval(timer);
        stopWritten?.();
        timer = null;
      };
    },
  };
}
