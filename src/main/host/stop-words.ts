import type { CliTexts } from '../cli/cli-texts';
import type { StopReport } from '../engine-contract';

/** What a stop came to, in one sentence. */
export function stopWords(report: StopReport, texts: CliTexts): string {
  const { lost, inLake, unshipped, lakeElsewhere } = report;
  if (lost > 0) return texts.stoppedLost(lost);
  if (unshipped !== null && unshipped > 0) return texts.stoppedUnshipped(unshipped);
  if (lakeElsewhere) return texts.stoppedShipped;
  return inLake ? texts.stopped : texts.stoppedLater;
}
