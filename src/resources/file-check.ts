import { accessSync, constants, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { Filetype } from '../abi/generated/constants.ts';
import { isBeneath } from '../host/files/beneath.ts';
import { hostPath } from '../host/files/host-path.ts';
import { fileTypeRights } from '../kernel/filetype-rights.ts';
import { NO_RIGHTS } from '../kernel/rights.ts';
import { errnoMeaning } from '../linux/errno.ts';
import type { SecretSource } from '../requests/secret.ts';
import { oneOf } from './fields.ts';
import { fileType, look, reasonOf } from './file-kind.ts';
import type { HeldFile } from './held-files.ts';
import type { NameRules } from './name-rules.ts';
import type { Position } from './position.ts';
import type { CheckContext, Checked } from './resource.ts';
import {
  accessOf,
  directoryRights,
  fileRights,
  type GrantedRights,
  intersection,
  rightsSet,
  union,
  type WrittenRights,
} from './rights.ts';
import { quote } from './written.ts';

/**
 * The answer to nothing at the path of a grant: it is a mistake; the grant is left out; or an empty directory is made, and
 * without a directory to make it in the grant is left out.
 */
export type WhenMissing = 'refuse' | 'leave_out' | 'make';
/** Changes of a directory that are kept aside (`overlay`). */
export type OverlayGrant = {
  /** The name by which they are told from others of the same directory; `undefined` for the ones without. */
  readonly name: string | undefined;
  readonly position: Position | undefined;
};

/** The encryption of a directory on the host (`encrypt`). */
export type EncryptGrant = {
  /** The source of its key. */
  readonly from: SecretSource;
  readonly position: Position | undefined;
};

/** A grant of a file as it was written, and where. */
export type FileGrant = {
  /** The path as it was written. */
  readonly path: string;
  /** The same, absolute. */
  readonly absolute: string;
  readonly rights: WrittenRights;
  readonly missing: WhenMissing;
  readonly position: Position | undefined;
  /** The places of the path and the rights, for mistakes about them. */
  readonly pathPosition: Position | undefined;
  readonly rightsPosition: Position | undefined;
  /** The names beneath a directory that a Linux program finds; all of them when left out. */
  readonly names?: NameRules;
  /** Keeps changes aside, so that the directory stays as it is; `undefined` for a grant that does not. */
  readonly overlay: OverlayGrant | undefined;
  /** Has files encrypted on the host; `undefined` for a grant of the files themselves. */
  readonly encrypt: EncryptGrant | undefined;
};

/** Our kernel works on the directory itself, so that its programs would change it. */
const OVERLAY_PROBLEM =
  "Changes can be kept aside ('overlay') in directories of a Linux program only; programs in WebAssembly, TypeScript or JavaScript work on the directory itself, and so does a descriptor";

/** The file system that decrypts is mounted in the world of a Linux program. */
const ENCRYPT_PROBLEM =
  "Files can be encrypted ('encrypt') in directories of a Linux program only; grant others a directory of a file system that is encrypted itself";

/** Finds out whether a file can be granted as written, without opening it for its contents. */
export function checkFile(grant: FileGrant, context: CheckContext): Checked | undefined {
  const { path, absolute, rights, pathPosition, rightsPosition } = grant;
  const { files, mistakes, place } = context;
  const wrongPath = (reason: string): undefined => {
    mistakes.add(`Cannot grant ${quote(path)}: ${reason}`, pathPosition, place);
  };
  const wrongRights = (reason: string): undefined => {
    mistakes.add(reason, rightsPosition, place);
  };

  if (grant.overlay !== undefined && context.overlays !== true) {
    mistakes.add(OVERLAY_PROBLEM, grant.overlay.position, place);
    return undefined;
  }
  if (grant.encrypt !== undefined && context.overlays !== true) {
    mistakes.add(ENCRYPT_PROBLEM, grant.encrypt.position, place);
    return undefined;
  }
  const create = rights.presets.includes('create');
  const held = files.find(absolute);
  if (typeof held === 'string') return wrongPath(held);
  const stats = held?.stats;
  const problem = stats === undefined ? missing(path, absolute, create) : wrongKind(stats, path);
  if (problem !== undefined) return wrongPath(problem);
  const type = (stats && fileType(stats)) ?? Filetype.regular_file;

  if (type === Filetype.directory && rights.presets.includes('append'))
    return wrongRights(`Right 'append' is for files only, ${quote(path)} is a directory`);
  const granted = type === Filetype.directory ? directoryRights(rights) : fileRights(rights, type);
  if (isEmpty(granted))
    return wrongRights(
      `Rights ${oneOf([...rights.presets, ...rights.names])} alone give nothing on a file, add 'read', 'write' or 'append'`,
    );
  const useful = fileTypeRights(type);
  const useless = rights.names.find((name) => {
    const right = rightsSet([name]);
    return isEmpty({
      base: intersection(right, useful.base),
      inheriting: intersection(right, useful.inheriting),
    });
  });
  if (useless !== undefined) return wrongRights(`Right '${useless}' has no use for ${quote(path)}, a file`);

  const denied = held && permission(held, type, granted);
  if (denied !== undefined) return wrongPath(denied);
  warn(grant, type, granted, context);
  return {
    description: describe(grant, type, stats === undefined),
    type,
    ...granted,
    appends: rights.presets.includes('append'),
  };
}

function isEmpty({ base, inheriting }: GrantedRights): boolean {
  const { low, high } = union(base, inheriting);
  return low === NO_RIGHTS.low && high === NO_RIGHTS.high;
}

function missing(path: string, absolute: string, create: boolean): string | undefined {
  if (!create) return errnoMeaning(2);
  if (path.endsWith('/')) return "no such directory, and 'create' makes files only";
  const parent = look(dirname(absolute));
  if (typeof parent === 'string') return parent;
  if (parent === undefined) return `no such directory as ${quote(dirname(absolute))} to create it in`;
  if (!parent.isDirectory()) return `${quote(dirname(absolute))} is not a directory`;
  try {
    accessSync(hostPath(dirname(absolute)), constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return `it cannot be created, ${reasonOf(error)}`;
  }
}

function wrongKind(stats: Stats, path: string): string | undefined {
  if (stats.isSocket()) return 'it is a UNIX socket: grant a socket that connects to it';
  if (stats.isFIFO()) return 'it is a pipe with a name: open it and grant its descriptor';
  if (path.endsWith('/') && !stats.isDirectory()) return errnoMeaning(20);
  return undefined;
}

/** Finds a right that the host's permissions withhold from us, so that opening is going to fail. */
function permission({ name }: HeldFile, type: Filetype, { base }: GrantedRights): string | undefined {
  const { reads, writes } = accessOf(base);
  let mode = reads || type === Filetype.directory ? constants.R_OK : constants.F_OK;
  if (writes && type !== Filetype.directory) mode |= constants.W_OK;
  try {
    accessSync(name, mode);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

function describe({ absolute, rights }: FileGrant, type: Filetype, created: boolean): string {
  const what = type === Filetype.directory ? 'Directory' : type === Filetype.regular_file ? 'File' : 'Device';
  const how = [...rights.presets, ...rights.names].join(', ');
  return `${what} ${absolute} (${how}${created ? ', will be created' : ''})`;
}

function warn(
  grant: FileGrant,
  type: Filetype,
  granted: GrantedRights,
  { program, warn }: CheckContext,
): void {
  const { absolute, path, rights } = grant;
  if (absolute === '/') warn("Grants the host's whole file system");
  const changes = rights.presets.some((name) => name === 'write' || name === 'create' || name === 'remove');
  const writes = accessOf(union(granted.base, granted.inheriting)).writes;
  if (program !== undefined && (changes || writes)) {
    if (type === Filetype.directory && isBeneath(program.path, absolute))
      warn(`Directory ${quote(path)} can be changed and holds the program itself`);
    else if (program.path === absolute) warn('The program can change its own file');
  }
  if (rights.names.length > 0)
    warn(
      `Rights listed one by one (${rights.names.join(', ')}) are finer than the host's: where they differ from reading and writing, our kernel alone enforces them, and for a Linux program a filter that knows the descriptor by its number`,
    );
}
