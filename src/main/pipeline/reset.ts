/** What a reset has to go through, in order. */
export interface ResetParts {
  stopProbing(): Promise<void>;
  /** Afterwards nothing that was measured before waits for the log. */
  emptyRecorder(): Promise<void>;
  /** Empties what other processes read too; nothing else is touched when it fails. */
  clearTopic(): Promise<void>;
  job: { start(): Promise<void>; stop(): Promise<unknown> };
  /** The job could not be started; whoever hears of it tries again. */
  onJobFailed(error: unknown): void;
  clearLog(): Promise<void>;
  clearLake(): Promise<void>;
  forgetState(): void;
  startProbing(): Promise<void>;
}

/**
 * Empties log and lake while the engine runs. The prober's name and its `seq` counter stay, so what is measured afterwards
 * is never mistaken for what was cleared; the stream goes on at the log's end.
 */
export async function resetEverything(parts: ResetParts): Promise<void> {
  await parts.stopProbing();
  try {
    await parts.emptyRecorder();
    await parts.clearTopic();
    await parts.job.stop();
    await parts.clearLog();
    await parts.clearLake();
    parts.forgetState();
  } finally {
    // Whatever went wrong, measuring goes on.
    await parts.job.start().catch(parts.onJobFailed);
    await parts.startProbing();
  }
}
