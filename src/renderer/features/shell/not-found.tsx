import { useTexts } from '../../texts/texts';
import styles from './not-found.module.css';

export function NotFound() {
  const { frame } = useTexts();
  return (
    <div className={styles.none}>
      <h1>{frame.notFoundTitle}</h1>
      <a href="#/">{frame.notFoundLink}</a>
    </div>
  );
}
