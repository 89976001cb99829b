import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { resolve } from 'node:path';
import { Filetype } from '../abi/generated/constants.ts';
import { getFlags, StatusFlags, setFlags } from '../host/files.ts';
import { Fields, type ReadContext } from './fields.ts';
import { checkFile } from './file-check.ts';
import { fileType } from './file-kind.ts';
import { readRights } from './file-rights.ts';
import { ResourceError } from './mistake.ts';
import { type CheckContext, type Checked, type OpenedResource, type Position, Resource } from './resource.ts';
import { accessOf, directoryRights, fileRights, type GrantedRights, type WrittenRights } from './rights.ts';
import { quote, type Written } from './written.ts';

/** What a file grant says, and where. */
export type FileGrant = {
  /** As it was written. */
  readonly path: string;
  /** Absolute. */
  readonly absolute: string;
  readonly rights: WrittenRights;
  readonly position: Position | undefined;
  /** Where the path and the rights stand, for mistakes about them. */
  readonly pathPosition: Position | undefined;
  readonly rightsPosition: Position | undefined;
};

/** Opening must neither wait (a pipe with a name put there meanwhile) nor take a terminal. */
const ALWAYS = constants.O_NONBLOCK | constants.O_NOCTTY;

/** Node's table of constants lacks it; the same on x86-64 and aarch64. */
const O_PATH = StatusFlags.path;

/** `!file`: a file, a directory or a device, found by its path once, before the program starts. */
export class FileResource extends Resource {
  readonly kind = 'file';
  readonly grant: FileGrant;

  constructor(grant: FileGrant) {
    super(grant.position);
    this.grant = Object.freeze(grant);
    Object.freeze(this);
  }

  override check(context: CheckContext): Checked | undefined {
    return checkFile(this.grant, context);
  }

  override open(): OpenedResource {
    const { absolute, path, rights, position } = this.grant;
    const create = rights.presets.includes('create');
    // A path that is a directory is found out by trying: what is opened is what counts, not what was checked.
    const directory = tryDirectory(absolute, create);
    if (directory !== undefined) {
      if (rights.presets.includes('append')) {
        closeSync(directory);
        throw new ResourceError(`${quote(path)} is a directory, 'append' is for files only`, position);
      }
      return { host: directory, type: Filetype.directory, ...directoryRights(rights) };
    }
    const wanted = fileRights(rights, Filetype.regular_file);
    const host = openSync(absolute, openFlags(wanted, rights), 0o666);
    const type = fileType(fstatSync(host));
    if (type === undefined || type === Filetype.directory) {
      closeSync(host);
      throw new ResourceError(`${quote(path)} is no file, directory or device`, position);
    }
    const flags = getFlags(host);
    if ((flags & O_PATH) === 0) setFlags(host, flags & ~constants.O_NONBLOCK);
    return { host, type, ...fileRights(rights, type) };
  }
}

/** Opens a directory; `undefined` when the path is something else, or nothing yet and is to be created. */
function tryDirectory(absolute: string, create: boolean): number | undefined {
  try {
    return openSync(absolute, constants.O_RDONLY | constants.O_DIRECTORY | ALWAYS);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOTDIR' || (code === 'ENOENT' && create)) return undefined;
    throw error;
  }
}

function openFlags({ base }: GrantedRights, { presets }: WrittenRights): number {
  const { reads, writes } = accessOf(base);
  const append = presets.includes('append') ? constants.O_APPEND : 0;
  const create = presets.includes('create') ? constants.O_CREAT : 0;
  if (!reads && !writes) return O_PATH;
  const mode = reads && writes ? constants.O_RDWR : writes ? constants.O_WRONLY : constants.O_RDONLY;
  return mode | append | create | ALWAYS;
}

/** Reads the contents of `!file` or the arguments of `file()`. */
export function readFile(written: Written, context: ReadContext): FileResource | undefined {
  const fields = Fields.read(written, ['path', 'rights'], context);
  if (fields === undefined) return undefined;
  if (!fields.has('path')) fields.missing('path', 'the path of a file or directory');
  const path = fields.text('path');
  const rights = readRights(fields, context);
  if (path === undefined || rights === undefined) return undefined;
  return new FileResource({
    path,
    absolute: resolve(context.directory, path),
    rights,
    position: context.position,
    pathPosition: fields.at('path'),
    rightsPosition: fields.at('rights'),
  });
}
