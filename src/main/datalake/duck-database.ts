import { mkdir } from 'node:fs/promises';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

export interface DuckDatabase {
  /** A connection of its own; the caller closes it (`closeSync`). */
  connect(): Promise<DuckDBConnection>;
  /** Idempotent. Connections that are still open keep the instance alive until they are closed. */
  close(): void;
}

export interface DuckDatabaseOptions {
  /** Where sorts and tails that do not fit in memory go. Not used before it is needed. */
  temporaryDirectory: string;
  threads?: number;
  memoryLimitMb?: number;
}

/**
 * The one in-memory DuckDB instance of a lake. Nothing is kept in it but the rows no file holds yet.
 * Files are replaced under their name, so nothing of them may be cached; and no extension is ever fetched.
 */
export async function createDuckDatabase(options: DuckDatabaseOptions): Promise<DuckDatabase> {
  await mkdir(options.temporaryDirectory, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads ?? 2),
    memory_limit: `${options.memoryLimitMb ?? 192}MB`,
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
  return {
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
