import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '../../shared/contract/app-error';
import { writeFileAtomic } from '../platform/atomic-file';

const VERSION = 1;

/** How an event comes from the embedded log to the lake: read from there, or shipped to Kafka and read from the topic. */
export type Way = 'embedded' | 'kafka';

/** From `fromSeq` on, up to the next route, events travel this way. */
export interface Route {
  fromSeq: number;
  way: Way;
}

const recordSchema = z.object({
  version: z.literal(VERSION),
  routes: z.array(z.object({ fromSeq: z.number().int().min(1), way: z.enum(['embedded', 'kafka']) })).min(1),
  /** When the last route began, µs. */
  switchedUs: z.number().int(),
});

/**
 * Which numbers of the own log travel which way, durably: a switch of the log begins a route at the log's end, and each event
 * travels one way only, whatever is stopped when.
 */
export class LogRoutes {
  private constructor(
    private readonly path: string,
    private routes: readonly Route[],
    /** When the last route began, µs; null when there was never another. */
    private switched: number | null,
  ) {}

  /** @throws AppError `corrupt`, `too_new` */
  static async open(path: string): Promise<LogRoutes> {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (text === null) return new LogRoutes(path, [{ fromSeq: 1, way: 'embedded' }], null);
    const { routes, switchedUs } = parseRecord(path, text);
    return new LogRoutes(path, routes, switchedUs);
  }

  /** How an event appended now travels. */
  get current(): Way {
    return this.#last.way;
  }

  get all(): readonly Route[] {
    return this.routes;
  }

  get switchedUs(): number | null {
    return this.switched;
  }

  /** Where the current way began. */
  get currentFromSeq(): number {
    return this.#last.fromSeq;
  }

  /** The range `[from, to)` of the route that `seq` belongs to. */
  rangeOf(seq: number): { way: Way; from: number; to: number } {
    const index = Math.max(
      0,
      this.routes.findLastIndex((route) => route.fromSeq <= seq),
    );
    const route = this.routes[index] as Route;
    return {
      way: route.way,
      from: route.fromSeq,
      to: this.routes[index + 1]?.fromSeq ?? Number.MAX_SAFE_INTEGER,
    };
  }

  /** The first number at or above `seq` that travels `way`; null when none will. */
  nextOf(way: Way, seq: number): number | null {
    for (let at = seq; ; ) {
      const range = this.rangeOf(at);
      if (range.way === way) return at;
      if (range.to === Number.MAX_SAFE_INTEGER) return null;
      at = range.to;
    }
  }

  /** Whether anything below the current route travels `way`. */
  hasOlder(way: Way): boolean {
    return this.routes.slice(0, -1).some((route) => route.way === way);
  }

  /** Events from `fromSeq` on travel `way`; durable when it resolves. @throws what the disk throws; then nothing changed */
  async begin(way: Way, fromSeq: number, nowUs: number): Promise<void> {
    const kept = this.routes.filter((route) => route.fromSeq < fromSeq);
    const before = { routes: this.routes, switched: this.switched };
    // A way that was left and taken again before anything travelled another one just goes on.
    this.routes = kept.at(-1)?.way === way ? kept : [...kept, { fromSeq, way }];
    this.switched = nowUs;
    await this.#write().catch((error: unknown) => {
      ({ routes: this.routes, switched: this.switched } = before);
      throw error;
    });
  }

  /** Everything below the current route has arrived. */
  async forgetOlder(): Promise<void> {
    if (this.routes.length === 1) return;
    this.routes = [this.#last];
    await this.#write();
  }

  get #last(): Route {
    return this.routes.at(-1) as Route;
  }

  async #write(): Promise<void> {
    const record = { version: VERSION, routes: this.routes, switchedUs: this.switched ?? 0 };
    await writeFileAtomic(this.path, `${JSON.stringify(record, null, 2)}\n`);
  }
}

function parseRecord(path: string, text: string): z.infer<typeof recordSchema> {
  try {
    const json: unknown = JSON.parse(text);
    const version = z.object({ version: z.number() }).parse(json).version;
    if (version > VERSION) {
      throw new AppError('too_new', `${path} was written by a newer UpTimer: update UpTimer.`);
    }
    return recordSchema.parse(json);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError(
      'corrupt',
      `${path} cannot be read, so it is not known which events went to Kafka: put a copy back, or delete it; without it all events ` +
        'that wait in the log are taken from there.',
      { cause: error },
    );
  }
}
