import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Libraries of Python, and the command of wasmtime, that `npm ci --prefix bench/peers` installs where there is a Python. */
const libraries = join(root, 'bench/peers/node_modules/.python');

/** Directories that may hold a peer: those of `npm ci --prefix bench/peers`, then PATH. */
const places = [
  join(root, 'bench/peers/node_modules/.bin'),
  join(libraries, 'wasmtime_cli'),
  ...(process.env['PATH'] ?? '').split(delimiter),
];

const present: Record<string, string> = {};
const missing: Record<string, string> = {};

/** Says which peers took part, by name to version, and which did not, by name to reason. */
export function foundPeers(): {
  readonly peers: Readonly<Record<string, string>>;
  readonly absent: Readonly<Record<string, string>>;
} {
  return { peers: present, absent: missing };
}

/** Notes that a peer takes part. */
export function notePeer(name: string, version: string): void {
  present[name] = version;
}

/** Notes that a peer does not take part, also on standard error. */
export function noteAbsent(name: string, reason: string): void {
  delete present[name];
  missing[name] = reason;
  console.error(`Left out: ${name}, ${reason}`);
}

/** Returns the first number with dots in a text, as versions are printed; the empty string if there is none. */
export function versionIn(text: string): string {
  return /\d+(?:\.\d+)+/.exec(text)?.[0] ?? '';
}

/** Finds the executable of a peer and its version; `undefined`, and noted as absent, where it is not installed. */
export function peer(name: string): string | undefined {
  const found = places.map((place) => join(place, name)).find((path) => existsSync(path));
  if (found === undefined) noteAbsent(name, 'not installed');
  else notePeer(name, versionIn(spawnSync(found, ['--version'], { encoding: 'utf8' }).stdout ?? ''));
  return found;
}

/** Finds the interpreter of Python itself, as `python3` may be a script that looks for it; noted as absent if there is none. */
export function python(): string | undefined {
  const say = ['-c', 'import sys; print(sys.executable, sys.version.split()[0])'];
  const { status, stdout } = spawnSync('python3', say, { encoding: 'utf8' });
  const [path, version = ''] = status === 0 ? stdout.trim().split(' ') : [];
  if (path === undefined) noteAbsent('python3', 'not installed');
  else notePeer('python3', version);
  return path;
}

/**
 * Finds a library of Python.
 *
 * @param name The name of the peer.
 * @param distribution The name in bench/peers/requirements.txt, which has its version, too.
 * @returns The environment in which `python3` finds it; `undefined`, and noted as absent, where it is not installed.
 */
export function pythonPeer(name: string, distribution: string): NodeJS.ProcessEnv | undefined {
  const requirements = readFileSync(join(root, 'bench/peers/requirements.txt'), 'utf8');
  const [, version = ''] = new RegExp(`^${distribution}==(.*)$`, 'm').exec(requirements) ?? [];
  const folder = distribution.replaceAll('-', '_');
  if (!existsSync(join(libraries, folder))) {
    noteAbsent(name, 'not installed');
    return undefined;
  }
  notePeer(name, version);
  return { ...process.env, PYTHONPATH: libraries, PYTHONDONTWRITEBYTECODE: '1' };
}
