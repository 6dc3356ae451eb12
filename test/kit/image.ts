import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { basename, join, matchesGlob, relative } from 'node:path';
import { promisify } from 'node:util';
import { execForm, type Instruction, pairsOf, parseDockerfile, type Stage } from './dockerfile.ts';
import { type ScratchRoot, scratchRoot } from './scratch-root.ts';

/*
 * Builds an image without an engine: each instruction of the Dockerfile is carried out in a scratch root, and what a
 * container would be started with comes out. In place of the base image stands a minimal Debian with the Node and npm of
 * this machine's packages.
 */

const run = promisify(execFile);

/** What an engine keeps of an image beside its files. */
export interface Image {
  readonly root: ScratchRoot;
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly uid: number;
  readonly cwd: string;
  readonly volumes: readonly string[];
  readonly stopSignal: string;
  readonly health: readonly string[];
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
}

interface Build {
  readonly context: string;
  readonly stages: Map<string, ScratchRoot>;
  /** To be removed when the build is over. */
  readonly roots: Set<ScratchRoot>;
  readonly report: (line: string) => void;
}

/** Runs all stages of `context`/Dockerfile; only the root of the last one is left. */
export async function buildImage(context: string, report: (line: string) => void): Promise<Image> {
  const build: Build = { context, stages: new Map(), roots: new Set(), report };
  try {
    let image: Image | undefined;
    for (const stage of parseDockerfile(readFileSync(join(context, 'Dockerfile'), 'utf8'))) {
      image = await buildStage(build, stage);
      if (stage.name !== undefined) build.stages.set(stage.name, image.root);
    }
    if (image === undefined) throw new Error('the Dockerfile has no FROM');
    build.roots.delete(image.root);
    return image;
  } finally {
    for (const root of build.roots) await root.remove();
  }
}

async function buildStage(build: Build, stage: Stage): Promise<Image> {
  build.report(`FROM ${stage.image}`);
  let image: Image = { ...EMPTY, root: await baseImage() };
  build.roots.add(image.root);
  for (const instruction of stage.instructions) {
    build.report(`${instruction.keyword} ${instruction.text}`);
    const carryOut = INSTRUCTIONS[instruction.keyword];
    if (carryOut === undefined) throw new Error(`this builder does not know ${instruction.keyword}`);
    image = { ...image, ...(await carryOut(image, instruction, build)) };
  }
  return image;
}

const EMPTY: Omit<Image, 'root'> = {
  ...{ env: {}, labels: {}, uid: 0, cwd: '/', volumes: [], stopSignal: 'SIGTERM' },
  ...{ health: [], entrypoint: [], command: [] },
};

type CarryOut = (
  image: Image,
  instruction: Instruction,
  build: Build,
) => Partial<Image> | Promise<Partial<Image>>;

const INSTRUCTIONS: Readonly<Record<string, CarryOut>> = {
  WORKDIR: async ({ root }, { text }) => {
    await mkdir(root.path(text), { recursive: true });
    return { cwd: text };
  },
  COPY: copy,
  RUN: runStep,
  ENV: ({ env }, { text }) => ({ env: { ...env, ...pairsOf(text) } }),
  LABEL: ({ labels }, { text }) => ({ labels: { ...labels, ...pairsOf(text) } }),
  USER: (_image, { text }) => ({ uid: Number.parseInt(text, 10) }),
  VOLUME: ({ volumes }, { text }) => ({ volumes: [...volumes, text] }),
  EXPOSE: () => ({}),
  STOPSIGNAL: (_image, { text }) => ({ stopSignal: text }),
  HEALTHCHECK: (_image, { text }) => ({ health: execForm(text.replace(/^CMD /, '')) }),
  ENTRYPOINT: (_image, { text }) => ({ entrypoint: execForm(text) }),
  CMD: (_image, { text }) => ({ command: execForm(text) }),
};

async function runStep({ root, env, uid, cwd }: Image, { text }: Instruction, { report }: Build) {
  await mkdir(root.path('/root/.npm'), { recursive: true });
  const { stdout: cache } = await run('npm', ['config', 'get', 'cache']);
  const { stdout: registry } = await run('npm', ['config', 'get', 'registry']);
  const output = await root.must(['sh', '-c', text], {
    ...{ uid, cwd },
    // The packages that this machine has had from the registry before; the image sees nothing of it later.
    shared: existsSync(cache.trim()) ? { '/root/.npm': cache.trim() } : {},
    env: { ...env, npm_config_registry: registry.trim(), npm_config_prefer_offline: 'true' },
  });
  if (output.trim() !== '') report(output.trim());
  return {};
}

async function copy(image: Image, { flags, text }: Instruction, { context, stages }: Build) {
  const parts = text.split(/\s+/);
  const to = join(image.root.path(image.cwd), parts.pop() ?? '');
  const stage = flags['from'] === undefined ? undefined : stages.get(flags['from']);
  if (stage === undefined) for (const part of parts) await take(context, part, to);
  else for (const part of parts) await run('cp', ['-aT', stage.path(part), to]);
  return {};
}

/**
 * A file goes into the folder under its name; a folder gives its content. As from a clone on a hardened machine (umask
 * 027): nobody else may read it.
 */
async function take(context: string, part: string, to: string): Promise<void> {
  const source = join(context, part);
  const target = statSync(source).isFile() ? join(to, basename(part)) : to;
  await cp(source, target, { recursive: true, verbatimSymlinks: true, filter: sent(context) });
  await run('chmod', ['-R', 'o=', target]);
}

/** What .dockerignore lets into the build: the last line that fits a path, or a folder above it, decides. */
function sent(context: string): (path: string) => boolean {
  const rules = readFileSync(join(context, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ keep: line.startsWith('!'), pattern: line.replace(/^!/, '') }));
  return (path) => {
    const name = relative(context, path);
    const folders = name.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));
    const fits = ({ pattern }: { pattern: string }) => folders.some((folder) => matchesGlob(folder, pattern));
    return rules.findLast(fits)?.keep ?? true;
  };
}

/** The stand-in for `node:…-bookworm-slim`: Debian, the libraries that Node needs, Node, npm. */
async function baseImage(): Promise<ScratchRoot> {
  const root = await scratchRoot();
  await root.must(['sh', '-c', 'dpkg -i /var/cache/apt/archives/libatomic1_*.deb']);
  await cp(process.execPath, root.path('/usr/local/bin/node'));
  // …/npm/bin/npm-cli.js, wherever this machine has it.
  const { stdout } = await run('sh', ['-c', 'realpath "$(command -v npm)"']);
  const here = join(stdout.trim(), '../..');
  await cp(here, root.path('/usr/local/lib/node_modules/npm'), { recursive: true, verbatimSymlinks: true });
  await root.must(['ln', '-s', '../lib/node_modules/npm/bin/npm-cli.js', '/usr/local/bin/npm']);
  await cp('/etc/resolv.conf', root.path('/etc/resolv.conf'));
  return root;
}
