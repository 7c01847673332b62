import { type FormEvent, useState } from 'react';
import type { ExportRequest } from '../../../shared/contract/questions';
import { engine } from '../../bridge/engine';
import { Button } from '../../components/button';
import { Field } from '../../components/field';
import { Panel } from '../../components/panel';
import { useTimeStyle } from '../../components/use-time-style';
import { faultText } from '../../format/fault';
import { zoneName } from '../../format/time';
import { toLocalText } from '../../format/zoned';
import { mergeExports } from '../../stores/export-store';
import { useHealth } from '../../stores/health-store';
import { engineNowUs } from '../../stores/link-store';
import { useTexts } from '../../texts/texts';
import styles from './data.module.css';
import { ExportList } from './export-list';
import { EXPORT_CHOICES, type ExportSpan, exportRange, type RangeFields } from './export-range';
import { TargetChoice } from './target-choice';

type Errors = Partial<Record<'from' | 'to' | 'targets' | 'general', string>>;

/** The desktop asks where the file goes; `undefined` when the dialog was dismissed. A browser downloads later. */
async function askPath(request: Pick<ExportRequest, 'table' | 'format'>): Promise<string | null | undefined> {
  if (engine.kind === 'browser') return null;
  const suggestedName = `uptimer-${request.table}.${request.format}`;
  const { path } = await engine.invoke('export.choosePath', { suggestedName });
  return path ?? undefined;
}

export function ExportPanel() {
  const texts = useTexts();
  const { data } = texts;
  const style = useTimeStyle();
  const lakeFromUs = useHealth(({ health }) => health?.lake.fromUs ?? null);
  const [table, setTable] = useState<ExportRequest['table']>('raw');
  const [format, setFormat] = useState<ExportRequest['format']>('parquet');
  const [fields, setFields] = useState<RangeFields>(() => ({
    span: '24h',
    from: toLocalText(engineNowUs() - 3600e6, style.zone),
    to: toLocalText(engineNowUs(), style.zone),
  }));
  const [chosen, setChosen] = useState<ReadonlySet<string> | null>(null);
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);

  const changeRange = (change: Partial<RangeFields>) => {
    const next = { ...fields, ...change };
    setFields(next);
    const checked = exportRange(next, engineNowUs(), lakeFromUs, style.zone, texts);
    setErrors(checked.range === null ? { [checked.field]: checked.error } : {});
  };

  async function start(event: FormEvent) {
    event.preventDefault();
    const checked = exportRange(fields, engineNowUs(), lakeFromUs, style.zone, texts);
    if (checked.range === null) return setErrors({ [checked.field]: checked.error });
    if (chosen?.size === 0) return setErrors({ targets: data.errTargets });
    setErrors({});
    setBusy(true);
    try {
      const path = await askPath({ table, format });
      if (path === undefined) return;
      const targetIds = [...(chosen ?? [])];
      mergeExports([
        await engine.invoke('export.start', { table, format, range: checked.range, targetIds, path }),
      ]);
    } catch (error) {
      setErrors({ general: faultText(error, texts) });
    } finally {
      setBusy(false);
    }
  }

  const instant = (name: 'from' | 'to', label: string) => (
    <Field label={label} error={errors[name]} hint={data.timeHint(zoneName(engineNowUs(), style))}>
      {(control) => (
        <input
          {...control}
          type="datetime-local"
          name={name}
          value={fields[name]}
          onChange={(event) => changeRange({ [name]: event.target.value })}
        />
      )}
    </Field>
  );

  return (
    <Panel title={data.exportTitle}>
      <form className={styles.form} onSubmit={start} noValidate>
        <div className={styles.pair}>
          <Field label={data.what}>
            {(control) => (
              <select
                {...control}
                name="table"
                value={table}
                onChange={(event) => setTable(event.target.value === 'raw' ? 'raw' : 'metrics')}
              >
                <option value="raw">{data.whatRaw}</option>
                <option value="metrics">{data.whatMetrics}</option>
              </select>
            )}
          </Field>
          <Field label={data.format}>
            {(control) => (
              <select
                {...control}
                name="format"
                value={format}
                onChange={(event) => setFormat(event.target.value === 'csv' ? 'csv' : 'parquet')}
              >
                <option value="parquet">Parquet</option>
                <option value="csv">CSV</option>
              </select>
            )}
          </Field>
        </div>
        <Field label={data.range}>
          {(control) => (
            <select
              {...control}
              name="range"
              value={fields.span}
              // The options below are exactly the choices.
              onChange={(event) => changeRange({ span: event.target.value as ExportSpan })}
            >
              {EXPORT_CHOICES.map((choice) => (
                <option key={choice} value={choice}>
                  {data.rangeOf[choice]}
                </option>
              ))}
            </select>
          )}
        </Field>
        {fields.span === 'own' && (
          <div className={styles.pair}>
            {instant('from', data.fromTime)}
            {instant('to', data.toTime)}
          </div>
        )}
        <TargetChoice chosen={chosen} error={errors.targets} onChange={setChosen} />
        {errors.general !== undefined && (
          <p className={styles.error} role="alert">
            {errors.general}
          </p>
        )}
        <div>
          <Button type="submit" look="primary" disabled={busy}>
            {busy ? data.starting : data.start}
          </Button>
        </div>
      </form>
      <ExportList />
    </Panel>
  );
}
