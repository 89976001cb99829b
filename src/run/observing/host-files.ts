import { lstatSync, readlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { hostPath, textOf } from '../../host/files/host-path.ts';
import type { AccessedKind, ObservedAccess } from '../../learning/access.ts';
import { MAXSYMLINKS } from '../../linux/limits.ts';
import type { NamedPath } from './observed-call.ts';

/** Directories whose links have been followed are kept, up to this number. */
const MOST_KEPT = 100_000;

/** The end of a path of the host, as it is now. */
type Found =
  | { readonly kind: AccessedKind; readonly real: string }
  /** Nothing: the nearest directory above it that is there, and the first name that is not. */
  | { readonly kind: 'missing'; readonly above: string; readonly name: string; readonly last?: true };

/** Follows the paths of a program before the kernel makes its calls. */
export class HostFiles {
  /** Directories by the path that was asked for: the path without links. */
  readonly #directories = new Map<string, string>();
  /** Names that the program has made itself, without links: what is beneath them is its own. */
  readonly #made = new Set<string>();

  /** Names the uses of a path that grants are for; none for what the program has made itself. */
  accessesOf(named: NamedPath): readonly ObservedAccess[] | { readonly missing: string } {
    const { path, effect } = named;
    const other = notOfHost(path);
    if (other !== undefined) return other;
    if (effect === 'make' || effect === 'replace' || effect === 'remove') return this.#nameIn(path, effect);
    const found = this.#find(path, !named.noFollow);
    if (found.kind === 'missing') {
      if (!named.makes) return { missing: path };
      this.#made.add(join(found.above, found.name));
      return this.#isOwn(found.above)
        ? []
        : [listNames(found.last ? path : `${found.above}/.`, found.above, found.name)];
    }
    const { real, kind } = found;
    const own = this.#ownAbove(real);
    if (own === undefined) return [{ path, real, kind, use: useOf(effect, kind) }];
    // The directory in which it was made must be one whose files can be started.
    const above = dirname(own);
    return effect === 'execute' ? [{ path: above, real: above, kind: 'directory', use: 'execute' }] : [];
  }

  /** The program makes or removes a name in a directory. */
  #nameIn(
    path: string,
    effect: 'make' | 'replace' | 'remove',
  ): readonly ObservedAccess[] | { readonly missing: string } {
    this.#directories.clear();
    const found = this.#find(path, false);
    if (found.kind === 'missing') {
      if (effect === 'remove') return { missing: path };
      this.#made.add(join(found.above, found.name));
      return this.#isOwn(found.above)
        ? []
        : [listNames(found.last ? path : `${found.above}/.`, found.above, found.name)];
    }
    const { real, kind } = found;
    if (this.#isOwn(real)) return [];
    // The kernel says that it is there already, even where nothing can be made.
    if (effect === 'make') return [{ path, real, kind, use: 'look' }];
    return [listNames(path, dirname(real), basename(real))];
  }

  #isOwn(real: string): boolean {
    return this.#ownAbove(real) !== undefined;
  }

  /** The highest path at or above another that the program has made. */
  #ownAbove(real: string): string | undefined {
    if (this.#made.size === 0) return undefined;
    let found: string | undefined;
    for (let here = real; here !== '/'; here = dirname(here)) if (this.#made.has(here)) found = here;
    return found;
  }

  #find(path: string, follow: boolean): Found {
    const steps = stepsOf(path);
    const last = steps.pop();
    const directory = this.#directory(steps);
    if (typeof directory !== 'string') return directory;
    if (last === undefined) return { kind: 'directory', real: directory };
    const found = this.#step(directory, last, follow);
    return found.kind === 'missing' ? { ...found, last: true } : found;
  }

  /** Follows the steps to a directory, all links included. */
  #directory(steps: readonly string[]): string | Extract<Found, { kind: 'missing' }> {
    const text = `/${steps.join('/')}`;
    const known = this.#directories.get(text);
    if (known !== undefined) return known;
    if (steps.length === 0) return '/';
    const above = this.#directory(steps.slice(0, -1));
    if (typeof above !== 'string') return above;
    const found = this.#step(above, steps[steps.length - 1] ?? '', true);
    if (found.kind === 'missing') return found;
    if (this.#directories.size >= MOST_KEPT) this.#directories.clear();
    this.#directories.set(text, found.real);
    return found.real;
  }

  #step(above: string, step: string, follow: boolean, followed = 0): Found {
    if (step === '..') return { kind: 'directory', real: dirname(above) };
    const here = join(above, step);
    const name = hostPath(here);
    try {
      const stats = lstatSync(name, { throwIfNoEntry: false });
      if (stats === undefined) return { kind: 'missing', above, name: step };
      if (stats.isDirectory()) return { kind: 'directory', real: here };
      if (!stats.isSymbolicLink()) return { kind: kindOf(stats), real: here };
      if (!follow) return { kind: 'other', real: here };
      if (followed >= MAXSYMLINKS) return { kind: 'missing', above, name: step };
      const target = textOf(readlinkSync(name, { encoding: 'buffer' }));
      return this.#followed(target.startsWith('/') ? '/' : above, stepsOf(target), followed + 1);
    } catch {
      return { kind: 'missing', above, name: step };
    }
  }

  #followed(from: string, steps: readonly string[], followed: number): Found {
    let here: Found = { kind: 'directory', real: from };
    for (const step of steps) {
      here = this.#step(here.real, step, true, followed);
      if (here.kind === 'missing') return here;
    }
    return here;
  }
}

/** A program has its own /proc and /dev: the host's say nothing about what it finds there. */
function notOfHost(path: string): readonly ObservedAccess[] | undefined {
  if (/^\/proc(?:\/|$)/.test(path)) return [{ path, real: path, kind: 'other', use: 'look' }];
  if (!/^\/dev\//.test(path)) return undefined;
  const stats = lstatSync(hostPath(path), { throwIfNoEntry: false });
  const device = stats?.isCharacterDevice() || stats?.isBlockDevice();
  return [{ path, real: path, kind: device ? 'device' : 'other', use: device ? 'read' : 'look' }];
}

function listNames(path: string, real: string, name: string): ObservedAccess {
  return { path: dirname(path), real, kind: 'directory', use: 'names', name };
}

function useOf(effect: NamedPath['effect'], kind: AccessedKind): ObservedAccess['use'] {
  if (effect === 'execute') return 'execute';
  if (effect === 'write') return 'write';
  return effect === 'read' && kind !== 'directory' ? 'read' : 'look';
}

function kindOf(stats: ReturnType<typeof lstatSync> & object): AccessedKind {
  if (stats.isFile()) return 'file';
  if (stats.isSocket()) return 'socket';
  return stats.isCharacterDevice() || stats.isBlockDevice() ? 'device' : 'other';
}

function stepsOf(path: string): string[] {
  return path.split('/').filter((step) => step !== '' && step !== '.');
}
