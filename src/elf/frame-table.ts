import { PHDR_SIZE, PT_GNU_EH_FRAME, PT_LOAD } from '../linux/elf.ts';
import { ByteReader } from './byte-reader.ts';
import type { ByteSource } from './byte-source.ts';
import { ElfError } from './elf-error.ts';
import { copyRules, type FrameFactors, type FrameRules, noRules, runFrameProgram } from './frame-rules.ts';
import { readHeader } from './header.ts';
import { readSections } from './sections.ts';

/*
 * Call frame information of an image as exceptions use it: .eh_frame and .eh_frame_hdr (Linux Standard Base Core 5.0, chapter
 * 10.6).
 */

/** Encodings of addresses: four or eight bytes, counted from where they stand. Others are for other code than ours. */
const RELATIVE_4 = 0x1b;
const OMITTED = 0xff;

/** More entries and bytes are not read. */
const MOST_ENTRIES = 100_000;
const MOST_COMMONS = 100;
const MOST_BYTES = 16 * 1024 * 1024;
const LONGEST_AUGMENTATION = 16;

/** The common part of the entries of a kind of function. */
type Common = FrameFactors & {
  readonly returnRegister: number;
  /** True if entries have data of their own behind their addresses. */
  readonly hasData: boolean;
  readonly rules: FrameRules;
};

/** An entry for one function. */
type Entry = {
  readonly from: number;
  readonly end: number;
  readonly program: ByteReader;
  readonly common: Common;
};

/** The rules at a place, and the register that stands for the return address. */
export type FoundRules = { readonly rules: FrameRules; readonly returnRegister: number };

/** The frames of the functions of an image. */
export class FrameTable {
  readonly #entries: readonly Entry[];

  /** Reads the table of an image. Any bytes give one: entries that cannot be read are left out, with all that follow. */
  constructor(source: ByteSource) {
    const entries: Entry[] = [];
    try {
      const table = findTable(source);
      if (table !== undefined) readEntries(table, entries);
    } catch (error) {
      if (!(error instanceof ElfError)) throw error;
    }
    this.#entries = entries;
  }

  /** Finds the rules at an address, which counts from where the image is loaded; `undefined` where there are none. */
  rulesAt(address: number): FoundRules | undefined {
    const entry = this.#entries.find(({ from, end }) => address >= from && address < end);
    if (entry === undefined) return undefined;
    const { common, from } = entry;
    const rules = copyRules(common.rules);
    try {
      entry.program.at = 0;
      runFrameProgram(entry.program, rules, address - from, common);
    } catch (error) {
      if (error instanceof ElfError) return undefined;
      throw error;
    }
    return { rules, returnRegister: common.returnRegister };
  }
}

/** The bytes of .eh_frame, and the address of the first. */
type Table = { readonly bytes: Buffer; readonly address: number };

/** Finds the table: by the program header for its index, or by its section where there is none. */
function findTable(source: ByteSource): Table | undefined {
  const { offset, count } = readHeader(source).programHeaders;
  const headers = source.read(offset, count * PHDR_SIZE);
  const parts: Part[] = [];
  let index: number | undefined;
  for (let at = 0; at < headers.length; at += PHDR_SIZE) {
    const number = (place: number): number => Number(headers.readBigUInt64LE(at + place));
    const type = headers.readUInt32LE(at);
    if (type === PT_LOAD) parts.push({ offset: number(8), address: number(16), size: number(32) });
    else if (type === PT_GNU_EH_FRAME) index = number(16);
  }
  const address = index === undefined ? undefined : tableBehind(index, bytesAt(source, parts, index));
  if (address === undefined) return tableOfSection(source);
  const bytes = bytesAt(source, parts, address);
  return bytes === undefined ? undefined : { bytes, address };
}

type Part = { readonly offset: number; readonly address: number; readonly size: number };

/** The bytes of the image from an address to the end of its part. */
function bytesAt(source: ByteSource, parts: readonly Part[], address: number): Buffer | undefined {
  const part = parts.find((one) => address >= one.address && address < one.address + one.size);
  if (part === undefined) return undefined;
  const skipped = address - part.address;
  return source.read(part.offset + skipped, Math.min(part.size - skipped, MOST_BYTES));
}

function tableBehind(index: number, head: Buffer | undefined): number | undefined {
  if (head === undefined || head.length < 8 || head[0] !== 1 || head[1] !== RELATIVE_4) return undefined;
  return index + 4 + head.readInt32LE(4);
}

function tableOfSection(source: ByteSource): Table | undefined {
  const section = readSections(source).find(({ name }) => name === '.eh_frame');
  if (section === undefined) return undefined;
  return { bytes: source.read(section.offset, Math.min(section.size, MOST_BYTES)), address: section.address };
}

function readEntries({ bytes, address }: Table, entries: Entry[]): void {
  const reader = new ByteReader(bytes);
  const commons = new Map<number, Common>();
  for (let count = 0; count < MOST_ENTRIES && reader.left >= 4; count++) {
    const begin = reader.at;
    const length = reader.u32();
    if (length === 0 || length === 0xffffffff) return;
    const at = reader.at;
    const body = reader.part(length);
    const id = body.u32();
    if (id === 0) {
      const common = commons.size < MOST_COMMONS ? readCommon(body) : undefined;
      if (common !== undefined) commons.set(begin, common);
      continue;
    }
    const common = commons.get(at - id);
    if (common === undefined) continue;
    const from = address + at + body.at + body.s32();
    const size = body.u32();
    if (common.hasData) body.skip(body.uleb());
    entries.push({ from, end: from + size, program: body.part(body.left), common });
  }
}

/** Bytes of an address by its encoding. */
function sizeOfAddress(encoding: number): number {
  if (encoding === OMITTED) return 0;
  const format = encoding & 0x07;
  return format === 2 ? 2 : format === 3 ? 4 : 8;
}

/** Reads the common part of entries; `undefined` for addresses that are written in another way. */
function readCommon(body: ByteReader): Common | undefined {
  const version = body.u8();
  if (version !== 1 && version !== 3) return undefined;
  const augmentation = body.text(LONGEST_AUGMENTATION);
  const code = body.uleb();
  const data = body.sleb();
  const returnRegister = version === 1 ? body.u8() : body.uleb();
  let encoding = 0;
  const hasData = augmentation.startsWith('z');
  if (hasData) {
    const more = body.part(body.uleb());
    for (const letter of augmentation.slice(1)) {
      if (letter === 'R') encoding = more.u8();
      else if (letter === 'L') more.u8();
      else if (letter === 'P') {
        more.skip(sizeOfAddress(more.u8()));
      } else if (letter !== 'S' && letter !== 'B') return undefined;
    }
  }
  if (encoding !== RELATIVE_4) return undefined;
  const rules = noRules();
  runFrameProgram(body, rules, 0, { code, data });
  return { code, data, returnRegister, hasData, rules };
}
