import styles from './address.module.css';

/** A URL that stands for a name, on one line or on two: too long a path loses its beginning, since addresses differ at their end. */
export function Address({ url }: { url: string }) {
  const [, origin = url, path = ''] = /^(\w+:\/\/[^/?#]+)(.+)$/.exec(url) ?? [];
  return (
    <span className={styles.address}>
      <span className={styles.origin}>{origin}</span>
      <span className={styles.path}>
        <bdi dir="ltr">{path}</bdi>
      </span>
    </span>
  );
}
