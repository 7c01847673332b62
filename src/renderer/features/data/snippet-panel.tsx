import { CopyButton } from '../../components/copy-button';
import { Panel } from '../../components/panel';
import { useTexts } from '../../texts/texts';
import styles from './data.module.css';

const python = (path: string) => (path.includes('\\') ? `r"${path}"` : JSON.stringify(path));
const sql = (path: string) => `'${path.replaceAll('\\', '/').replaceAll("'", "''")}'`;

/** Lines that read the lake as it lies there. */
export function snippets(path: string): readonly (readonly [tool: string, text: string])[] {
  const join = (part: string) => (path.includes('\\') ? `${path}\\${part}` : `${path}/${part}`);
  return [
    [
      'pandas',
      `import pandas as pd\nraw = pd.read_parquet(${python(join('lake1_raw'))})\nmetrics = pd.read_parquet(${python(join('lake2_metrics'))})`,
    ],
    [
      'DuckDB',
      `SET enable_external_file_cache = false; -- files are replaced while UpTimer runs\nSELECT end_time, avg_latency, total_pings, error_count, uptime_pct\nFROM read_parquet(${sql(`${path}/lake2_metrics/**/*.parquet`)})\nORDER BY end_time DESC LIMIT 10;`,
    ],
  ];
}

export function SnippetPanel({ path }: { path: string }) {
  const { data } = useTexts();
  return (
    <Panel title={data.snippetTitle}>
      <p className={styles.lead}>{data.snippetText}</p>
      {snippets(path).map(([tool, text]) => (
        <div key={tool} className={styles.snippet}>
          <div className={styles.exportHead}>
            <h3>{tool}</h3>
            <CopyButton text={text} label={data.copySnippet(tool)} />
          </div>
          <pre>{text}</pre>
        </div>
      ))}
    </Panel>
  );
}
