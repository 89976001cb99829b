import { Filetype } from '../abi/generated/constants.ts';
import type { Attributes } from '../kernel/attributes.ts';

/** Types of files, as directory entries and attributes have them. */
export type FileKind =
  | 'file'
  | 'directory'
  | 'symlink'
  | 'socket'
  | 'character device'
  | 'block device'
  | 'other';

const kinds: ReadonlyMap<number, FileKind> = new Map<number, FileKind>([
  [Filetype.regular_file, 'file'],
  [Filetype.directory, 'directory'],
  [Filetype.symbolic_link, 'symlink'],
  [Filetype.socket_stream, 'socket'],
  [Filetype.socket_dgram, 'socket'],
  [Filetype.character_device, 'character device'],
  [Filetype.block_device, 'block device'],
]);

/** The kind of a file type of the ABI. */
export function kindOf(type: number): FileKind {
  return kinds.get(type) ?? 'other';
}

/** The questions that `fs.Stats` and `fs.Dirent` answer, for objects that know their kind. */
class Kinded {
  readonly kind: FileKind;

  constructor(kind: FileKind) {
    this.kind = kind;
  }

  isFile(): boolean {
    return this.kind === 'file';
  }

  isDirectory(): boolean {
    return this.kind === 'directory';
  }

  isSymbolicLink(): boolean {
    return this.kind === 'symlink';
  }
}

/** One name in a directory. */
export class Entry extends Kinded {
  readonly name: string;

  constructor(name: string, kind: FileKind) {
    super(kind);
    this.name = name;
  }
}

/** Attributes of a file: those of `fs.Stats` that mean something without users and groups. */
export class Status extends Kinded {
  readonly dev: number;
  readonly ino: number;
  readonly nlink: number;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970, with fractions. */
  readonly atimeMs: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;

  constructor(attributes: Attributes) {
    super(kindOf(attributes.type));
    this.dev = Number(attributes.device);
    this.ino = Number(attributes.inode);
    this.nlink = attributes.links;
    this.size = Number(attributes.size);
    this.atimeMs = Number(attributes.accessed) / 1e6;
    this.mtimeMs = Number(attributes.modified) / 1e6;
    this.ctimeMs = Number(attributes.changed) / 1e6;
  }

  get atime(): Date {
    return new Date(this.atimeMs);
  }

  get mtime(): Date {
    return new Date(this.mtimeMs);
  }

  get ctime(): Date {
    return new Date(this.ctimeMs);
  }
}
