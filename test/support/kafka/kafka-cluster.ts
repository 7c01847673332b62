import type { KafkaVersion } from './jars';

export const LISTENERS = ['plain', 'tls', 'sasl-plain', 'sasl-scram', 'sasl-tls'] as const;
/** `sasl-scram` takes SCRAM-SHA-256 and -512; `sasl-tls` takes PLAIN and both SCRAMs over TLS. */
export type KafkaListener = (typeof LISTENERS)[number];

export interface KafkaOptions {
  /** 1 by default. With three, every internal topic has three copies, two of them in sync. */
  brokers?: 1 | 3;
  /** '3.9.1' by default. */
  version?: KafkaVersion;
  /** ['plain'] by default. */
  listeners?: readonly KafkaListener[];
  /** Whoever is not `admin` may do nothing but what was granted by `run('AclCommand', …)`. */
  acl?: boolean;
  /** Lines of server.properties that add to ours or replace them. */
  settings?: Readonly<Record<string, string>>;
  /** Of the first broker's first listener; the next ones have the numbers behind it. Free ones by default. */
  port?: number;
  /** Absolute; kept at the end, and gone on from when it holds a cluster of the same brokers. A temporary one by default. */
  folder?: string;
}

export interface KafkaUser {
  username: string;
  password: string;
}

export interface ToolResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface KafkaBroker {
  readonly id: number;
  /** Of the first listener. */
  readonly port: number;
  /** Of the JVM; null while it does not run, and with Docker. */
  readonly pid: number | null;
  /** `kill -9`; resolves when the process is gone. */
  kill(): Promise<void>;
  /** In an orderly way, as an operator would. */
  stop(): Promise<void>;
  /** Again, on the same data and ports; resolves when it answers and is not fenced. */
  start(): Promise<void>;
  /** SIGSTOP. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** What it has logged so far. */
  log(): string;
}

export interface KafkaCluster {
  /** Of the first listener: `127.0.0.1:port[,127.0.0.1:port…]`. */
  readonly bootstrap: string;
  readonly brokers: readonly KafkaBroker[];
  /** The bootstrap address of each listener that was asked for. */
  readonly endpoints: Readonly<Partial<Record<KafkaListener, string>>>;
  /** Known to every SASL listener, each with the PLAIN and SCRAM mechanisms; `admin` is the super user. */
  readonly credentials: { readonly user: KafkaUser; readonly admin: KafkaUser };
  /** Paths of PEM files, where a TLS listener was asked for; `otherCa` signed nothing here. */
  readonly certificates: { ca: string; cert: string; key: string; otherCa: string } | null;
  /**
   * Runs one of Kafka's own command line classes as `admin`.
   * @param tool 'ConsoleConsumer', 'TopicCommand', … or a class with its package
   * @param args without --bootstrap-server and credentials, which are added; who gives --bootstrap-server gives both
   * @param stdin what it reads, such as the lines of ConsoleProducer
   */
  run(tool: string, args: readonly string[], stdin?: string): Promise<ToolResult>;
  /** Ends every broker and removes the temporary folder; idempotent. */
  stop(): Promise<void>;
}
