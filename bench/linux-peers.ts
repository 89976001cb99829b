// Peers that start a Linux program, with grants like those of the base `system` as far as each can be told: the
// programs and libraries of the host, a /tmp, /dev and /proc of its own, no network.
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { noteAbsent, peer, pythonPeer } from './peers.ts';

const here = fileURLToPath(new URL('../../bench/peers/', import.meta.url));

/** A tool that starts a program by its command line. */
export type Wrapper = { readonly name: string; readonly path: string; readonly arguments: readonly string[] };

const BWRAP = [
  ...['--ro-bind', '/usr', '/usr', '--symlink', 'usr/bin', '/bin', '--symlink', 'usr/lib', '/lib'],
  ...['--symlink', 'usr/lib64', '/lib64', '--ro-bind', '/etc/alternatives', '/etc/alternatives'],
  ...['--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp', '--unshare-all', '--die-with-parent'],
  ...['--new-session', '--clearenv', '--setenv', 'PATH', '/usr/bin'],
];
const FIREJAIL = [
  ...['--quiet', '--noprofile', '--private-dev', '--private-tmp', '--net=none', '--caps.drop=all'],
  '--seccomp',
];

const ARGUMENTS = { bwrap: BWRAP, firejail: FIREJAIL, srt: [] } as const;

/** Finds a wrapper, if it is installed and can start a program for this user; otherwise notes it as absent. */
export function wrapper(name: keyof typeof ARGUMENTS, program: readonly string[]): Wrapper | undefined {
  const path = peer(name);
  if (path === undefined) return undefined;
  const before = ARGUMENTS[name];
  const { status, stderr } = spawnSync(path, [...before, ...program], { encoding: 'utf8' });
  if (status === 0) return { name, path, arguments: before };
  noteAbsent(name, `does not start a program here: ${stderr.trim().split('\n')[0] ?? ''}`);
  return undefined;
}

/** Finds all wrappers that are installed and can start a program for this user. */
export function wrappers(...program: readonly string[]): Wrapper[] {
  const names = ['bwrap', 'firejail', 'srt'] as const;
  return names.map((name) => wrapper(name, program)).filter((found) => found !== undefined);
}

/** A library of Python that starts a program, held by a process that does so whenever it is asked. */
export type PythonPeer = {
  readonly name: string;
  /** Starts the program once; milliseconds within Python. Rejects when the program or the process has failed. */
  readonly run: () => Promise<number>;
  readonly end: () => void;
};

/** Libraries, by the name of their package. */
const LIBRARIES = { sandlock: 'sandlock', nono: 'nono-py' };

function ask(child: ChildProcessWithoutNullStreams): () => Promise<number> {
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async () => {
    child.stdin.write('\n');
    const { value = 'Python has ended' }: { value?: string } = await lines.next();
    const taken = Number(value);
    if (Number.isNaN(taken)) throw new Error(value);
    return taken;
  };
}

/** Starts a process for each library of Python that is installed and works here. */
export async function pythonPeers(): Promise<PythonPeer[]> {
  const found: PythonPeer[] = [];
  for (const [name, library] of Object.entries(LIBRARIES)) {
    const env = pythonPeer(name, library);
    if (env === undefined) continue;
    const child = spawn('python3', [join(here, 'launch.py'), name], { env });
    child.once('error', () => child.stdin.destroy());
    child.stdin.on('error', () => child.kill());
    const run = ask(child);
    try {
      await run();
      found.push({ name, run, end: () => child.kill() });
    } catch (error) {
      noteAbsent(name, `does not work here: ${error instanceof Error ? error.message : error}`);
      child.kill();
    }
  }
  return found;
}
