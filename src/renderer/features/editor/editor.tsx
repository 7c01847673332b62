import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type FormEvent, useCallback, useEffect, useState } from 'react';
import { AppError } from '../../../shared/contract/app-error';
import type { TargetView, TestResult } from '../../../shared/contract/commands';
import { engine } from '../../bridge/engine';
import { Button } from '../../components/button';
import dialog from '../../components/dialog.module.css';
import { say } from '../../components/toaster';
import { faultText } from '../../format/fault';
import { titleOf } from '../../format/target';
import { useHealth } from '../../stores/health-store';
import { setQuery, useRoute } from '../../stores/route-store';
import { useTargets } from '../../stores/target-store';
import { type Texts, useTexts } from '../../texts/texts';
import styles from './editor.module.css';
import { EditorFields } from './editor-fields';
import { checkForm, EMPTY_FORM, type FieldName, type Form, type FormErrors, fieldOf, formOf } from './form';
import { TestPanel } from './test-panel';

const close = () => setQuery({ edit: null });

/** What stood in a form that was closed without saving, until it is taken up again: by the name in the address. */
const kept = new Map<string, Form>();
/** The form that is open, and whether anything was typed into it. */
let typed: { name: string; form: Form } | null = null;

const isSame = (a: Form, b: Form) =>
  Object.entries(a).every(([field, value]) => b[field as FieldName] === value);

/** Closes without asking; what was typed can be had back. */
function discard({ editor, frame }: Texts): void {
  const left = typed;
  typed = null;
  close();
  if (left === null) return;
  say(editor.discarded, {
    label: frame.undo,
    run: () => {
      kept.set(left.name, left.form);
      setQuery({ edit: left.name });
    },
  });
}

function EditorForm({ target }: { target: TargetView | null }) {
  const texts = useTexts();
  const { editor, frame } = texts;
  const name = target?.id ?? 'new';
  const [start] = useState<Form>(() => (target === null ? EMPTY_FORM : formOf(target)));
  const [form, setForm] = useState<Form>(() => kept.get(name) ?? start);
  const [touched, setTouched] = useState<ReadonlySet<FieldName>>(new Set());
  const [pressed, setPressed] = useState(false);
  const [refused, setRefused] = useState<FormErrors>({});
  const [general, setGeneral] = useState<string | null>(null);
  const [busy, setBusy] = useState<'saving' | 'testing' | null>(null);
  const [result, setResult] = useState<TestResult | null>(null);
  useEffect(() => {
    const taken = kept.get(name);
    typed = taken === undefined ? null : { name, form: taken };
    kept.delete(name);
  }, [name]);
  const checked = checkForm(form, target?.paused ?? false, texts);

  const shown: FormErrors = { ...refused };
  for (const [field, error] of Object.entries(checked.errors) as [FieldName, string][]) {
    if (pressed || touched.has(field)) shown[field] = error;
  }

  function change(field: FieldName, value: string) {
    const next = { ...form, [field]: value };
    setForm(next);
    typed = isSame(next, start) ? null : { name, form: next };
    setTouched(new Set(touched).add(field));
    setGeneral(null);
    setRefused({});
  }

  /** The engine's refusal beside its field, or above the buttons when it has none. */
  function refuse(error: unknown) {
    if (!(error instanceof AppError)) {
      setGeneral(String(error));
      return;
    }
    const duplicate = error.code === 'conflict';
    const field = fieldOf(error.field) ?? (duplicate ? 'url' : undefined);
    const message = duplicate ? editor.duplicate : faultText(error, texts);
    if (field === undefined) setGeneral(message);
    else setRefused({ [field]: message });
  }

  async function run(kind: 'saving' | 'testing', action: () => Promise<void>) {
    setPressed(true);
    setGeneral(null);
    if (checked.draft === null) {
      requestAnimationFrame(() => {
        document.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus();
      });
      return;
    }
    setBusy(kind);
    try {
      await action();
    } catch (error) {
      refuse(error);
    } finally {
      setBusy(null);
    }
  }

  function save(event: FormEvent) {
    event.preventDefault();
    void run('saving', async () => {
      const draft = checked.draft;
      if (draft === null) return;
      const saved =
        target === null
          ? await engine.invoke('targets.create', draft)
          : await engine.invoke('targets.update', { id: target.id, draft });
      say(target === null ? editor.added(titleOf(saved)) : editor.saved(titleOf(saved)));
      typed = null;
      close();
    });
  }

  const test = () =>
    run('testing', async () => {
      if (checked.draft !== null) setResult(await engine.invoke('targets.test', checked.draft));
    });

  return (
    <form className={styles.form} onSubmit={save} noValidate>
      <div className={styles.body}>
        <EditorFields form={form} errors={shown} checked={checked} onChange={change} />
        {result !== null && <TestPanel result={result} />}
      </div>
      <div className={styles.foot}>
        {general !== null && (
          <p className={styles.general} role="alert">
            {general}
          </p>
        )}
        <Button onClick={test} disabled={busy !== null}>
          {busy === 'testing' ? editor.testing : editor.test}
        </Button>
        <span className={styles.space} />
        <Button onClick={() => discard(texts)}>{frame.cancel}</Button>
        <Button type="submit" look="primary" disabled={busy !== null}>
          {busy === 'saving' ? editor.saving : target === null ? editor.add : editor.save}
        </Button>
      </div>
    </form>
  );
}

/** Opened by `edit=new` or `edit=<id>` in the address, over whatever screen is there. */
export function Editor() {
  const texts = useTexts();
  const { editor, frame, kafka } = texts;
  const edited = useRoute(({ query }) => query.get('edit') ?? null);
  const targets = useTargets((held) => held.targets);
  const target = targets?.find(({ id }) => id === edited) ?? null;
  const firstField = useCallback(() => document.querySelector<HTMLElement>('input[name=url]'), []);
  const isNew = edited === 'new';
  const measuresNothing = useHealth(({ health }) => health?.role === 'aggregator');
  const title = isNew ? editor.addTitle : target === null ? editor.gone : editor.editTitle(titleOf(target));
  // While it closes there is nothing to name.
  const shownTitle = edited === null ? '' : title;
  return (
    <Dialog.Root open={edited !== null && targets !== null} onOpenChange={(open) => open || discard(texts)}>
      <Dialog.Portal>
        <Dialog.Backdrop className={dialog.backdrop} />
        <Dialog.Popup className={styles.popup} initialFocus={firstField}>
          <header className={styles.head}>
            <Dialog.Title className={styles.title}>{shownTitle}</Dialog.Title>
            <Dialog.Close aria-label={frame.close} render={<Button look="quiet" />}>
              <X aria-hidden="true" />
            </Dialog.Close>
          </header>
          {isNew && measuresNothing && <p className={styles.body}>{kafka.targetsElsewhere}</p>}
          {((isNew && !measuresNothing) || target !== null) && <EditorForm key={edited} target={target} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
