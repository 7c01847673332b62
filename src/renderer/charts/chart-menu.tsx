import { Dialog } from '@base-ui/react/dialog';
import { Menu } from '@base-ui/react/menu';
import { MoreHorizontal, X } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../components/button';
import dialog from '../components/dialog.module.css';
import menu from '../components/menu.module.css';
import { attempt, say } from '../components/toaster';
import { useTexts } from '../texts/texts';
import styles from './chart-menu.module.css';
import { type ChartTable, csvOf } from './chart-table';

interface Props {
  /** Of the chart. */
  title: string;
  table: ChartTable | null;
  /** The picture as a PNG data URL; null while there is none. */
  picture(): string | null;
}

/** Bytes of a base64 data URL: fetching one is what the page's policy forbids. */
function blobOf(dataUrl: string): Blob {
  const [head = '', body = ''] = dataUrl.split(',');
  const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
  return new Blob([bytes], { type: /data:([^;]+)/.exec(head)?.[1] ?? 'image/png' });
}

/** What one can take away from a chart: its numbers as a table, both as CSV and as a picture in the clipboard. */
export function ChartMenu({ title, table, picture }: Props) {
  const { charts, frame, language } = useTexts();
  const [open, setOpen] = useState(false);
  const copyCsv = () =>
    attempt(async () => {
      await navigator.clipboard.writeText(csvOf(table ?? { columns: [], rows: [] }));
      say(charts.csvCopied);
    }, language);
  const copyPng = () =>
    attempt(async () => {
      const url = picture();
      if (url === null) return;
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': blobOf(url) })]);
      say(charts.pngCopied);
    }, language);
  return (
    <>
      <Menu.Root modal={false}>
        <Menu.Trigger
          render={<Button look="quiet" />}
          aria-label={charts.menu(title)}
          disabled={table === null}
        >
          <MoreHorizontal aria-hidden="true" />
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner align="end" sideOffset={4} className={menu.positioner}>
            <Menu.Popup className={menu.popup}>
              <Menu.Item className={menu.item} onClick={() => setOpen(true)}>
                {charts.asTable}
              </Menu.Item>
              <Menu.Item className={menu.item} onClick={copyCsv}>
                {charts.copyCsv}
              </Menu.Item>
              <Menu.Item className={menu.item} onClick={copyPng}>
                {charts.copyPng}
              </Menu.Item>
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      <Dialog.Root open={open} onOpenChange={setOpen}>
        <Dialog.Portal>
          <Dialog.Backdrop className={dialog.backdrop} />
          <Dialog.Popup className={`${dialog.centred} ${styles.dialog}`}>
            <header className={styles.head}>
              <Dialog.Title className={styles.title}>{title}</Dialog.Title>
              <Dialog.Close aria-label={frame.close} render={<Button look="quiet" />}>
                <X aria-hidden="true" />
              </Dialog.Close>
            </header>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long table scrolls, and must do so by keyboard too */}
            <section className={styles.scroll} tabIndex={0} aria-label={title}>
              <table className={styles.table}>
                <thead>
                  <tr>
                    {table?.columns.map((name) => (
                      <th key={name} scope="col">
                        {name}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {table?.rows.map((row) => (
                    <tr key={String(row[0])}>
                      {row.map((value, at) => (
                        <td key={table.columns[at]}>{value ?? '–'}</td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
    </>
  );
}
