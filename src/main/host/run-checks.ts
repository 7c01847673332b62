import { AppError } from '../../shared/contract/app-error';
import type { Role } from '../../shared/domain/kafka-settings';
import type { Settings } from '../../shared/domain/settings';
import type { Texts } from '../../shared/texts/en';

/**
 * @param settings as they are in force: of the file, and over them of the command line
 * @throws AppError `invalid_input`: without Kafka a prober would fill no lake, and an aggregator read no log
 */
export function checkRole(role: Role, settings: Pick<Settings, 'log'>, { cli }: Texts): void {
  if (role === 'all' || settings.log === 'kafka') return;
  throw new AppError('invalid_input', cli.roleNeedsKafka(role), { field: '--role' });
}

/**
 * An existing log keeps its name, since its numbers belong to it. Who asks for another one would measure under a name that is
 * not theirs: most likely the folder was copied, and two probers would give the same numbers. So this ends the start.
 * @param name what was asked for; null = nothing
 * @throws AppError `invalid_input`
 */
export function checkProbeName(name: string | null, probeId: string, folder: string, { cli }: Texts): void {
  if (name === null || probeId.replace(/-[0-9a-f]{8}$/, '') === name) return;
  throw new AppError('invalid_input', cli.otherProbeName(name, probeId, folder), { field: '--probe-id' });
}
