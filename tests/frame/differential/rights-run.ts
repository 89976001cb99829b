import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { command, file, type PresetName, pipe } from '../../../src/resources/constructors.ts';
import { launch } from '../../../src/run/launch.ts';
import type { RightsCall } from './rights-script.ts';
import { describeTree } from './run.ts';

const MODULE = 'tests/programs/differential/rights.wasm';

/** Results of scripts: a line for each call, the tree that each has left behind, and the rights of the directory. */
export type RightsResult = {
  /** Base and inheriting, as WASI's numbers. */
  readonly root: readonly [base: string, inheriting: string];
  readonly lines: readonly (readonly string[])[];
  readonly trees: readonly string[];
};

/** Runs the interpreter in a folder, with a script as its standard input. */
export type RightsRunner = (folder: string, script: string) => Promise<string>;

/** In a process of ours, with some rights to the folder. */
export function ours(rights: readonly PresetName[]): RightsRunner {
  return async (folder, script) => {
    const stdout = pipe('write');
    const directories = { '/': file(folder, { rights }) };
    const child = launch(MODULE, command({ stdin: file(script), stdout, directories }));
    const [reason, written] = await Promise.all([child.exited, text(stdout.stream)]);
    if (reason.kind !== 'exited' || reason.code !== 0) throw new Error(`It ended: ${JSON.stringify(reason)}`);
    return written;
  };
}

/** With node:wasi, of a program that has given up all but some rights to the directory. */
export function nodeWasi([base, inheriting]: RightsResult['root']): RightsRunner {
  return async (folder, script) => {
    const args = ['rights', base, inheriting];
    const source = `
    import { WASI } from 'node:wasi';
    import { readFileSync } from 'node:fs';
    const wasi = new WASI({ version: 'preview1', args: ${JSON.stringify(args)}, preopens: { '/': ${JSON.stringify(folder)} }, stdin: 0, stdout: 1 });
    const module = await WebAssembly.compile(readFileSync(${JSON.stringify(MODULE)}));
    // From Node 26 on, it takes no number with a sign, as WebAssembly passes that of no descriptor.
    const unsigned = (value) => (typeof value === 'number' ? value >>> 0 : value);
    const calls = Object.fromEntries(Object.entries(wasi.wasiImport).map(([name, call]) => [name, (...values) => call(...values.map(unsigned))]));
    process.exitCode = wasi.start(await WebAssembly.instantiate(module, { wasi_snapshot_preview1: calls }));`;
    const input = openSync(script, 'r');
    const argv = ['--no-warnings', '--input-type=module', '-e', source];
    const { status, stdout, stderr } = spawnSync(process.execPath, argv, {
      stdio: [input, 'pipe', 'pipe'],
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    closeSync(input);
    if (status !== 0) throw new Error(`node:wasi ended with ${status}: ${stderr}`);
    return stdout;
  };
}

/** Lays out the same files for each script, and runs all. */
export async function runRights(
  runner: RightsRunner,
  scripts: readonly (readonly RightsCall[])[],
  room: string,
): Promise<RightsResult> {
  const folder = join(room, 'folder');
  scripts.forEach((_, index) => {
    const own = join(folder, String(index));
    mkdirSync(join(own, 'd'), { recursive: true });
    writeFileSync(join(own, 'f'), 'hello');
    writeFileSync(join(own, 'd', 'e'), 'inner');
    symlinkSync('f', join(own, 'l'));
    symlinkSync('d', join(own, 'ld'));
  });
  const script = join(room, 'script');
  const lines = scripts.flatMap((calls, index) => [['begin', String(index)], ...calls]);
  writeFileSync(script, lines.map((fields) => `${fields.join(' ')}\n`).join(''));
  const written = (await runner(folder, script)).split('\n').slice(0, -1);
  const results: string[][] = [];
  const [, base = '', inheriting = ''] = written.shift()?.split(' ') ?? [];
  for (const line of written) {
    if (line.startsWith('begin')) {
      if (line !== 'begin 0') throw new Error(`A script could not begin: ${line}`);
      results.push([]);
    } else results.at(-1)?.push(line);
  }
  return {
    root: [base, inheriting],
    lines: results,
    trees: scripts.map((_, index) => describeTree(join(folder, String(index)))),
  };
}
