import type { ProberEntry } from '../../shared/contract/overview';
import type { LakeProber } from '../datalake/lake-queries';
import type { HeardProber } from './live-state';

/**
 * Everyone who measured, in the lake or on the way into it: ours first, then by `probeId`. One that never measured is not among
 * them, ours included.
 */
export function listProbers(
  inLake: readonly LakeProber[],
  heard: readonly HeardProber[],
  ownProbeId: string,
): ProberEntry[] {
  const found = new Map(
    inLake.map((prober) => [prober.probeId, { ...prober, targetIds: new Set(prober.targetIds) }]),
  );
  for (const { probeId, lastUs, targetIds } of heard) {
    const known = found.get(probeId) ?? {
      probeId,
      fromUs: lastUs,
      toUs: lastUs,
      targetIds: new Set<string>(),
    };
    for (const id of targetIds) known.targetIds.add(id);
    found.set(probeId, {
      ...known,
      fromUs: Math.min(known.fromUs, lastUs),
      toUs: Math.max(known.toUs, lastUs),
    });
  }
  return [...found.values()]
    .map(({ targetIds, ...prober }) => ({
      ...prober,
      targets: targetIds.size,
      own: prober.probeId === ownProbeId,
    }))
    .sort((a, b) => Number(b.own) - Number(a.own) || (a.probeId < b.probeId ? -1 : 1));
}
