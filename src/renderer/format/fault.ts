import { AppError } from '../../shared/contract/app-error';
import type { Notice } from '../../shared/contract/health';
import type { Role } from '../../shared/domain/kafka-settings';
import type { Texts } from '../texts/texts';

/** What went wrong, as a sentence in the language of the page. */
export function faultText(thrown: unknown, { faults }: Texts): string {
  return thrown instanceof AppError ? faults.error(thrown.code, thrown.message) : String(thrown);
}

/** @param role of the process that says it */
export function noticeText(
  { code, message }: Pick<Notice, 'code' | 'message'>,
  { faults }: Texts,
  role: Role,
): string {
  return faults.notice(code, message, role);
}
