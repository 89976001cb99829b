import { isBeneath } from '../../host/files/beneath.ts';
import { realPathOf } from '../../host/files/host-path.ts';
import type { HeldFiles } from '../../resources/held-files.ts';
import { quote } from '../../resources/written.ts';
import { excessOver, excessProblem, type Reach } from '../../worlds/narrower.ts';
import type { PlannedEntry } from './planned.ts';

/** The entries of a world that are left without namespaces, and those that could not be held there. */
export type LoneEntries = {
  readonly kept: PlannedEntry[];
  readonly problems: readonly Note[];
  /** Grants that are held less than they look. */
  readonly warnings: readonly Note[];
};

type Note = Pick<PlannedEntry, 'position' | 'why'> & { readonly message: string };

/** The folder of a host's devices. */
const DEVICES = '/dev';

type Placed = Reach & { readonly entry: PlannedEntry };

/**
 * Leaves out entries that are made for a program, which need namespaces, and finds grants within wider ones:
 * Landlock extends the rights of a directory to everything beneath it. Files of the base within a grant belong to it.
 */
export function withoutNamespaces(entries: readonly PlannedEntry[], files: HeldFiles): LoneEntries {
  const placed = entries.flatMap((entry): Placed[] => {
    if (entry.kind !== 'mount') return [];
    return [{ entry, path: files.real(entry.path), write: entry.access === 'write', execute: entry.execute }];
  });
  const exceeded = new Set<PlannedEntry>();
  const problems = placed.flatMap((inner): Note[] => {
    const { entry } = inner;
    const excess = excessOver(inner, placed);
    if (excess === undefined) return [];
    exceeded.add(entry);
    const { why, position } = entry;
    if (['base', 'library', 'program'].includes(why)) return [];
    return [{ why, position, message: excessProblem(quote(inner.path), excess) }];
  });
  const stays = (entry: PlannedEntry): boolean =>
    (entry.kind === 'mount' && !exceeded.has(entry)) ||
    (entry.kind === 'device' && entry.at === `/dev/${entry.device}`) ||
    (entry.kind === 'pin' && entry.readOnly);
  const warnings = placed
    .filter(({ path }) => isBeneath(DEVICES, path))
    .map(({ entry: { why, position }, path }): Note => {
      const message = `${quote(path)} holds the devices of this host, which Landlock does not tell from other files: the program opens those that its user may open`;
      return { why, position, message };
    });
  return { kept: entries.filter(stays), problems, warnings };
}

/** Follows all links of a path; a missing part stays as it is, and is refused when it is opened. */
export function realPath(path: string): string {
  try {
    return realPathOf(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return path;
    throw error;
  }
}
