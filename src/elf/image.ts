import type { RegularFile } from '../host/files/regular-file.ts';
import {
  DF_1_NODEFLIB,
  DT_FLAGS_1,
  DT_NEEDED,
  DT_NULL,
  DT_RPATH,
  DT_RUNPATH,
  DT_SONAME,
  DT_STRSZ,
  DT_STRTAB,
  PHDR_SIZE,
  PT_DYNAMIC,
  PT_INTERP,
  PT_LOAD,
} from '../linux/elf.ts';
import { PATH_MAX } from '../linux/limits.ts';
import { Budget } from './budget.ts';
import { type ByteSource, withFile } from './byte-source.ts';
import { ElfError } from './elf-error.ts';
import { ElfType, readHeader } from './header.ts';

/**
 * The parts of an image that a loader of Linux looks at. Texts come from the file: any bytes but NUL may be in them.
 */
export type ElfImage = {
  readonly osAbi: number;
  readonly machine: number;
  /** The program that loads this one; `undefined` for static programs and for libraries. */
  readonly interpreter: string | undefined;
  /** Its own name as a library (DT_SONAME). */
  readonly name: string | undefined;
  /** Names of the libraries it needs, in the order in which they are searched. */
  readonly needed: readonly string[];
  /** Directories to search, not yet expanded; `undefined` when it has no such entry. */
  readonly rpath: readonly string[] | undefined;
  readonly runpath: readonly string[] | undefined;
  /** No default directory is searched for what it needs (DF_1_NODEFLIB). */
  readonly noDefaultLibraries: boolean;
};

/** Far beyond what real files have, as the following limits are. */
const MAX_DYNAMIC = 0x40000;
const MAX_STRINGS = 0x4000000;
const MAX_NEEDED = 1024;
const MAX_DIRECTORIES = 1024;
const DYNAMIC_ENTRY = 16;
/** Lists of directories are the longest texts. */
const MAX_TEXT = 0x10000;
const USUAL_TEXT = 256;
/** Smaller tables of texts are read at once. */
const WHOLE = 0x2000;

type Segment = { readonly offset: number; readonly address: bigint; readonly size: number };

/**
 * Reads the parts that a loader looks at. Nothing in the file is believed: every place and length is checked, so any bytes give
 * an image or an ElfError.
 *
 * @throws ElfError
 */
export function readImage(source: ByteSource): ElfImage {
  const { osAbi, machine, type, programHeaders } = readHeader(source);
  if (type !== ElfType.executable && type !== ElfType.shared)
    throw new ElfError('malformed', `is neither a program nor a library, but an ELF file of type ${type}`);
  const loaded: Segment[] = [];
  let interpreter: string | undefined;
  let dynamic: Segment | undefined;
  const { offset, count } = programHeaders;
  const headers = source.read(offset, count * PHDR_SIZE);
  for (let at = 0; at < headers.length; at += PHDR_SIZE) {
    const kind = headers.readUInt32LE(at);
    if (kind !== PT_LOAD && kind !== PT_DYNAMIC && kind !== PT_INTERP) continue;
    const segment = {
      offset: Number(headers.readBigUInt64LE(at + 8)),
      address: headers.readBigUInt64LE(at + 16),
      size: Number(headers.readBigUInt64LE(at + 32)),
    };
    if (kind === PT_LOAD) loaded.push(segment);
    // As the kernel does: the first interpreter counts. As glibc does: the last dynamic segment.
    else if (kind === PT_INTERP) interpreter ??= readInterpreter(source, segment);
    else dynamic = segment;
  }
  const dynamicParts = dynamic === undefined ? noDynamic : readDynamic(source, dynamic, loaded);
  return { osAbi, machine, interpreter, ...dynamicParts };
}

/** An image, and the file that it was read from. */
export type ImageFile = { readonly image: ElfImage; readonly file: RegularFile };

/**
 * Reads the image of a file.
 *
 * @param path Absolute, without symbolic links.
 * @param budget Pays for bytes that are read.
 * @throws ElfError; Error of Node when it cannot be opened.
 */
export function readImageFile(path: string, budget: Budget = new Budget()): ImageFile {
  return withFile(path, (source, file) => ({ image: readImage(budget.counted(source)), file }));
}

type DynamicParts = Omit<ElfImage, 'osAbi' | 'machine' | 'interpreter'>;

