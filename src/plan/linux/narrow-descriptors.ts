import { Filetype } from '../../abi/generated/constants.ts';
import { FdResource } from '../../resources/fd.ts';
import { FileResource } from '../../resources/file.ts';
import type { Mistakes } from '../../resources/mistake.ts';
import type { Checked, Resource } from '../../resources/resource.ts';
import { accessOf, namesOfRights, type RightName } from '../../resources/rights.ts';
import type { Right } from '../../walls/descriptor-rights.ts';
import type { CallGroup } from '../../worlds/call-groups.ts';
import type { NarrowDescriptor } from '../../worlds/narrow-filter.ts';
import type { GrantSlot } from '../slots.ts';

/** The rights of the ABI that a filter holds together, because the host's calls do not tell them apart. */
const together: Readonly<Partial<Record<Right, readonly RightName[]>>> = {
  read: ['fd_read'],
  write: ['fd_write'],
  seek: ['fd_seek', 'fd_tell'],
  truncate: ['file_allocate', 'file_stat_fput_size'],
  sync: ['fd_datasync', 'fd_sync'],
  stat: ['file_stat_fget'],
  map: ['mem_map'],
};

/** Rights that no filter holds alone, and the reasons. */
const inseparable: Readonly<Partial<Record<RightName, string>>> = {
  file_stat_fput_times: 'the same calls change mode and owner',
  mem_map_exec: "a mapping can become executable later; grant the file in 'files' with 'execute'",
  proc_exec: "programs are started by path; grant the file in 'files' with 'execute'",
};

/** The facts about the rest of a plan that narrow descriptors depend on. */
export type NarrowContext = {
  /** True if Landlock keeps the files from being opened again through /proc. */
  readonly landlock: boolean;
  readonly calls: readonly CallGroup[];
  /** True if the program reaches UNIX sockets by path. */
  readonly unixSockets: boolean;
  readonly mistakes: Mistakes;
};

/** Tells whether a grant gives less than the access mode of its descriptor. */
export function isNarrow(resource: Resource | undefined, checked: Checked): resource is FileResource {
  if (!(resource instanceof FileResource) || checked.type === Filetype.directory) return false;
  return resource.rights.names.length > 0 || resource.rights.presets.includes('append');
}

/** The rights of a narrow descriptor, as the filter has them. */
export function narrowRights(checked: Checked): readonly Right[] {
  const names = new Set(namesOfRights(checked.base));
  return Object.entries(together).flatMap(([right, all]) =>
    all.every((name) => names.has(name)) ? [right as Right] : [],
  );
}

/** Finds the descriptors of a program that a filter must hold; adds a mistake for each that it cannot. */
export function narrowDescriptors(
  slots: readonly GrantSlot[],
  checked: readonly (Checked | undefined)[],
  context: NarrowContext,
): readonly NarrowDescriptor[] {
  const { mistakes } = context;
  return slots.flatMap(({ descriptor, place, resource }, index) => {
    const found = checked[index];
    if (found === undefined || !isNarrow(resource, found)) return [];
    const problem = problemOf(found) ?? problemAround(context, hasUnixSocket(slots, checked));
    if (problem !== undefined) mistakes.add(problem, resource.position, place);
    const names = namesOfRights(found.base);
    return {
      number: descriptor,
      rights: narrowRights(found),
      flags: names.includes('fd_stat_put_flags'),
      writable: accessOf(found.base).writes,
    };
  });
}

function problemOf({ base }: Checked): string | undefined {
  const names = new Set(namesOfRights(base));
  for (const all of Object.values(together)) {
    const missing = all.filter((name) => !names.has(name));
    if (missing.length === 0 || missing.length === all.length) continue;
    const given = all.find((name) => names.has(name));
    return `Right '${given}' of a descriptor of a Linux program is held together with '${missing.join("' and '")}' only; grant both or neither`;
  }
  for (const [name, why] of Object.entries(inseparable))
    if (names.has(name)) return `Right '${name}' cannot be held for a descriptor of a Linux program: ${why}`;
  return undefined;
}

/** Ways by which a file could get another number. */
function problemAround({ landlock, calls, unixSockets }: NarrowContext, unix: boolean): string | undefined {
  const begin = 'Rights that are finer than reading and writing hold for a descriptor of a Linux program';
  if (!landlock)
    return `${begin} only where Landlock keeps it from being opened again; leave them out on this host and with these system calls`;
  if (unixSockets || unix)
    return `${begin} without UNIX sockets alone, through which it could be sent to itself; grant 'read' or 'write', or no UNIX socket`;
  if (calls.includes('debug'))
    return `${begin} without the group 'debug' alone, whose calls take descriptors out of other processes`;
  return undefined;
}

/**
 * Tells whether a program is handed a socket through which descriptors come back to it. A standard stream of the launcher is
 * none: its other end is with the user, who may have all that the program has.
 */
function hasUnixSocket(slots: readonly GrantSlot[], checked: readonly (Checked | undefined)[]): boolean {
  return slots.some(({ resource }, index) => {
    const found = checked[index];
    if (resource instanceof FdResource && resource.stream !== undefined) return false;
    return found !== undefined && isSocket(found) && namesOfRights(found.inheriting).includes('file_open');
  });
}

function isSocket({ type }: Checked): boolean {
  return type === Filetype.socket_stream || type === Filetype.socket_dgram;
}
