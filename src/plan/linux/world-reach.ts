import { posix } from 'node:path';
import type { PlannedEntry } from './planned.ts';
import { PlannedTree } from './tree.ts';

/** The thing that a program finds at a path in its world. */
export type ReachedPlace = {
  /** The path of the host behind it, without links; `undefined` for what exists in the world alone. */
  readonly host: string | undefined;
  /** True if it can be changed; of a directory, if names can be made in it. */
  readonly write: boolean;
  readonly execute: boolean;
};

/** Follows paths in a planned world as its program would; nothing is started. */
export class WorldReach {
  readonly #tree = new PlannedTree();
  readonly #parents = new Set<string>(['/']);

  constructor(entries: readonly PlannedEntry[]) {
    for (const entry of entries) {
      if (entry.kind === 'pin' && this.#tree.get(entry.at) !== undefined) continue;
      this.#tree.put(entry);
      for (let at = posix.dirname(entry.at); at !== '/'; at = posix.dirname(at)) this.#parents.add(at);
    }
  }

  /** Follows an absolute path; `undefined` when the program finds nothing there. */
  at(path: string): ReachedPlace | undefined {
    const found = this.#tree.find(path);
    if (found === undefined) return this.#inMemory(path);
    const entry = this.#tree.covering(found.at);
    switch (entry?.kind) {
      case 'mount':
        return { host: found.host, write: entry.access === 'write', execute: entry.execute };
      case 'tmpfs':
        return { host: undefined, write: true, execute: entry.execute };
      case 'device':
      case 'console':
      case 'terminals':
        return { host: undefined, write: true, execute: false };
      case 'proc':
        return { host: undefined, write: entry.show !== 'processes' && entry.attributes, execute: false };
      case 'pin':
        return { host: found.at, write: !entry.readOnly, execute: true };
      case undefined:
        return this.#parents.has(found.at) ? { host: undefined, write: false, execute: false } : undefined;
      default:
        return { host: undefined, write: false, execute: false };
    }
  }

  /** A path beneath a file system of the program's own, whose files are not planned. */
  #inMemory(path: string): ReachedPlace | undefined {
    for (let above = posix.dirname(path); ; above = posix.dirname(above)) {
      const found = this.#tree.find(above);
      if (found === undefined && above !== '/') continue;
      const entry = found && this.#tree.covering(found.at);
      if (entry?.kind !== 'proc' || entry.at === '/') return undefined;
      return { host: undefined, write: entry.show !== 'processes', execute: false };
    }
  }
}
