import { closeSync, constants, fstatSync, openSync, type Stats } from 'node:fs';
import { resolve } from 'node:path';
import { Filetype } from '../abi/generated/constants.ts';
import { getFlags, setFlags } from '../host/files/files.ts';
import { hostPath } from '../host/files/host-path.ts';
import { O_PATH } from '../linux/open-flags.ts';
import { Fields, type ReadContext } from './fields.ts';
import {
  checkFile,
  type EncryptGrant,
  type FileGrant,
  type OverlayGrant,
  type WhenMissing,
} from './file-check.ts';
import { fileType } from './file-kind.ts';
import { readEncrypt, readOverlay, readRights } from './file-rights.ts';
import { HeldFile } from './held-files.ts';
import { ResourceError } from './mistake.ts';
import { type NameRules, readNameRules } from './name-rules.ts';
import type { Position } from './position.ts';
import {
  type CheckContext,
  type Checked,
  type OpenContext,
  type OpenedResource,
  Resource,
} from './resource.ts';
import { accessOf, directoryRights, fileRights, type GrantedRights, type WrittenRights } from './rights.ts';
import { quote, type Written } from './written.ts';

/** Opening must neither wait (a pipe with a name put there meanwhile) nor take a terminal. */
const ALWAYS = constants.O_NONBLOCK | constants.O_NOCTTY;

/** `!file`: a file, a directory or a device, found by its path once, before the program starts. */
export class FileResource extends Resource implements FileGrant {
  readonly kind = 'file';
  readonly path: string;
  readonly absolute: string;
  readonly rights: WrittenRights;
  readonly missing: WhenMissing;
  readonly pathPosition: Position | undefined;
  readonly rightsPosition: Position | undefined;
  readonly names?: NameRules;
  readonly overlay: OverlayGrant | undefined;
  readonly encrypt: EncryptGrant | undefined;

  constructor(grant: FileGrant) {
    super(grant.position);
    this.path = grant.path;
    this.absolute = grant.absolute;
    this.rights = grant.rights;
    this.missing = grant.missing;
    this.pathPosition = grant.pathPosition;
    this.rightsPosition = grant.rightsPosition;
    if (grant.names !== undefined) this.names = grant.names;
    this.overlay = grant.overlay;
    this.encrypt = grant.encrypt;
    Object.freeze(this);
  }

  override check(context: CheckContext): Checked | undefined {
    return checkFile(this, context);
  }

  override label(): string {
    return quote(this.path);
  }

  override open({ files }: OpenContext, type: Filetype): OpenedResource {
    const { absolute, rights } = this;
    const found = files.find(absolute);
    // A file that may have to be made is opened by its path: in a sticky directory such as /tmp, the kernel then refuses
    // a file of another user (proc_sys_fs(5), protected_regular).
    const mayMake = type !== Filetype.directory && rights.presets.includes('create');
    const isHeld = found instanceof HeldFile && !mayMake;
    const path = isHeld ? found.name : hostPath(absolute);
    if (type === Filetype.directory) {
      const host = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | ALWAYS);
      return { host, type, ...directoryRights(rights) };
    }
    const granted = fileRights(rights, type);
    const host = openSync(path, openFlags(granted, rights), 0o666);
    if (found instanceof HeldFile && !isSame(fstatSync(host), found.stats)) {
      closeSync(host);
      const reason = 'was replaced by another file after it had been checked';
      throw new ResourceError(`${this.label()} ${reason}`, this.position);
    }
    const flags = getFlags(host);
    if ((flags & O_PATH) === 0) setFlags(host, flags & ~constants.O_NONBLOCK);
    // The opened file counts, not the one that lay there when it was checked: a pipe or a socket has no type here.
    return { host, type: fileType(fstatSync(host)) ?? Filetype.unknown, ...granted };
  }
}

function isSame(one: Stats, other: Stats): boolean {
  return one.dev === other.dev && one.ino === other.ino;
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
  const fields = Fields.read(
    written,
    ['path', 'rights', 'missing', 'without', 'only', 'overlay', 'encrypt'],
    context,
  );
  if (fields === undefined) return undefined;
  if (!fields.has('path')) fields.missing('path', 'the path of a file or directory');
  const path = fields.text('path');
  const overlay = readOverlay(fields);
  const encrypt = readEncrypt(fields, context);
  const rights = readRights(fields, context, overlay !== undefined);
  const names = readNameRules(fields, context);
  if (path === undefined || rights === undefined) return undefined;
  return new FileResource({
    path,
    absolute: resolve(context.directory, path),
    rights,
    missing: fields.choice<WhenMissing>('missing', ['refuse', 'leave_out', 'make']) ?? 'refuse',
    position: context.position,
    pathPosition: fields.at('path'),
    rightsPosition: fields.at('rights'),
    ...(names !== undefined && { names }),
    overlay,
    encrypt,
  });
}
