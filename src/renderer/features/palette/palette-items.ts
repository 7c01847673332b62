import { engine } from '../../bridge/engine';
import { attempt } from '../../components/toaster';
import type { StateName } from '../../format/state';
import { stateOf, titleOf } from '../../format/target';
import { showOverlay } from '../../stores/overlay-store';
import { goTo, setQuery } from '../../stores/route-store';
import { setSettings } from '../../stores/settings-store';
import { useTargets } from '../../stores/target-store';
import { type Texts, texts } from '../../texts/texts';
import { arrange } from '../overview/shown-targets';

export interface PaletteItem {
  id: string;
  label: string;
  /** What is searched: the label, an address, and a command's words in both languages. */
  words: string;
  /** Of a target; null for a command. */
  state: StateName | null;
  detail: string;
  run(): void;
}

type CommandKey = {
  [K in keyof Texts['palette']]: Texts['palette'][K] extends string ? K : never;
}[keyof Texts['palette']];

/** Commands in order, then targets, problems first. */
export function paletteItems(words: Texts): PaletteItem[] {
  const { palette, language } = words;
  const change = (patch: Parameters<typeof engine.invoke<'settings.update'>>[1]) => () =>
    void attempt(async () => setSettings(await engine.invoke('settings.update', patch)), language);
  const command = (key: CommandKey, run: () => void): PaletteItem => ({
    id: key,
    label: palette[key],
    words: `${texts.en.palette[key]} ${texts.es.palette[key]}`,
    state: null,
    detail: '',
    run,
  });
  const { all, states } = useTargets.getState();
  return [
    command('goOverview', () => goTo([])),
    command('goData', () => goTo(['data'])),
    command('goPipeline', () => goTo(['pipeline'])),
    command('goSettings', () => goTo(['settings'])),
    command('add', () => setQuery({ edit: 'new' })),
    language === 'en'
      ? command('spanish', change({ language: 'es' }))
      : command('english', change({ language: 'en' })),
    command('dark', change({ theme: 'dark' })),
    command('light', change({ theme: 'light' })),
    command('showKeys', () => showOverlay('keys')),
    ...arrange(all ?? [], states, '', null).map((target) => ({
      id: `target ${target.id}`,
      label: titleOf(target),
      words: `${target.name} ${target.displayUrl} ${target.tags.join(' ')}`,
      state: stateOf(target, states),
      detail: target.name === '' ? '' : target.displayUrl,
      run: () => goTo(['targets', target.id]),
    })),
  ];
}

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Whether every typed word stands somewhere in the item, accents or not. */
export function matches({ words }: PaletteItem, query: string): boolean {
  const inside = plain(words);
  return plain(query)
    .split(/\s+/)
    .every((word) => inside.includes(word));
}
