import { resolve } from 'node:path';
import type { ProgramKind } from '../plan/plan-types.ts';
import { type CommandOptions, file, type Resource } from '../resources/constructors.ts';
import { HeldFile, type HeldFiles } from '../resources/held-files.ts';
import type { PresetName } from '../resources/rights.ts';
import { type ParsedOptions, requireUtf8, UsageError } from './options.ts';

const READ: readonly PresetName[] = ['read'];
const WRITE: readonly PresetName[] = ['read', 'write', 'create', 'remove'];

/**
 * Reads the directories and files that options grant.
 *
 * @param held Looks up the paths.
 * @throws UsageError
 */
export function grantedPathsOf(
  given: ParsedOptions,
  kind: ProgramKind,
  held: HeldFiles,
): Pick<CommandOptions, 'directories' | 'files'> {
  const directories = new Map<string, Resource>();
  const files = new Map<string, Resource>();
  const add = (
    text: string,
    presets: readonly PresetName[],
    more: { readonly overlay?: string | true; readonly encrypt?: { readonly file: string } } = {},
  ): void => {
    const { path, at } = pathAndName(text, kind);
    if (kind !== 'linux') requireUtf8('A name that such a program knows', at);
    if (directories.has(at) || files.has(at))
      throw new UsageError(`Two grants name '${at}'; give each a name of its own with PATH:AT`);
    const resource = file(path, { rights: presets, ...more });
    (kind === 'linux' && isFile(path, held) ? files : directories).set(at, resource);
  };
  const execute: readonly PresetName[] = kind === 'linux' ? ['execute'] : [];
  for (const text of given.all('--read')) add(text, [...READ, ...execute]);
  const name = given.get('--overlay-name');
  if (name !== undefined && !given.has('--overlay')) throw new UsageError('--overlay-name needs --overlay');
  const key = given.get('--encrypt-key');
  if ((key === undefined) !== !given.has('--encrypt'))
    throw new UsageError(
      key === undefined
        ? '--encrypt needs --encrypt-key, the file with its key'
        : '--encrypt-key needs --encrypt',
    );
  for (const option of ['--write', '--write-data', '--overlay', '--encrypt'])
    for (const text of given.all(option)) checkThere(option, pathAndName(text, kind).path, held);
  for (const text of given.all('--write')) add(text, [...WRITE, ...execute]);
  for (const text of given.all('--overlay')) add(text, [...WRITE, ...execute], { overlay: name ?? true });
  if (key !== undefined)
    for (const text of given.all('--encrypt'))
      add(text, [...WRITE, ...execute], { encrypt: { file: resolve(key) } });
  for (const text of given.all('--read-data')) add(text, READ);
  for (const text of given.all('--write-data')) add(text, WRITE);
  return { directories, ...(files.size > 0 && { files }) };
}

/** A grant for writing could mean a file or a directory that is to be made, and we make neither. */
function checkThere(option: string, path: string, files: HeldFiles): void {
  if (files.find(resolve(path)) !== undefined) return;
  throw new UsageError(`${option} ${path}: no such file or directory; make it first`);
}

/** The plan says why a path does not resolve. */
function isFile(path: string, files: HeldFiles): boolean {
  const found = files.find(resolve(path));
  return found instanceof HeldFile && !found.stats.isDirectory();
}

/**
 * Splits PATH:AT at the last colon, so that PATH may hold colons when AT is given.
 *
 * @throws UsageError
 */
export function pathAndName(text: string, kind: ProgramKind): { path: string; at: string } {
  const colon = text.lastIndexOf(':');
  const path = colon < 0 ? text : text.slice(0, colon);
  const at = colon < 0 ? text : text.slice(colon + 1);
  if (path === '' || at === '') throw new UsageError(`A directory is given as DIR or DIR:AT, not '${text}'`);
  // A Linux program sees a directory where it is, in any spelling of its path.
  return { path, at: colon < 0 && kind === 'linux' ? resolve(path) : at };
}
