import type { z } from 'zod';
import type { CommandName, CommandOutput, Commands } from '../../shared/contract/commands';
import type { PushMessage, Topic } from '../../shared/contract/pushes';

/** What a caller may hand in: defaults of the schema may be left out. */
export type CommandRequest<N extends CommandName> = z.input<Commands[N]['input']>;

export type LinkState = 'open' | 'lost';

/** The way to the engine: HTTP in a browser, the preload script's two functions in the desktop window. */
export interface Transport {
  kind: 'browser' | 'desktop';
  /** Rejects with AppError: the engine's own, or `unavailable` when it cannot be reached. */
  invoke<N extends CommandName>(
    name: N,
    input: CommandRequest<N>,
    signal?: AbortSignal,
  ): Promise<CommandOutput<N>>;
  /** Snapshots first, then changes; after `lost` it goes on trying, and `open` is followed by fresh snapshots. */
  subscribe(
    topics: readonly Topic[],
    onMessage: (message: PushMessage) => void,
    onLink: (state: LinkState) => void,
  ): () => void;
}
