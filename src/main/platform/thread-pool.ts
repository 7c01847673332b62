/**
 * DNS look-ups, the log's commits and lake queries share libuv's pool: with its four threads a few slow queries would delay
 * probes. libuv reads the size when the pool is first used. Loading modules uses it on Node 20, but not on Node 24, which
 * is inside Electron; Windows' C library does not see what is set here, only what the process was started with.
 */
export function widenThreadPool(): void {
  process.env.UV_THREADPOOL_SIZE ??= '16';
}
