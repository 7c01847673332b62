import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const DOWNLOAD_MS = 600_000;
/** A lock without a living owner and older than this was left behind by a crash, ms. */
const STALE_MS = 5_000;

export const KAFKA_VERSIONS = ['3.9.1', '4.1.0'] as const;
export type KafkaVersion = (typeof KAFKA_VERSIONS)[number];

/** The oldest Java that runs a broker of this version. */
const JAVA_NEEDED: Record<KafkaVersion, number> = { '3.9.1': 11, '4.1.0': 17 };

/**
 * The broker's and its tools' jars, from Maven's repository into the cache folder, once; safe when several ask at once.
 * @returns a Java class path, or why there is none
 */
export async function kafkaJars(version: KafkaVersion): Promise<{ classPath: string } | { reason: string }> {
  const java = await javaVersion();
  if (java === null) return { reason: 'there is no Java here (java -version fails)' };
  const needed = JAVA_NEEDED[version];
  if (java < needed) return { reason: `Kafka ${version} needs Java ${needed} or newer; this is ${java}` };
  const pom = pomOf(version);
  const digest = createHash('sha256').update(pom).digest('hex').slice(0, 8);
  const folder = join(cacheFolder(), `kafka-${version}-${digest}`);
  const found = { classPath: join(folder, '*') };
  if (existsSync(folder)) return found;
  try {
    await run(mvn, ['--version'], { timeout: 60_000, shell: isWindows });
  } catch {
    return { reason: "there is no Maven here (mvn --version fails), and Kafka's jars are not in the cache" };
  }
  await mkdir(cacheFolder(), { recursive: true });
  const unlock = await lock(`${folder}.lock`);
  try {
    if (!existsSync(folder)) await download(pom, folder);
    return found;
  } catch (error) {
    const line = String(error instanceof Error ? error.message : error)
      .split('\n')
      .find((text) => text.includes('ERROR'));
    return { reason: `Maven could not bring Kafka ${version}: ${line ?? String(error)}` };
  } finally {
    await unlock();
  }
}

const isWindows = process.platform === 'win32';
const mvn = isWindows ? 'mvn.cmd' : 'mvn';

export function cacheFolder(): string {
  const { UPTIMER_KAFKA_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (UPTIMER_KAFKA_CACHE) return UPTIMER_KAFKA_CACHE;
  const ofUser =
    process.platform === 'darwin' ? join(homedir(), 'Library/Caches') : join(homedir(), '.cache');
  return join(XDG_CACHE_HOME || LOCALAPPDATA || ofUser, 'uptimer-kafka');
}

/** The major version, or null where there is no Java. */
async function javaVersion(): Promise<number | null> {
  try {
    const { stderr } = await run('java', ['-version'], { timeout: 60_000 });
    const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(stderr) ?? [];
    return first === '1' ? Number(second) : Number(first);
  } catch {
    return null;
  }
}

async function download(pom: string, folder: string): Promise<void> {
  // What a crash left half done; the lock says that nobody works on it.
  for (const name of await readdir(cacheFolder())) {
    const path = join(cacheFolder(), name);
    if (path.startsWith(`${folder}.part-`)) await rm(path, { recursive: true, force: true });
  }
  const work = await mkdtemp(`${folder}.part-`);
  try {
    await writeFile(join(work, 'pom.xml'), pom);
    const jars = join(work, 'jars');
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${jars}`, '-DincludeScope=runtime'];
    await run(mvn, ['--batch-mode', '--quiet', '-f', join(work, 'pom.xml'), ...goal], {
      timeout: DOWNLOAD_MS,
      shell: isWindows,
      maxBuffer: 1 << 26,
    });
    // Whole or not at all: who finds the folder may use it.
    await rename(jars, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function pomOf(version: KafkaVersion): string {
  const dependency = (group: string, artifact: string, of: string) =>
    `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${of}</version></dependency>`;
  const dependencies = [
    dependency('org.apache.kafka', 'kafka_2.13', version),
    dependency('org.apache.kafka', 'kafka-tools', version),
    dependency('org.slf4j', 'slf4j-reload4j', '1.7.36'),
  ];
  return (
    '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>' +
    '<groupId>uptimer</groupId><artifactId>kafka-for-tests</artifactId><version>1</version>' +
    `<packaging>pom</packaging><dependencies>${dependencies.join('')}</dependencies></project>\n`
  );
}

/** Maven's own folder does not stand two at once. @returns what gives the lock back */
async function lock(file: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' });
      return () => rm(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      if (await isStale(file)) await rm(file, { force: true });
      else await sleep(250);
    }
  }
}

async function isStale(file: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(file);
    if (Date.now() - mtimeMs < STALE_MS) return false;
    const owner = Number(await readFile(file, 'utf8'));
    if (owner === 0) return true;
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
