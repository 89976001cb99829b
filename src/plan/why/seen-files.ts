import { posix } from 'node:path';
import { isBeneath } from '../../host/files/beneath.ts';
import { realPathOf } from '../../host/files/host-path.ts';
import { linkTarget } from '../../host/files/path-trace.ts';
import { MAXSYMLINKS } from '../../linux/limits.ts';
import { isNothing } from '../../resources/file-kind.ts';
import type { PlannedEntry, PlannedLinux } from '../linux/planned.ts';
import { PlannedTree } from '../linux/tree.ts';

/** Something in a program's world that is pinned. */
type Pin = Extract<PlannedEntry, { kind: 'pin' }>;

/** The end of a path in a program's world, which need not exist. */
export type SeenPlace = {
  /** Without symbolic links, as far as there is something. */
  readonly at: string;
  /** The same on the host; `undefined` where the host has no part in it. */
  readonly host: string | undefined;
  /** The nearest thing at or above it; `undefined` for directories that lead to others. */
  readonly entry: Exclude<PlannedEntry, Pin> | undefined;
  /** The part that is withheld from writing within that entry, and holds this place. */
  readonly withheld: Pin | undefined;
  /** The steps of the path, from its end, that name nothing yet. */
  readonly missing: number;
};

/** The files of a program's world, as its plan says. */
export class SeenFiles {
  readonly #tree = new PlannedTree();
  readonly #pins: readonly Pin[];
  readonly #linux: PlannedLinux;

  constructor(linux: PlannedLinux) {
    this.#linux = linux;
    this.#pins = linux.entries.flatMap((entry) => (entry.kind === 'pin' && entry.readOnly ? [entry] : []));
    for (const entry of linux.entries) if (entry.kind !== 'pin') this.#tree.put(entry);
  }

  /** Follows a path as the program would. */
  find(path: string): SeenPlace {
    const absolute = path.startsWith('/') ? path : `${this.#linux.workingDirectory}/${path}`;
    return this.#linux.walls === 'all' ? this.#inWorld(absolute) : this.#onHost(absolute);
  }

  #inWorld(path: string, links = 0): SeenPlace {
    const steps = path.split('/').filter((step) => step !== '' && step !== '.');
    for (let missing = 0; ; missing++) {
      const above = `/${steps.slice(0, steps.length - missing).join('/')}`;
      const found = this.#tree.find(above);
      if (found === undefined) continue;
      const rest = steps.slice(steps.length - missing);
      // A link whose target is missing: open(2) makes the target itself.
      const [name = '', ...beyond] = rest;
      const link = found.host === undefined ? undefined : linkTarget(posix.join(found.host, name));
      if (link && missing > 0 && links < MAXSYMLINKS)
        return this.#inWorld([link.startsWith('/') ? '' : found.at, link, ...beyond].join('/'), links + 1);
      const at = posix.join(found.at, ...rest);
      const host = found.host === undefined ? undefined : posix.join(found.host, ...rest);
      return this.#place(at, host, missing);
    }
  }

  /** Without namespaces, a path is one of the host. */
  #onHost(path: string, links = 0): SeenPlace {
    for (let missing = 0, above = path, rest = ''; ; missing++) {
      try {
        const at = posix.join(realPathOf(above), rest);
        return this.#place(at, at, missing);
      } catch (error) {
        const link = linkTarget(above);
        if (link && links < MAXSYMLINKS)
          return this.#onHost(
            posix.join(link.startsWith('/') ? '' : posix.dirname(above), link, rest),
            links + 1,
          );
        if (!isNothing(error) || above === '/') return this.#place(path, path, missing);
        rest = posix.join(posix.basename(above), rest);
        above = posix.dirname(above);
      }
    }
  }

  #place(at: string, host: string | undefined, missing: number): SeenPlace {
    const entry = this.#linux.walls === 'all' ? this.#tree.covering(at) : this.#nearest(at);
    const covering = entry?.kind === 'pin' ? undefined : entry;
    const withheld = this.#pins.find(
      (pin) => isBeneath(at, pin.at) && pin.at.length >= (covering?.at.length ?? 0),
    );
    return { at, host, entry: covering, withheld, missing };
  }

  /** Landlock knows files, so that a grant whose path has links is where they lead. */
  #nearest(at: string): PlannedEntry | undefined {
    return this.#linux.entries
      .filter((entry) => entry.kind !== 'pin' && isBeneath(at, realOf(entry)))
      .toSorted((a, b) => realOf(b).length - realOf(a).length)[0];
  }
}

function realOf(entry: PlannedEntry): string {
  if (entry.kind !== 'mount') return entry.at;
  try {
    return realPathOf(entry.path);
  } catch {
    return entry.path;
  }
}
