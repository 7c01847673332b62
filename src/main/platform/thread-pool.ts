/**
 * DNS look-ups, the log's commits and lake queries share libuv's pool: with its four threads a few slow queries would delay
 * probes. libuv reads the size when the pool is first used, which loading our native modules does, and on Node 20 (not inside
 * Electron) loading any module. Windows' C library does not see what is set here, only what the process was started with.
 */
export function widenThreadPool(): void {
  process.env.UV_THREADPOOL_SIZE ??= '16';
}