const noDynamic: DynamicParts = {
  name: undefined,
  needed: [],
  rpath: undefined,
  runpath: undefined,
  noDefaultLibraries: false,
};

function readInterpreter(source: ByteSource, { offset, size }: Segment): string {
  if (size < 2 || size > PATH_MAX)
    throw new ElfError('malformed', `names its interpreter with ${size} bytes, not 2 to ${PATH_MAX}`);
  const bytes = source.read(offset, size);
  if (bytes[size - 1] !== 0) throw new ElfError('malformed', 'names an interpreter without an end');
  return bytes.toString('utf8', 0, bytes.indexOf(0));
}

function readDynamic(
  source: ByteSource,
  { offset, size }: Segment,
  loaded: readonly Segment[],
): DynamicParts {
  if (size > MAX_DYNAMIC)
    throw new ElfError('too_large', `has a dynamic section of ${size} bytes, more than ${MAX_DYNAMIC}`);
  const table = source.read(offset, size - (size % DYNAMIC_ENTRY));
  const needed: bigint[] = [];
  const single = new Map<bigint, bigint>();
  for (let at = 0; at < table.length; at += DYNAMIC_ENTRY) {
    const tag = table.readBigUInt64LE(at);
    const value = table.readBigUInt64LE(at + 8);
    if (tag === DT_NULL) break;
    if (tag !== DT_NEEDED) single.set(tag, value);
    else if (needed.push(value) > MAX_NEEDED)
      throw new ElfError('too_large', `needs more than ${MAX_NEEDED} libraries`);
  }
  const strings = readStrings(source, single, loaded);
  const text = (tag: bigint, most: number): string | undefined => {
    const place = single.get(tag);
    return place === undefined ? undefined : strings(place, most);
  };
  return {
    name: text(DT_SONAME, PATH_MAX),
    needed: needed.map((place) => strings(place, PATH_MAX)),
    rpath: directoriesOf(text(DT_RPATH, MAX_TEXT)),
    runpath: directoriesOf(text(DT_RUNPATH, MAX_TEXT)),
    noDefaultLibraries: ((single.get(DT_FLAGS_1) ?? 0n) & DF_1_NODEFLIB) !== 0n,
  };
}

function directoriesOf(text: string | undefined): readonly string[] | undefined {
  const directories = text?.split(':', MAX_DIRECTORIES + 1);
  if (directories !== undefined && directories.length > MAX_DIRECTORIES)
    throw new ElfError('too_large', `names more than ${MAX_DIRECTORIES} directories for its libraries`);
  return directories;
}

/** The table of texts that entries of the dynamic section point into. */
function readStrings(
  source: ByteSource,
  entries: ReadonlyMap<bigint, bigint>,
  loaded: readonly Segment[],
): (place: bigint, most: number) => string {
  const address = entries.get(DT_STRTAB);
  const size = Number(entries.get(DT_STRSZ) ?? 0n);
  if (address === undefined || size === 0)
    return () => {
      throw new ElfError('malformed', 'has no table of texts');
    };
  if (size > MAX_STRINGS)
    throw new ElfError('too_large', `has a table of texts of ${size} bytes, more than ${MAX_STRINGS}`);
  const home = loaded.find((part) => address >= part.address && address < part.address + BigInt(part.size));
  if (home === undefined) throw new ElfError('malformed', 'has its table of texts outside the loaded parts');
  const start = home.offset + Number(address - home.address);
  // Large tables hold the names of symbols, which are not needed here.
  const whole = size <= WHOLE ? source.read(start, size) : undefined;
  return (place, most) => {
    if (place >= BigInt(size)) throw new ElfError('malformed', 'has a text outside its table of texts');
    const at = Number(place);
    const part = (length: number): Buffer => source.read(start + at, Math.min(length, size - at));
    let bytes = whole?.subarray(at) ?? part(USUAL_TEXT);
    if (bytes.length === USUAL_TEXT && !bytes.includes(0)) bytes = part(most);
    const end = bytes.indexOf(0);
    if (end < 0 && bytes.length < most) throw new ElfError('malformed', 'has a text without an end');
    if (end < 0 || end >= most) throw new ElfError('too_large', `has a text of ${most} bytes or more`);
    return bytes.toString('utf8', 0, end);
  };
}
