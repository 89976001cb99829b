import { Filetype } from '../../abi/generated/constants.ts';
import { oneOf } from '../../resources/fields.ts';
import type { FileResource } from '../../resources/file.ts';
import { HeldFile } from '../../resources/held-files.ts';
import type { Checked } from '../../resources/resource.ts';
import type { PresetName } from '../../resources/rights.ts';
import { grantIn, type Spelling } from '../../resources/spelling.ts';
import { quote } from '../../resources/written.ts';
import { deviceProblem } from './device-grant.ts';
import type { MountType, PlannedMount } from './planned.ts';

/** Rights that change a directory; the host's kernel has one switch for all of them. */
const CHANGING = ['write', 'create', 'remove'] as const satisfies readonly PresetName[];

/** The place of a grant in a program's world, and the file that it names. */
export type GrantPlace = {
  readonly at: string;
  /** The object itself, as it was looked up. */
  readonly file: HeldFile | string | undefined;
  readonly spelling: Spelling;
};

/**
 * Says how a granted file or directory is mounted, or why the host cannot hold its rights.
 *
 * @param checked The result of its check.
 */
export function mountOfGrant(
  grant: FileResource,
  checked: Checked,
  { at, file, spelling }: GrantPlace,
): PlannedMount | { readonly problem: string } {
  const { presets, names } = grant.rights;
  const path = quote(grant.path);
  const [name] = names;
  if (name !== undefined)
    return {
      problem: `Right '${name}' is finer than the host can hold for a Linux program; use ${oneOf(['read', 'write', 'create', 'remove', 'execute'])}`,
    };
  if (presets.includes('append'))
    return {
      problem: `Right 'append' cannot be held for a Linux program, which could also cut ${path}; grant 'write', or let it write into a pipe`,
    };
  if (!presets.includes('read'))
    return { problem: `A Linux program can read all that it sees; add 'read' to the rights on ${path}` };
  const type = typeOfGrant(checked.type);
  const changing = CHANGING.filter((right) => presets.includes(right));
  if (type === 'directory' && changing.length > 0 && changing.length < CHANGING.length) {
    const missing = CHANGING.filter((right) => !changing.includes(right));
    return {
      problem: `The host holds 'write', 'create' and 'remove' for a directory together only; add ${missing.map(quote).join(' and ')} to the rights on ${path}`,
    };
  }
  const access = presets.includes('write') ? 'write' : 'read';
  const problem =
    type === 'device' && file instanceof HeldFile
      ? deviceProblem(file.name, grant.path, access, spelling)
      : undefined;
  if (problem !== undefined) return { problem };
  return {
    kind: 'mount',
    at,
    path: grant.absolute,
    type,
    access,
    execute: presets.includes('execute'),
    file: undefined,
    ...(presets.includes('create') && type === 'file' && file === undefined && { create: true }),
    ...(grant.overlay !== undefined && { overlay: grant.overlay }),
    ...(grant.encrypt !== undefined && { encrypt: grant.encrypt }),
  };
}

function typeOfGrant(type: Filetype): MountType {
  if (type === Filetype.directory) return 'directory';
  return type === Filetype.regular_file ? 'file' : 'device';
}

/** Says why a descriptor cannot be handed to a Linux program as it was granted; `undefined` when it can. */
export function descriptorProblem(checked: Checked, place: string, spelling: Spelling): string | undefined {
  // Through a descriptor of a directory, `..` leads out of it.
  if (checked.type === Filetype.directory)
    return `A directory cannot be ${place} of a Linux program, which could leave it through '..'; ${grantIn('directories', spelling)}`;
  return undefined;
}
