// Exercises every instruction of the Dockerfile without a container engine: each stage is a temporary folder, COPY copies what
// git tracks and .dockerignore lets through, RUN and the health check run for real, and the entry point has to measure.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const repository = join(dirname(fileURLToPath(import.meta.url)), '..');
const home = mkdtempSync(join(tmpdir(), 'uptimer-image-'));
const isRoot = process.getuid?.() === 0;
/** The conventional nobody: the image's own user does not exist here. */
const NOBODY = 65_534;
const say = (text) => process.stdout.write(`${text}\n`);

/** Instructions with their line continuations joined, comments dropped. */
function instructionsOf(text) {
  return text
    .split('\n')
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join('\n')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => {
      const [, name, rest] = /^(\w+)\s+(.*)$/.exec(line.trim()) ?? [];
      if (name === undefined) throw new Error(`not an instruction: ${line}`);
      return { name: name.toUpperCase(), rest };
    });
}

/** What the build context holds: tracked files that .dockerignore lets through. */
function contextFiles() {
  const ignored = readFileSync(join(repository, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(
      (pattern) =>
        new RegExp(`^${pattern.replace(/[.+?^$()|[\]{}\\]/g, '\\$&').replace(/\*/g, '[^/]*')}(/|$)`),
    );
  return execFileSync('git', ['ls-files', '-z'], { cwd: repository, encoding: 'utf8' })
    .split('\0')
    .filter((name) => name !== '' && !ignored.some((pattern) => pattern.test(name)));
}

function copyFromContext(stage, sources, destination) {
  const files = contextFiles();
  for (const source of sources) {
    const wanted = source.replace(/^\.\//, '').replace(/\/$/, '');
    const found = files.filter((name) => name === wanted || name.startsWith(`${wanted}/`));
    if (found.length === 0) throw new Error(`COPY: the build context has no ${source}`);
    for (const name of found) {
      // A folder's content goes into the destination, a file goes under its own name.
      const inside = name === wanted ? name.split('/').at(-1) : relative(wanted, name);
      const target =
        destination.endsWith('/') || name !== wanted
          ? join(pathIn(stage, destination), inside)
          : pathIn(stage, destination);
      mkdirSync(dirname(target), { recursive: true });
      cpSync(join(repository, name), target);
    }
  }
}

const pathIn = (stage, path) =>
  path.startsWith('/') ? join(stage.root, path) : join(stage.root, stage.workdir, path);
/** Absolute paths of the image, as they are called here. */
const mapped = (stage, text) =>
  text.replace(
    /(^|[\s"'=:])\/(app|data)(?=$|[\s"'/:])/g,
    (_all, before, name) => `${before}${join(stage.root, name)}`,
  );
const environmentOf = (stage) => ({ ...process.env, API_URL: '', ...stage.env });

function run(stage, command) {
  // There is no such user here: what the image gives to its user is given to the one used below.
  const here = mapped(stage, command).replace(
    /chown node:node/g,
    isRoot ? `chown ${NOBODY}:${NOBODY}` : 'true',
  );
  const { status } = spawnSync('sh', ['-c', here], {
    cwd: join(stage.root, stage.workdir),
    env: environmentOf(stage),
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new Error(`RUN failed with ${status}: ${command}`);
}

function build() {
  const stages = new Map();
  let stage = null;
  for (const { name, rest } of instructionsOf(readFileSync(join(repository, 'Dockerfile'), 'utf8'))) {
    say(`${name} ${rest}`);
    if (name === 'FROM') {
      const [, image, , alias] = /^(\S+)(\s+AS\s+(\S+))?$/i.exec(rest) ?? [];
      if (image === undefined) throw new Error(`FROM: ${rest}`);
      stage = {
        root: join(home, String(stages.size)),
        workdir: '/',
        env: {},
        user: 'root',
        health: null,
        entry: null,
      };
      mkdirSync(stage.root, { recursive: true });
      stages.set(alias ?? `stage-${stages.size}`, stage);
    } else if (stage === null) throw new Error(`${name} before FROM`);
    else if (name === 'WORKDIR') {
      stage.workdir = rest;
      mkdirSync(join(stage.root, rest), { recursive: true });
    } else if (name === 'ENV') {
      for (const pair of rest.split(/\s+/))
        stage.env[pair.split('=')[0]] = pair.split('=').slice(1).join('=');
    } else if (name === 'COPY') {
      const words = rest.split(/\s+/);
      const from = words[0].startsWith('--from=') ? words.shift().slice('--from='.length) : null;
      const destination = words.pop();
      if (from === null) copyFromContext(stage, words, destination);
      else {
        for (const source of words) {
          const origin = join(stages.get(from)?.root ?? '', source);
          if (!existsSync(origin)) throw new Error(`COPY: stage ${from} has no ${source}`);
          const into = statSync(origin).isDirectory()
            ? pathIn(stage, destination)
            : join(pathIn(stage, destination), source.split('/').at(-1));
          cpSync(origin, into, { recursive: true, verbatimSymlinks: true });
        }
      }
    } else if (name === 'RUN') run(stage, rest);
    else if (name === 'USER') stage.user = rest;
    else if (name === 'VOLUME') {
      if (!existsSync(join(stage.root, rest))) throw new Error(`VOLUME: ${rest} was never made`);
    } else if (name === 'HEALTHCHECK') stage.health = JSON.parse(rest.slice(rest.indexOf('CMD') + 3));
    else if (name === 'ENTRYPOINT') stage.entry = JSON.parse(rest);
    else throw new Error(`an instruction that this script does not know: ${name}`);
  }
  return stage;
}

/** Runs a command of the image as its user. */
function options(stage) {
  const user = stage.user === 'root' || !isRoot ? {} : { uid: NOBODY, gid: NOBODY };
  return {
    cwd: join(stage.root, stage.workdir),
    env: {
      ...environmentOf(stage),
      HOME: stage.root,
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    },
    ...user,
  };
}

const words = (stage, command) =>
  command.map((word) => (word.startsWith('/') ? join(stage.root, word) : word));

function checkHealth(stage) {
  const [program, ...args] = words(stage, stage.health);
  const { status, stderr } = spawnSync(program, args, { ...options(stage), encoding: 'utf8' });
  return { status, stderr };
}

async function exercise(stage) {
  if (stage.user === 'root') throw new Error('the image runs as root');
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    response.end('ok');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const [program, ...args] = words(stage, stage.entry);
  const child = spawn(
    program,
    [...args, '--port', '0', '--flush', '1s', '--url', `http://127.0.0.1:${server.address().port}/`],
    { ...options(stage), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  const ended = new Promise((resolve) => child.once('close', resolve));
  const until = async (what, holds) => {
    for (const end = Date.now() + 20_000; !holds(); ) {
      if (Date.now() > end || child.exitCode !== null)
        throw new Error(`${what} did not come about:\n${output}`);
      await new Promise((resume) => setTimeout(resume, 100));
    }
    say(`ok: ${what}`);
  };
  try {
    await until('the address is printed', () => /listening on http:/.test(output));
    await until('the service is probed', () => requests > 2);
    const raw = join(stage.root, 'data/datalake/lake1_raw');
    await until(
      'probes stand in the lake',
      () =>
        existsSync(raw) &&
        readdirSync(raw, { recursive: true }).some((name) => String(name).endsWith('.parquet')),
    );
    const healthy = checkHealth(stage);
    if (healthy.status !== 0) throw new Error(`the health check failed: ${healthy.stderr}`);
    say('ok: the health check says healthy');
    child.kill('SIGTERM');
    const code = await Promise.race([ended, new Promise((resume) => setTimeout(resume, 5000, 'no end'))]);
    if (code !== 0) throw new Error(`SIGTERM: ${code} within 5 s`);
    say('ok: SIGTERM ends it with 0 within 5 s');
    const gone = checkHealth(stage);
    if (gone.status !== 1 || gone.stderr.trim().split('\n').length !== 1)
      throw new Error(`the health check of a stopped engine: ${gone.status} ${gone.stderr}`);
    say('ok: the health check says unhealthy, in one line');
  } finally {
    child.kill('SIGKILL');
    server.close();
  }
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    rmSync(home, { recursive: true, force: true });
    process.exit(1);
  });
}
try {
  const stage = build();
  // The image's folders are readable to all; a temporary folder is not.
  if (isRoot) chmodSync(home, 0o755);
  await exercise(stage);
  say('every instruction of the Dockerfile was exercised');
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(home, { recursive: true, force: true });
}
