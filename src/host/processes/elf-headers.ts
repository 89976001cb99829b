import { EHDR_SIZE, PHDR_SIZE } from '../../linux/elf.ts';

/** The header of a 64-bit ELF file of this byte order, whose headers of segments follow at once (elf(5)). */
export type ElfFileHeader = {
  /** ET_EXEC or ET_DYN. */
  readonly type: number;
  /** EM_X86_64 or EM_AARCH64. */
  readonly machine: number;
  /** The address at which the program begins. */
  readonly entry: number;
  /** The number of segments. */
  readonly segments: number;
};

/** Makes the header of an ELF file for Linux. */
export function elfFileHeader({ type, machine, entry, segments }: ElfFileHeader): Buffer {
  const header = Buffer.alloc(EHDR_SIZE);
  // 64 bits, little-endian, version 1, and the system V as OS ABI.
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeUInt16LE(type, 16);
  header.writeUInt16LE(machine, 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(entry), 24);
  header.writeBigUInt64LE(BigInt(EHDR_SIZE), 32);
  header.writeUInt16LE(EHDR_SIZE, 52);
  header.writeUInt16LE(PHDR_SIZE, 54);
  header.writeUInt16LE(segments, 56);
  return header;
}

/** A segment of an ELF file. */
export type ElfSegment = {
  /** PT_LOAD or another. */
  readonly type: number;
  /** PF_R, PF_W, PF_X. */
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  /** Bytes that come from the file, and bytes in memory; the rest is zero. */
  readonly fileSize: number;
  readonly memorySize: number;
  readonly alignment: number;
};

/** Makes the header of a segment (elf(5)). */
export function elfSegmentHeader(segment: ElfSegment): Buffer {
  const header = Buffer.alloc(PHDR_SIZE);
  header.writeUInt32LE(segment.type, 0);
  header.writeUInt32LE(segment.flags, 4);
  header.writeBigUInt64LE(BigInt(segment.offset), 8);
  header.writeBigUInt64LE(BigInt(segment.address), 16);
  header.writeBigUInt64LE(BigInt(segment.address), 24);
  header.writeBigUInt64LE(BigInt(segment.fileSize), 32);
  header.writeBigUInt64LE(BigInt(segment.memorySize), 40);
  header.writeBigUInt64LE(BigInt(segment.alignment), 48);
  return header;
}
