import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Directories that may hold a peer: those of `npm ci --prefix bench/peers`, then PATH. */
const places = [join(root, 'bench/peers/node_modules/.bin'), ...(process.env['PATH'] ?? '').split(delimiter)];

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
