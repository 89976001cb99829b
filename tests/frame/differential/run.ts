import { spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { command, file, type PresetName, pipe } from '../../../src/resources/constructors.ts';
import { launch } from '../../../src/run/launch.ts';
import { type Call, scriptText } from './script.ts';

/** Results of scripts: the lines that an interpreter wrote, and the trees that it left behind. */
export type Result = { readonly lines: readonly string[]; readonly tree: readonly string[] };

/** Runs all scripts with one interpreter, in an empty folder. */
export type Interpreter = (folder: string, script: string) => Promise<string>;

const rights: readonly PresetName[] = ['read', 'write', 'create', 'remove'];

/** As an ordinary process. */
export function native(program: string): Interpreter {
  return async (folder, script) => {
    const { status, stdout } = spawnSync(program, [folder], {
      input: readFileSync(script),
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    if (status !== 0) throw new Error(`The interpreter ended with ${status}`);
    return stdout;
  };
}

/** The same program in a world of its own. */
export function linux(program: string): Interpreter {
  return async (folder, script) => {
    const stdout = pipe('write');
    const child = launch(
      program,
      command({
        arguments: ['/folder', 'told'],
        directories: new Map([['/folder', file(folder, { rights })]]),
        stdin: file(script),
        stdout,
      }),
    );
    return ended(child.exited, text(stdout.stream));
  };
}

/** A program that is given the folder, the script and an output: a module, or one in TypeScript. */
export function granted(program: string): Interpreter {
  return async (folder, script) => {
    const output = pipe('write');
    const child = launch(program, { folder: file(folder, { rights }), script: file(script), output });
    return ended(child.exited, text(output.stream));
  };
}

async function ended(exited: ReturnType<typeof launch>['exited'], written: Promise<string>): Promise<string> {
  const [reason, out] = await Promise.all([exited, written]);
  if (reason.kind !== 'exited' || reason.code !== 0)
    throw new Error(`It ended: ${JSON.stringify(reason)} ${out.slice(-300)}`);
  return out;
}

/**
 * Runs scripts.
 *
 * @param room An empty directory of their own.
 */
export async function run(
  interpreter: Interpreter,
  scripts: readonly (readonly Call[])[],
  room: string,
): Promise<Result> {
  const folder = join(room, 'folder');
  mkdirSync(folder, { recursive: true });
  const script = join(room, 'script');
  writeFileSync(script, scriptText(scripts));
  const lines = (await interpreter(folder, script)).split('\n').slice(0, -1);
  return { lines, tree: scripts.map((_, index) => describeTree(join(folder, String(index)))) };
}

/** All that is beneath a directory: names, kinds, permissions, number of links, contents. */
export function describeTree(root: string): string {
  const lines: string[] = [];
  const visit = (path: string): void => {
    const { mode, nlink } = lstatSync(path);
    const kind = mode & 0o170000;
    const content =
      kind === 0o100000 ? readFileSync(path, 'latin1') : kind === 0o120000 ? readlinkSync(path) : '';
    const links = kind === 0o040000 ? '' : ` ${nlink}`;
    lines.push(`${relative(root, path)} ${mode.toString(8)}${links} ${content}`);
    if (kind === 0o040000) for (const name of readdirSync(path).sort()) visit(join(path, name));
  };
  visit(root);
  return lines.join('\n');
}
