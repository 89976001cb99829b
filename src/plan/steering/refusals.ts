import { readlinkSync } from 'node:fs';
import { Filetype } from '../../abi/generated/constants.ts';
import { isBeneath } from '../../host/files/beneath.ts';
import { FdResource } from '../../resources/fd.ts';
import { FileResource } from '../../resources/file.ts';
import type { Mistakes } from '../../resources/mistake.ts';
import type { Checked, Resource } from '../../resources/resource.ts';
import { namesOfRights } from '../../resources/rights.ts';
import { quote } from '../../resources/written.ts';
import type { GrantSlot } from '../slots.ts';
import type { Overlap, SteeringCheck } from './overlaps.ts';

/** Rights with which nothing on the host is changed. */
const HARMLESS =
  /^(?:fd_(?:read|seek|tell|sync|datasync)|file_(?:advise|open|readdir|readlink|stat_get|stat_fget)|mem_map(?:_exec)?|poll_.*|proc_exec|sock_.*)$/;

/** Says in one line why something must not be granted for writing. */
export function steeringProblem(shown: string, { kind, place }: Overlap, subject: string): string {
  const { path, what, whenMissing } = place;
  const then = 'files there decide how later programs are started';
  if (kind === 'within')
    return `Cannot grant ${quote(shown)} for writing: it lies in ${quote(path)} (${what}), and ${then}; grant another directory`;
  const why =
    whenMissing === 'refuse'
      ? `${quote(path)} is missing (${what}), and a program could make it; install cloudabi anew`
      : `it holds ${quote(path)} (${what}), ${then}, and it cannot be withheld from ${subject}; grant directories that do not hold it`;
  return `Cannot grant ${quote(shown)} for writing: ${why}`;
}

/**
 * Refuses to grant descriptors through which later launches could be steered.
 *
 * @param subject The program, for messages: `a WebAssembly module`.
 */
export function refuseSteering(
  slots: readonly GrantSlot[],
  checked: readonly (Checked | undefined)[],
  check: SteeringCheck,
  mistakes: Mistakes,
  subject: string,
): void {
  for (const [index, { resource, place }] of slots.entries()) {
    const found = checked[index];
    if (resource === undefined || found === undefined || !isFile(found) || !canChange(found)) continue;
    const path = pathOf(resource);
    const shown = resource instanceof FileResource ? resource.path : (path ?? '');
    const at = resource instanceof FileResource ? resource.pathPosition : resource.position;
    if (path !== undefined && showsProcesses(check, path))
      mistakes.add(
        `Cannot grant ${quote(shown)} for writing: it holds files of processes (/proc/PID/mem), through which ${subject} could change its own memory and look outside; grant it for reading`,
        at,
        place,
      );
    const [overlap] = path === undefined ? [] : check.overlapsOf(path);
    if (path === undefined || overlap === undefined) continue;
    mistakes.add(steeringProblem(shown, overlap, subject), at, place);
  }
}

/** Tells whether a path holds, or lies in, a file system of processes. */
function showsProcesses(check: SteeringCheck, path: string): boolean {
  const real = check.realPathOf(path);
  if (real === undefined) return false;
  return check.mounts.some(
    ({ type, point }) =>
      type === 'proc' && (isBeneath(real, point) || (real !== '/' && isBeneath(point, real))),
  );
}

function isFile({ type }: Checked): boolean {
  return type === Filetype.directory || type === Filetype.regular_file;
}

function canChange({ base, inheriting }: Checked): boolean {
  return [...namesOfRights(base), ...namesOfRights(inheriting)].some((name) => !HARMLESS.test(name));
}

/** Finds the path of a granted file; of a descriptor of ours by its link in proc(5). */
function pathOf(resource: Resource): string | undefined {
  if (resource instanceof FileResource) return resource.absolute;
  if (!(resource instanceof FdResource)) return undefined;
  try {
    const path = readlinkSync(`/proc/self/fd/${resource.number}`);
    return path.startsWith('/') ? path : undefined;
  } catch {
    return undefined;
  }
}
