import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { KafkaVersion } from './jars';
import type { ToolResult } from './kafka-cluster';
import type { Watchdog } from './watchdog';

const TOOL_MS = 120_000;

/** Packages of the tools; everything else is in org.apache.kafka.tools. */
const PACKAGES: Readonly<Record<string, string>> = {
  ConsoleConsumer: 'org.apache.kafka.tools.consumer',
  ConsumerGroupCommand: 'org.apache.kafka.tools.consumer.group',
  ConfigCommand: 'kafka.admin',
  StorageTool: 'kafka.tools',
};
/** Where version 3 still has them. */
const OLD_PACKAGES: Readonly<Record<string, string>> = {
  ConsoleProducer: 'kafka.tools',
  AclCommand: 'kafka.admin',
};
/** How a tool is told a client's settings, where it is not --command-config. */
const CONFIG_OPTIONS: Readonly<Record<string, string>> = {
  ConsoleConsumer: '--consumer.config',
  ConsoleProducer: '--producer.config',
  ConsumerPerformance: '--consumer.config',
  ProducerPerformance: '--producer.config',
  LeaderElectionCommand: '--admin.config',
};

/** The class of 'TopicCommand', 'kafka.tools.ConsoleConsumer' or 'org.apache.kafka.tools.TopicCommand'. */
export function toolClass(tool: string, version: KafkaVersion): string {
  const name = tool.slice(tool.lastIndexOf('.') + 1);
  const old = version.startsWith('3.') ? OLD_PACKAGES[name] : undefined;
  return `${old ?? PACKAGES[name] ?? 'org.apache.kafka.tools'}.${name}`;
}

/**
 * The arguments with the address and the file of client settings where the caller gave no address.
 * @param configFile null = none is needed
 */
export function toolArguments(
  tool: string,
  args: readonly string[],
  bootstrap: string,
  configFile: string | null,
): string[] {
  const name = tool.slice(tool.lastIndexOf('.') + 1);
  if (name === 'StorageTool' || args.includes('--bootstrap-server')) return [...args];
  const config = configFile === null ? [] : [CONFIG_OPTIONS[name] ?? '--command-config', configFile];
  // It alone takes the address among the producer's settings.
  if (name === 'ProducerPerformance')
    return [...args, '--producer-props', `bootstrap.servers=${bootstrap}`, ...config];
  return [...args, '--bootstrap-server', bootstrap, ...config];
}

/** Runs a program to its end, or kills it after two minutes. */
export async function runProgram(
  program: string,
  args: readonly string[],
  stdin: string | undefined,
  watchdog: Watchdog,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ToolResult> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env, timeout: TOOL_MS });
  const { pid } = child;
  if (pid !== undefined) watchdog.kill(pid);
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  // It may end before it has read everything.
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin ?? '');
  const [code] = (await once(child, 'close')) as [number | null];
  if (pid !== undefined) watchdog.forget(pid);
  return { code, ...texts };
}
