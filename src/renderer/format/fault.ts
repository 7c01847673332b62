import { AppError } from '../../shared/contract/app-error';
import type { Notice } from '../../shared/contract/health';
import type { Texts } from '../texts/texts';

/** What went wrong, as a sentence in the language of the page. */
export function faultText(thrown: unknown, { faults }: Texts): string {
  return thrown instanceof AppError ? faults.error(thrown.code, thrown.message) : String(thrown);
}

export function noticeText({ code, message }: Pick<Notice, 'code' | 'message'>, { faults }: Texts): string {
  return faults.notice(code, message);
}
