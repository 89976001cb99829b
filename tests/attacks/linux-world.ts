// What the attacks on Linux programs share: the attacker, compiled once, and ways to run it in a world.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LinuxErrno } from '../../src/host/errno.ts';
import { isLinuxCall, linuxCallNumber } from '../../src/host/linux-calls.ts';
import { type CommandOptions, command, file } from '../../src/resources/constructors.ts';
import type { ExitReason } from '../../src/run/exit-reason.ts';
import { type LaunchOptions, launch } from '../../src/run/launch.ts';

/** Folders for one suite; `tools` has the attacker, `secret` must never be reached. */
export type Scene = {
  readonly root: string;
  readonly tools: string;
  readonly attacker: string;
  readonly readable: string;
  readonly writable: string;
  readonly secret: string;
};

/** Makes the folders; `undefined` where there is no compiler. */
export function makeScene(): Scene | undefined {
  const root = mkdtempSync(join(tmpdir(), 'linux-attacks-'));
  const scene = {
    root,
    tools: join(root, 'tools'),
    attacker: join(root, 'tools', 'attacker'),
    readable: join(root, 'readable'),
    writable: join(root, 'writable'),
    secret: join(root, 'secret'),
  };
  for (const folder of ['tools', 'readable', 'writable', 'secret']) mkdirSync(join(root, folder));
  const source = fileURLToPath(new URL('../../../tests/attacks/linux-attacker.c', import.meta.url));
  const made = spawnSync('gcc', ['-O1', '-static', '-o', scene.attacker, source]);
  if (made.status !== 0) {
    rmSync(root, { recursive: true });
    return undefined;
  }
  writeFileSync(join(scene.secret, 'file'), 'secret');
  for (const folder of [scene.readable, scene.writable]) {
    writeFileSync(join(folder, 'file'), 'content');
    spawnSync('cp', [scene.attacker, join(folder, 'program')]);
    chmodSync(join(folder, 'program'), 0o755);
    symlinkSync(join(scene.secret, 'file'), join(folder, 'absolute'));
    symlinkSync('../secret/file', join(folder, 'relative'));
  }
  return scene;
}

/** The world of an attack: what can be read at /readable, and changed at /writable; the attacker at /tools. */
export function worldOf(scene: Scene, options: CommandOptions = {}): CommandOptions {
  return {
    base: 'none',
    directories: {
      '/tools': file(scene.tools, { rights: ['read', 'execute'] }),
      '/readable': file(scene.readable, { rights: ['read'] }),
      '/writable': file(scene.writable, { rights: ['read', 'write', 'create', 'remove'] }),
    },
    ...options,
  };
}

/** A call: its name and arguments as linux-attacker.c reads them. */
export type Call = readonly [name: string, ...args: (string | number)[]];

/** Calls as the attacker's command line. */
export function argumentsOf(calls: readonly Call[]): string[] {
  return calls.flatMap(([name, ...args], index) => [
    ...(index === 0 ? [] : [',']),
    isLinuxCall(name) ? String(linuxCallNumber(name)) : name,
    ...args.map(String),
  ]);
}

/** Makes calls inside a world. */
export async function attack(
  scene: Scene,
  calls: readonly Call[],
  world: CommandOptions = worldOf(scene),
  options: LaunchOptions = {},
): Promise<ExitReason> {
  const started = launch(scene.attacker, command({ ...world, arguments: argumentsOf(calls) }), options);
  return started.exited;
}

/** `ok`, the name of the errno that the attacker met, or how else it ended. */
export function outcome(reason: ExitReason): string {
  if (reason.kind === 'signaled') return reason.signal;
  if (reason.kind !== 'exited') return JSON.stringify(reason);
  if (reason.code === 0) return 'ok';
  const found = Object.entries(LinuxErrno).find(([, number]) => number === reason.code);
  return found?.[0] ?? `errno ${reason.code}`;
}
