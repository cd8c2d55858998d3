import { DockerfileParser, type Copy, type Dockerfile, type Instruction } from 'dockerfile-ast';
import { execFileSync } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildContext } from '../deploy/context.ts';
import { root } from '../deploy/files.ts';

/** What the last stage of a Dockerfile says, and where its files are. */
export interface Image {
  /** The folder that stands for `/`. */
  files: string;
  env: Record<string, string>;
  entrypoint: string[];
  command: string[];
  health: string[];
  user: { uid: number; gid: number };
}

interface Stage {
  files: string;
  workdir: string;
  env: Record<string, string>;
  said: Map<string, string>;
}

/**
 * Does below `folder` what the Dockerfile of the checkout says, without a builder: each stage is a folder instead of an
 * image, so its RUN lines use this machine's Node.js and shell, and what a base image brings is missing.
 */
export function buildImage(folder: string): Image {
  const checkout = fileURLToPath(root);
  const context = join(folder, 'context');
  for (const path of buildContext()) copy(join(checkout, path), join(context, path));
  const dockerfile = DockerfileParser.parse(readFileSync(join(checkout, 'Dockerfile'), 'utf8'));
  const stages = new Map<string, Stage>();
  let stage: Stage | undefined;
  for (const instruction of dockerfile.getInstructions()) {
    if (instruction.getKeyword() === 'FROM') {
      const name = words(instruction)[2] ?? 'last';
      const files = join(folder, name);
      mkdirSync(files, { recursive: true });
      stage = { files, workdir: '/', env: {}, said: new Map() };
      stages.set(name, stage);
      continue;
    }
    const copies = dockerfile.getCOPYs().filter((each) => each === instruction);
    const filesFrom = (name: string | null) => (name === null ? context : filesOf(stages, name));
    for (const each of copies) copyAs(each, stage as Stage, filesFrom);
    if (copies.length === 0) follow(instruction, stage as Stage);
  }
  return describe(stage as Stage, dockerfile);
}

function follow(instruction: Instruction, stage: Stage): void {
  const keyword = instruction.getKeyword();
  const [first = ''] = words(instruction);
  if (keyword === 'WORKDIR') {
    stage.workdir = first;
    mkdirSync(stage.files + first, { recursive: true });
  } else if (keyword === 'RUN') {
    const command = instruction.getArgumentsContent()?.replace(/\\\n/g, '') ?? '';
    execFileSync('/bin/sh', ['-c', command], { cwd: stage.files + stage.workdir, stdio: ['ignore', 2, 2] });
  } else if (keyword === 'ENV') {
    Object.assign(stage.env, Object.fromEntries(words(instruction).map((each) => each.split('=', 2))));
  } else {
    stage.said.set(keyword, instruction.getArgumentsContent() ?? '');
  }
}

/** A folder is copied as its content, as Docker does; who owns it is kept where this is run by root. */
function copyAs(instruction: Copy, stage: Stage, filesFrom: (name: string | null) => string): void {
  const flags = Object.fromEntries(instruction.getFlags().map((flag) => [flag.getName(), flag.getValue()]));
  const from = filesFrom(flags['from'] ?? null);
  const paths = words(instruction);
  const target = paths.at(-1) as string;
  const place = join(stage.files, target.startsWith('/') ? target : join(stage.workdir, target));
  for (const path of paths.slice(0, -1)) {
    const source = join(from, path);
    const isFile = !statSync(source).isDirectory();
    copy(source, isFile ? join(place, basename(path)) : place);
  }
  const [uid, gid] = (flags['chown'] ?? '').split(':').map(Number);
  if (uid !== undefined && gid !== undefined && process.getuid?.() === 0) chownSync(place, uid, gid);
}

function describe({ files, env, said }: Stage, dockerfile: Dockerfile): Image {
  const list = (text: string | undefined) => JSON.parse(text ?? '') as string[];
  const [health] = dockerfile.getHEALTHCHECKs();
  const [uid = NaN, gid = NaN] = (said.get('USER') ?? '').split(':').map(Number);
  return {
    files,
    env,
    entrypoint: list(said.get('ENTRYPOINT')),
    command: list(said.get('CMD')),
    health: list(/CMD (\[.*\])$/.exec(health?.getArgumentsContent() ?? '')?.[1]),
    user: { uid, gid },
  };
}

function filesOf(stages: Map<string, Stage>, name: string): string {
  const stage = stages.get(name);
  if (stage === undefined) throw new Error(`there is no stage ${name}`);
  return stage.files;
}

function words(instruction: Instruction): string[] {
  return instruction.getArguments().map((each) => each.getValue());
}

function copy(from: string, to: string): void {
  if (!existsSync(dirname(to))) mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
}
