import type { AccessedKind, AccessUse, ObservedAccess } from './access.ts';

/** Everything that a program did with one file or directory. */
export type PathNeed = {
  readonly real: string;
  readonly kind: AccessedKind;
  readonly uses: ReadonlySet<AccessUse>;
  /** The paths by which the program named it. */
  readonly paths: ReadonlySet<string>;
  /** The names that it made or removed in a directory. */
  readonly names: ReadonlySet<string>;
};

type Growing = {
  readonly real: string;
  readonly kind: AccessedKind;
  readonly uses: Set<AccessUse>;
  readonly paths: Set<string>;
  readonly names: Set<string>;
};

/** Collects the uses of each file and directory of the host. */
export class PathNeeds {
  readonly #needs = new Map<string, Growing>();

  /** Adds a use. */
  add({ path, real, kind, use, name }: ObservedAccess): void {
    const known = this.#needs.get(real) ?? {
      real,
      kind,
      uses: new Set<AccessUse>(),
      paths: new Set<string>(),
      names: new Set<string>(),
    };
    known.uses.add(use);
    known.paths.add(path);
    if (name !== undefined) known.names.add(name);
    this.#needs.set(real, known);
  }

  /** All of them, in the order of their paths. */
  all(): readonly PathNeed[] {
    return [...this.#needs.values()].sort((a, b) => (a.real < b.real ? -1 : 1));
  }
}
