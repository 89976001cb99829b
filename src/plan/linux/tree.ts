import { statSync } from 'node:fs';
import { posix } from 'node:path';
import { hostPath } from '../../host/files/host-path.ts';
import { linkTarget } from '../../host/files/path-trace.ts';
import { MAXSYMLINKS } from '../../linux/limits.ts';
import { quote } from '../../resources/written.ts';
import type { PlannedEntry } from './planned.ts';

/** The end of a path in a program's world. */
export type WorldPlace = {
  /** The path without symbolic links, as the program sees it. */
  readonly at: string;
  /** The path on the host; `undefined` for entries that exist in the world alone. */
  readonly host: string | undefined;
};

/** Counts the steps from the root to a place. Plans ask for it often, so nothing is made for the answer. */
export function depthOf(at: string): number {
  if (at === '/') return 0;
  let depth = 0;
  for (let place = at.indexOf('/'); place >= 0; place = at.indexOf('/', place + 1)) depth++;
  return depth;
}

/** The root of a program while it is planned: its entries, and the targets of paths. */
export class PlannedTree {
  readonly #entries = new Map<string, PlannedEntry>();
  /** Directories that are there because something lies beneath them. */
  readonly #parents = new Set<string>();
  /** The contents of links of the host, as far as there is something at their paths. */
  readonly #hostLinks = new Map<string, string>();
  #sorted: readonly PlannedEntry[] | undefined;

  /** Puts an entry at its place, and replaces an earlier one. */
  put(entry: PlannedEntry): void {
    this.#sorted = undefined;
    this.#entries.set(entry.at, entry);
    for (let at = posix.dirname(entry.at); !this.#parents.has(at); at = posix.dirname(at))
      this.#parents.add(at);
  }

  /** Takes something away again. */
  remove(at: string): void {
    this.#sorted = undefined;
    this.#entries.delete(at);
    this.#parents.clear();
    for (const entry of this.#entries.values()) this.put(entry);
  }

  /** Gives the entry that was put at a place. */
  get(at: string): PlannedEntry | undefined {
    return this.#entries.get(at);
  }

  /** The nearest entry at or above a place. */
  covering(at: string): PlannedEntry | undefined {
    for (let here = at; ; here = posix.dirname(here)) {
      const entry = this.#entries.get(here);
      if (entry !== undefined || here === '/') return entry;
    }
  }

  /**
   * Follows a path as the program would; `undefined` when it does not exist there.
   *
   * @param onLink Called with the place of each symbolic link on the way.
   */
  find(path: string, onLink: (at: string) => void = () => undefined): WorldPlace | undefined {
    const rest = path
      .split('/')
      .filter((step) => step !== '' && step !== '.')
      .reverse();
    let at = '/';
    let followed = 0;
    for (let step = rest.pop(); step !== undefined; step = rest.pop()) {
      if (step === '..') {
        at = posix.dirname(at);
        continue;
      }
      const here = posix.join(at, step);
      const found = this.#look(here);
      if (found === undefined) return undefined;
      if (found === '') {
        at = here;
        continue;
      }
      if (++followed > MAXSYMLINKS) return undefined;
      onLink(here);
      if (found.startsWith('/')) at = '/';
      rest.push(
        ...found
          .split('/')
          .filter((part) => part !== '' && part !== '.')
          .reverse(),
      );
    }
    return { at, host: this.#hostOf(at) };
  }

  /**
   * Says whether a directory of the host is at its own place, or a parent of something that is: relative paths mean
   * there what they mean on the host.
   */
  hasPlace(directory: string): boolean {
    const found = this.find(directory);
    if (found?.host !== undefined) return found.host === directory;
    const beneath = directory === '/' ? directory : `${directory}/`;
    return (
      found?.at === directory &&
      [...this.#entries.values()].some(
        (entry) => entry.kind === 'mount' && entry.path === entry.at && entry.at.startsWith(beneath),
      )
    );
  }

  /**
   * Says why nothing can be mounted at a place; `undefined` when something can. Nothing is made in directories of the
   * host, so that there must be something already.
   */
  noPlaceFor(at: string, directory: boolean): string | undefined {
    const covering = at === '/' ? undefined : this.covering(posix.dirname(at));
    if (covering?.kind === 'proc' && covering.show === 'processes')
      return `it lies in ${quote(covering.at)}, which has the program's processes alone`;
    if (covering?.kind !== 'mount') return undefined;
    const host = posix.join(covering.path, posix.relative(covering.at, at));
    try {
      if (statSync(hostPath(host)).isDirectory() === directory) return undefined;
      return `it lies in ${quote(covering.path)}, which has a ${directory ? 'file' : 'directory'} there`;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      return `it lies in ${quote(covering.path)}, which has nothing there to put it on`;
    }
  }

  /** All that was put, parents before children. */
  entries(): PlannedEntry[] {
    this.#sorted ??= [...this.#entries.values()]
      .map((entry) => ({ entry, depth: depthOf(entry.at) }))
      .sort((a, b) => a.depth - b.depth || (a.entry.at < b.entry.at ? -1 : 1))
      .map(({ entry }) => entry);
    return [...this.#sorted];
  }

  /** Reads the link at a place; an empty text for anything else; `undefined` for nothing. */
  #look(at: string): string | undefined {
    const entry = this.#entries.get(at);
    if (entry !== undefined) return entry.kind === 'symlink' ? entry.target : '';
    const host = this.#hostOf(at);
    const target = host === undefined ? undefined : this.#hostLink(host);
    return target ?? (this.#parents.has(at) ? '' : undefined);
  }

  #hostLink(path: string): string | undefined {
    const known = this.#hostLinks.get(path);
    if (known !== undefined) return known;
    const target = linkTarget(path);
    if (target !== undefined) this.#hostLinks.set(path, target);
    return target;
  }

  #hostOf(at: string): string | undefined {
    const entry = this.covering(at);
    if (entry?.kind !== 'mount') return undefined;
    return posix.join(entry.path, posix.relative(entry.at, at));
  }
}
