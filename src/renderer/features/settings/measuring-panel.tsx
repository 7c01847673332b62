import { type FormEvent, useState } from 'react';
import { type Settings, settingsSchema } from '../../../shared/domain/settings';
import { engine } from '../../bridge/engine';
import { Button } from '../../components/button';
import { Field } from '../../components/field';
import { Panel } from '../../components/panel';
import { say } from '../../components/toaster';
import { useTimeStyle } from '../../components/use-time-style';
import { faultText } from '../../format/fault';
import { titleOf } from '../../format/target';
import { dateTime, parseDuration, settingDuration } from '../../format/time';
import { useHealth } from '../../stores/health-store';
import { setSettings } from '../../stores/settings-store';
import { useTargets } from '../../stores/target-store';
import { useTexts } from '../../texts/texts';
import styles from './settings.module.css';

const WINDOWS_MS = [10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000];
const LIMITS = { watermarkMs: [1000, 3_600_000], flushMs: [1000, 600_000] } as const;

/** Who could answer after the window closed. */
function useSlowTargets(watermarkMs: number | null): { names: string; timeoutMs: number } | null {
  const targets = useTargets((held) => held.targets);
  const { settings: words } = useTexts();
  const slow = (targets ?? []).filter((target) => watermarkMs !== null && target.timeoutMs > watermarkMs);
  const [first] = slow;
  if (first === undefined) return null;
  return {
    names: slow.length === 1 ? titleOf(first) : words.andMore(titleOf(first), slow.length - 1),
    timeoutMs: Math.max(...slow.map((target) => target.timeoutMs)),
  };
}

/** Window, watermark, flush: typed, checked by the engine's schema, saved together. */
export function MeasuringPanel({ settings }: { settings: Settings }) {
  const texts = useTexts();
  const { settings: words, editor } = texts;
  const style = useTimeStyle();
  const pending = useHealth(({ health }) => health?.windows.pendingWindow ?? null);
  const [windowMs, setWindowMs] = useState(settings.windowMs);
  const [watermark, setWatermark] = useState(settingDuration(settings.watermarkMs));
  const [flush, setFlush] = useState(settingDuration(settings.flushMs));
  const [refused, setRefused] = useState<string | null>(null);
  const watermarkMs = parseDuration(watermark);
  const flushMs = parseDuration(flush);
  const slow = useSlowTargets(watermarkMs);

  const errorOf = (name: keyof typeof LIMITS, value: number | null) => {
    if (value === null) return editor.errDuration;
    if (settingsSchema.shape[name].safeParse(value).success) return undefined;
    const [from, to] = LIMITS[name];
    return editor.errDurationRange(settingDuration(from), settingDuration(to));
  };
  const watermarkError = errorOf('watermarkMs', watermarkMs);
  const flushError = errorOf('flushMs', flushMs);
  const changed =
    windowMs !== settings.windowMs || watermarkMs !== settings.watermarkMs || flushMs !== settings.flushMs;

  async function save(event: FormEvent) {
    event.preventDefault();
    if (watermarkMs === null || flushMs === null || watermarkError !== undefined || flushError !== undefined)
      return;
    try {
      setSettings(await engine.invoke('settings.update', { windowMs, watermarkMs, flushMs }));
      setRefused(null);
      say(words.saved);
    } catch (error) {
      setRefused(faultText(error, texts));
    }
  }

  const choices = [...new Set([...WINDOWS_MS, settings.windowMs])].sort((a, b) => a - b);
  return (
    <Panel title={words.measuring}>
      <form className={styles.form} onSubmit={save} noValidate>
        <Field
          label={words.window}
          hint={words.windowHint}
          warning={
            pending === null
              ? undefined
              : words.pending(settingDuration(pending.windowMs), dateTime(pending.fromUs, style))
          }
        >
          {(control) => (
            <select
              {...control}
              name="windowMs"
              value={windowMs}
              onChange={(event) => setWindowMs(Number(event.target.value))}
            >
              {choices.map((choice) => (
                <option key={choice} value={choice}>
                  {settingDuration(choice)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field
          label={words.watermark}
          hint={words.watermarkHint}
          error={watermarkError}
          warning={
            slow === null ? undefined : words.watermarkWarning(slow.names, settingDuration(slow.timeoutMs))
          }
        >
          {(control) => (
            <input
              {...control}
              name="watermarkMs"
              value={watermark}
              autoComplete="off"
              onChange={(event) => setWatermark(event.target.value)}
            />
          )}
        </Field>
        <Field label={words.flush} hint={words.flushHint} error={flushError}>
          {(control) => (
            <input
              {...control}
              name="flushMs"
              value={flush}
              autoComplete="off"
              onChange={(event) => setFlush(event.target.value)}
            />
          )}
        </Field>
        {refused !== null && (
          <p className={styles.error} role="alert">
            {refused}
          </p>
        )}
        <div>
          <Button type="submit" look="primary" disabled={!changed}>
            {words.save}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
