import type { TargetView } from '../../shared/contract/commands';
import { engine } from '../bridge/engine';
import { attempt, say } from '../components/toaster';
import { titleOf } from '../format/target';
import { goTo, setQuery, useRoute } from '../stores/route-store';
import type { Texts } from '../texts/texts';

/** What one can do to a target from a list or from its page; what can be undone is not asked about. */
export function targetActions(target: TargetView, texts: Texts) {
  const { overview, frame, language } = texts;
  const setPaused = (paused: boolean) => async () => {
    await engine.invoke('targets.setPaused', { id: target.id, paused });
  };
  return {
    edit: () => setQuery({ edit: target.id }),
    clone: () =>
      attempt(async () => {
        const copy = await engine.invoke('targets.clone', { id: target.id });
        setQuery({ edit: copy.id });
      }, language),
    togglePause: () =>
      attempt(async () => {
        await setPaused(!target.paused)();
        if (!target.paused) {
          say(overview.pausedToast(titleOf(target)), {
            label: frame.undo,
            run: () => void attempt(setPaused(false), language),
          });
        }
      }, language),
    remove: () =>
      attempt(async () => {
        await engine.invoke('targets.delete', { id: target.id });
        if (useRoute.getState().path[0] === 'targets') goTo([]);
        say(overview.removed(titleOf(target)), {
          label: frame.undo,
          run: () =>
            void attempt(async () => {
              await engine.invoke('targets.undelete', { id: target.id });
            }, language),
        });
      }, language),
  };
}
