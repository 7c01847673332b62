import type { Notice } from '../../shared/contract/health';
import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';
import { createEmitter } from './emitter';

const KEPT = 100;

/** What the engine has to tell a person besides numbers: alarms that last, and events that happened. */
export interface Notices {
  /** Records something that happened. */
  tell(stage: Notice['stage'], level: Notice['level'], code: string, message: string): void;
  /** Raises an alarm that lasts until `resolve`; raising it again while it lasts only renews its words. */
  raise(stage: Notice['stage'], code: string, message: string): void;
  resolve(stage: Notice['stage'], code: string): void;
  /** Newest first. */
  list(): Notice[];
  /** Alarms that last now. */
  active(): Notice[];
  listen(onNotice: (notice: Notice) => void): () => void;
}

export function createNotices(clock: Clock): Notices {
  const kept: Notice[] = [];
  const changed = createEmitter<Notice>();
  const lasting = new Set<Notice>();
  let nextId = 1;

  const add = (stage: Notice['stage'], level: Notice['level'], code: string, message: string): Notice => {
    const notice: Notice = {
      id: nextId++,
      atUs: clock.nowUs(),
      stage,
      level,
      code,
      message,
      resolvedUs: null,
    };
    kept.unshift(notice);
    // An alarm that still lasts is never pushed out by newer events.
    while (kept.length > KEPT) {
      const oldest = kept.findLastIndex((candidate) => !lasting.has(candidate));
      if (oldest < 0) break;
      kept.splice(oldest, 1);
    }
    changed.emit(notice);
    return notice;
  };
  const find = (stage: Notice['stage'], code: string) =>
    [...lasting].find((notice) => notice.stage === stage && notice.code === code);

  return {
    tell: (stage, level, code, message) => void add(stage, level, code, message),
    raise(stage, code, message) {
      const standing = find(stage, code);
      if (standing !== undefined) standing.message = message;
      else lasting.add(add(stage, 'alarm', code, message));
    },
    resolve(stage, code) {
      const standing = find(stage, code);
      if (standing === undefined) return;
      lasting.delete(standing);
      standing.resolvedUs = clock.nowUs();
      changed.emit(standing);
    },
    list: () => kept.map((notice) => ({ ...notice })),
    active: () => kept.filter((notice) => lasting.has(notice)).map((notice) => ({ ...notice })),
    listen: changed.listen,
  };
}

/** Where nobody looks at a screen, stderr tells. What befalls the log is logged where it is found. */
export function logNotice(logger: Logger): (notice: Notice) => void {
  return ({ stage, level, code, message, resolvedUs }) => {
    if (resolvedUs !== null) logger.warn({ stage, code }, 'resolved');
    else if (stage === 'log') return;
    else if (level === 'info') logger.info({ stage, code }, message);
    else logger.warn({ stage, code }, message);
  };
}
