import { posix, resolve } from 'node:path';
import { isBeneath } from '../../host/files/beneath.ts';
import { realPathOf } from '../../host/files/host-path.ts';
import { FileResource } from '../../resources/file.ts';
import { look } from '../../resources/file-kind.ts';
import { quote } from '../../resources/written.ts';
import type { Grant, ServedPlan } from '../plan-types.ts';
import { Wall } from '../wall-names.ts';
import { granted, refused } from './answers.ts';
import { lineOfGrant } from './lines.ts';
import { grantServed } from './mend.ts';
import { permissionProblem } from './permission.ts';
import type { Mend, PathAccess, PathUse, UseAnswer } from './use.ts';

/** The right for each access to a file. */
const needed: Readonly<Record<PathAccess, string>> = {
  read: 'fd_read',
  write: 'fd_write',
  exec: 'proc_exec',
};

/** A granted file or directory, and the path of the host that is asked about. */
type Found = { readonly grant: Grant; readonly resource: FileResource; readonly path: string };

/**
 * Answers about a path of a program that our kernel serves. A program with `!command` names it as it sees it, by the name
 * of a directory; any other has descriptors without names, so that the path is one of the host.
 */
export function answerServedPath(plan: ServedPlan, use: PathUse): UseAnswer {
  const by = [Wall.lookup, Wall.seccomp, Wall.landlock];
  if (use.kind === 'exec' && (plan.kind === 'node' || plan.command !== undefined))
    return refused('such a program starts no others', undefined, [Wall.seccomp], undefined);
  const found = find(plan, use.path);
  if (found === undefined) return refused('nothing grants it', undefined, by, mendFor(use.kind, use.path));
  const { grant, resource, path } = found;
  const line = lineOfGrant(grant);
  const inside = path !== resource.absolute;
  const escaped = inside && !staysBeneath(path, resource.absolute);
  if (escaped) return refused('a link on the way leads out of the granted directory', line, by, undefined);
  const rights = inside ? grant.rights.inheriting : grant.rights.base;
  const stats = look(path);
  const isDirectory = typeof stats === 'object' && stats.isDirectory();
  const right = isDirectory ? (use.kind === 'read' ? 'file_readdir' : 'file_create_file') : needed[use.kind];
  const creates = stats === undefined && use.kind === 'write';
  for (const one of creates ? [right, 'file_create_file'] : [right])
    if (!rights.includes(one))
      return refused(
        `its rights lack ${quote(one)}`,
        line,
        enforcedBy(grant),
        widen(grant, resource, use.kind, creates || isDirectory),
      );
  if (stats === undefined && !creates)
    return refused(`there is nothing at ${quote(path)} on the host`, line, [], undefined);
  const problem = permissionProblem(
    creates ? posix.dirname(path) : path,
    use.kind === 'exec' ? 'read' : use.kind,
  );
  if (problem !== undefined)
    return refused(`the host does not permit it: ${problem}`, line, [Wall.permissions], undefined);
  return granted(creates ? 'it can be made there' : 'it is granted', line, by);
}

function enforcedBy({ enforcement }: Grant): readonly string[] {
  return [...new Set(enforcement.flatMap(({ by }) => by))];
}

function find(plan: ServedPlan, path: string): Found | undefined {
  const { command, grants } = plan;
  if (command === undefined) {
    const absolute = resolve(path);
    return nearest(
      grants.flatMap((grant): Found[] =>
        grant.resource instanceof FileResource && isBeneath(absolute, grant.resource.absolute)
          ? [{ grant, resource: grant.resource, path: absolute }]
          : [],
      ),
    );
  }
  const asked = posix.normalize(path);
  return nearest(
    [...command.preopens].flatMap(([descriptor, name]): Found[] => {
      const grant = grants[descriptor];
      const directory = posix.normalize(name);
      if (!(grant?.resource instanceof FileResource)) return [];
      const { resource } = grant;
      if (directory === '.' && !asked.startsWith('/') && !asked.startsWith('..'))
        return [{ grant, resource, path: posix.join(resource.absolute, asked) }];
      if (!isBeneath(asked, directory)) return [];
      return [{ grant, resource, path: posix.join(resource.absolute, asked.slice(directory.length)) }];
    }),
  );
}

function nearest(found: readonly Found[]): Found | undefined {
  return found.toSorted((a, b) => b.resource.absolute.length - a.resource.absolute.length)[0];
}

/** Lookups end at links that lead out of a directory; the first part that is missing ends the look. */
function staysBeneath(path: string, directory: string): boolean {
  for (let here = path; isBeneath(here, directory); here = posix.dirname(here)) {
    try {
      return isBeneath(realPathOf(here), realPathOf(directory));
    } catch {
      // Nothing is there yet.
    }
  }
  return false;
}

function mendFor(kind: PathAccess, path: string): Mend | undefined {
  const stats = look(resolve(path));
  if (typeof stats === 'object') return grantServed(kind, stats.isDirectory() ? path : posix.dirname(path));
  return kind === 'write' && typeof look(posix.dirname(resolve(path))) === 'object'
    ? grantServed(kind, posix.dirname(path))
    : undefined;
}

function widen({ place, position }: Grant, { path }: FileResource, kind: PathAccess, creates: boolean): Mend {
  const preset = kind === 'exec' ? "'execute'" : creates ? "'write' and 'create'" : `'${kind}'`;
  const where = place === '' ? 'the tree' : place;
  const option = kind === 'write' && position === undefined ? grantServed(kind, path).option : undefined;
  return { option: option && `${option} instead`, yaml: `add ${preset} to the rights of ${where}` };
}
