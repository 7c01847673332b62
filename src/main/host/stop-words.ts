import type { CliTexts } from '../cli/cli-texts';
import type { StopReport } from '../engine-contract';

/** What a stop came to, in one sentence. */
export function stopWords({ lost, inLake }: StopReport, texts: CliTexts): string {
  if (lost > 0) return texts.stoppedLost(lost);
  return inLake ? texts.stopped : texts.stoppedLater;
}
