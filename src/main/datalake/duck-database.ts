import { mkdir } from 'node:fs/promises';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

export interface DuckDatabase {
  /** A connection of its own; the caller closes it (`closeSync`). */
  connect(): Promise<DuckDBConnection>;
  /** Gives memory that DuckDB's allocator keeps for later back to the system. Cheap (milliseconds); never rejects. */
  trim(): Promise<void>;
  /** Idempotent. Connections that are still open keep the instance alive until they are closed. */
  close(): void;
}

export interface DuckDatabaseOptions {
  /** Where sorts and tails that do not fit in memory go. Not used before it is needed. */
  temporaryDirectory: string;
  threads?: number;
  memoryLimitMb?: number;
}

/** Every statement runs on the thread that asks for it; a second would mostly double the buffers of each COPY. */
const THREADS = 1;
const MEMORY_LIMIT_MB = 192;

/**
 * The one in-memory DuckDB instance of a lake. Nothing is kept in it but the rows no file holds yet.
 * Files are replaced under their name, so nothing of them may be cached; and no extension is ever fetched.
 */
export async function createDuckDatabase(options: DuckDatabaseOptions): Promise<DuckDatabase> {
  const limit = `${options.memoryLimitMb ?? MEMORY_LIMIT_MB}MB`;
  await mkdir(options.temporaryDirectory, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads ?? THREADS),
    memory_limit: limit,
    temp_directory: options.temporaryDirectory,
    enable_external_file_cache: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    allocator_background_threads: 'false',
    allocator_flush_threshold: '8MB',
    preserve_insertion_order: 'true',
  });
  let open = true;
  let trimming: Promise<void> | null = null;
  const trim = async (): Promise<void> => {
    const connection = await instance.connect();
    try {
      // Setting the limit, to whatever value, is the one statement that makes the allocator let go of free pages. It
      // keeps a hundred megabytes of them otherwise, since its threads, which would do that when idle, are one here.
      await connection.run(`SET memory_limit = '${limit}'`);
    } finally {
      connection.closeSync();
    }
  };
  return {
    trim() {
      if (!open) return Promise.resolve();
      trimming ??= trim()
        .catch(() => undefined)
        .finally(() => {
          trimming = null;
        });
      return trimming;
    },
    async connect() {
      const connection = await instance.connect();
      await connection.run("SET TimeZone = 'UTC'");
      return connection;
    },
    close() {
      if (open) instance.closeSync();
      open = false;
    },
  };
}
