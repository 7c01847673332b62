import type { ComponentProps } from 'react';
import styles from './button.module.css';

interface Props extends ComponentProps<'button'> {
  look?: 'plain' | 'primary' | 'danger' | 'quiet';
}

export function Button({ look = 'plain', className, type = 'button', ...rest }: Props) {
  return <button type={type} className={`${styles.button} ${className ?? ''}`} data-look={look} {...rest} />;
}
