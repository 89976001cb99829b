import { EHDR_SIZE, SHDR_SIZE } from '../linux/elf.ts';
import type { ByteSource } from './byte-source.ts';

/** A section of an image. Nothing says that its bytes are in the file. */
export type ElfSection = {
  readonly name: string;
  readonly type: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  /** The index of a section that belongs to it. */
  readonly link: number;
};

/** More sections are not read. */
const MOST_SECTIONS = 4096;

/** Characters of a name that are read. */
const LONGEST_NAME = 40;

/**
 * Reads the headers of the sections of an image (elf(5)), of which programs need none: an image without them has an empty list.
 * Precondition: it has a file header.
 *
 * @throws ElfError `truncated` for headers that are not in the file.
 */
export function readSections(source: ByteSource): readonly ElfSection[] {
  const head = source.read(0, EHDR_SIZE);
  const at = Number(head.readBigUInt64LE(40));
  const [size, count, names] = [58, 60, 62].map((place) => head.readUInt16LE(place));
  if (count === undefined || count === 0 || count > MOST_SECTIONS || size !== SHDR_SIZE) return [];
  const headers = source.read(at, count * SHDR_SIZE);
  const sections = Array.from({ length: count }, (_, index) => {
    const from = index * SHDR_SIZE;
    const number = (place: number): number => Number(headers.readBigUInt64LE(from + place));
    return {
      place: headers.readUInt32LE(from),
      type: headers.readUInt32LE(from + 4),
      address: number(16),
      offset: number(24),
      size: number(32),
      link: headers.readUInt32LE(from + 40),
    };
  });
  const table = names === undefined ? undefined : sections[names];
  const texts = table === undefined ? Buffer.alloc(0) : source.read(table.offset, table.size);
  return sections.map(({ place, ...section }) => ({ name: textAt(texts, place), ...section }));
}

function textAt(texts: Buffer, from: number): string {
  const text = texts.subarray(from, from + LONGEST_NAME);
  const end = text.indexOf(0);
  return text.toString('latin1', 0, end < 0 ? text.length : end);
}
