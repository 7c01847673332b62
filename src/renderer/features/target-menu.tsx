import { Menu } from '@base-ui/react/menu';
import { Copy, MoreHorizontal, Pause, Pencil, Play, Trash2 } from 'lucide-react';
import type { TargetView } from '../../shared/contract/commands';
import { Button } from '../components/button';
import menu from '../components/menu.module.css';
import { titleOf } from '../format/target';
import { useTexts } from '../texts/texts';
import { targetActions } from './target-actions';
import styles from './target-menu.module.css';

export function TargetMenu({ target }: { target: TargetView }) {
  const texts = useTexts();
  const { overview } = texts;
  const actions = targetActions(target, texts);
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger
        render={<Button look="quiet" className={styles.trigger} />}
        aria-label={overview.actions(titleOf(target))}
      >
        <MoreHorizontal aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner align="end" sideOffset={4} className={menu.positioner}>
          <Menu.Popup className={menu.popup}>
            <Menu.Item className={menu.item} onClick={actions.edit}>
              <Pencil aria-hidden="true" />
              {overview.edit}
            </Menu.Item>
            <Menu.Item className={menu.item} onClick={actions.clone}>
              <Copy aria-hidden="true" />
              {overview.clone}
            </Menu.Item>
            <Menu.Item className={menu.item} onClick={actions.togglePause}>
              {target.paused ? <Play aria-hidden="true" /> : <Pause aria-hidden="true" />}
              {target.paused ? overview.resume : overview.pause}
            </Menu.Item>
            <Menu.Item className={menu.item} data-danger="" onClick={actions.remove}>
              <Trash2 aria-hidden="true" />
              {overview.remove}
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
