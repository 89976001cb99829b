import { EHDR_SIZE, EM_AARCH64, EM_X86_64, ET_DYN, ET_EXEC, PHDR_SIZE } from '../linux/elf.ts';
import type { ByteSource } from './byte-source.ts';
import { ElfError } from './elf-error.ts';

/*
 * The header of an ELF file: System V ABI, chapter 4, and elf(5).
 */

/** Machines that have a name here. */
const machines: ReadonlyMap<number, string> = new Map([
  [3, '32-bit x86'],
  [8, 'MIPS'],
  [20, '32-bit PowerPC'],
  [21, '64-bit PowerPC'],
  [22, 'S/390'],
  [40, '32-bit ARM'],
  [EM_X86_64, 'x86-64'],
  [EM_AARCH64, 'aarch64'],
  [243, 'RISC-V'],
  [258, 'LoongArch'],
]);

/** Values of the machine field. */
export const ElfMachine = { x64: EM_X86_64, arm64: EM_AARCH64 } as const;

/** Values of the field that says which operating system an image is for. */
export const OsAbi = { systemV: 0, gnu: 3, cloudabi: 17 } as const;

/** Types of ELF files. */
export const ElfType = { executable: ET_EXEC, shared: ET_DYN } as const;

/** The header of a 64-bit little-endian image. */
export type ElfHeader = {
  readonly osAbi: number;
  readonly type: number;
  readonly machine: number;
  readonly entry: bigint;
  /** The place of the program headers, and their number; each has `PHDR_SIZE` bytes. */
  readonly programHeaders: { readonly offset: number; readonly count: number };
};

const MAGIC = 0x464c457f;
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;

/** The kernel itself takes no more bytes of program headers than this (fs/binfmt_elf.c). */
const MAX_PROGRAM_HEADERS = Math.floor(65536 / PHDR_SIZE);

/** Tells whether the first bytes are those of an ELF file. */
export function isElf(start: Uint8Array): boolean {
  return start[0] === 0x7f && start[1] === 0x45 && start[2] === 0x4c && start[3] === 0x46;
}

/** The name of a machine for people. */
export function machineName(machine: number): string {
  return machines.get(machine) ?? `machine ${machine}`;
}

/**
 * Reads and checks the header.
 *
 * @throws ElfError `not_elf`; `truncated`; `malformed`; `foreign` for 32-bit and big-endian files.
 */
export function readHeader(source: ByteSource): ElfHeader {
  if (source.size < 4 || source.read(0, 4).readUInt32LE(0) !== MAGIC)
    throw new ElfError('not_elf', 'does not begin like an ELF file');
  if (source.size < EHDR_SIZE)
    throw new ElfError('truncated', `has ${source.size} bytes, fewer than the ${EHDR_SIZE} of an ELF header`);
  const bytes = source.read(0, EHDR_SIZE);
  const machine = bytes.readUInt8(5) === LITTLE_ENDIAN ? bytes.readUInt16LE(18) : bytes.readUInt16BE(18);
  if (bytes.readUInt8(4) !== CLASS_64 || bytes.readUInt8(5) !== LITTLE_ENDIAN)
    throw new ElfError('foreign', `is for ${machineName(machine)}`);
  const count = bytes.readUInt16LE(56);
  const offset = Number(bytes.readBigUInt64LE(32));
  if (count > 0 && bytes.readUInt16LE(54) !== PHDR_SIZE)
    throw new ElfError(
      'malformed',
      `has program headers of ${bytes.readUInt16LE(54)} bytes, not ${PHDR_SIZE}`,
    );
  if (count > MAX_PROGRAM_HEADERS)
    throw new ElfError(
      'malformed',
      `has ${count} program headers, more than the ${MAX_PROGRAM_HEADERS} possible`,
    );
  return {
    osAbi: bytes.readUInt8(7),
    type: bytes.readUInt16LE(16),
    machine,
    entry: bytes.readBigUInt64LE(24),
    programHeaders: { offset, count },
  };
}
