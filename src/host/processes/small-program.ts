import { writeSync } from 'node:fs';
import { type Architecture, architecture } from '../../linux/architecture.ts';
import {
  EHDR_SIZE,
  EM_AARCH64,
  EM_X86_64,
  ET_EXEC,
  PF_R,
  PF_W,
  PF_X,
  PHDR_SIZE,
  PT_GNU_STACK,
  PT_LOAD,
} from '../../linux/elf.ts';
import { LinuxErrno } from '../../linux/errno.ts';
import { F_ADD_SEALS, F_SEAL_GROW, F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_WRITE } from '../../linux/fcntl.ts';
import { MFD_ALLOW_SEALING, MFD_CLOEXEC, MFD_EXEC } from '../../linux/memory.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { close } from '../files/files.ts';
import { addressOf } from '../libc.ts';
import { syscall } from '../syscall.ts';
import { check } from '../system-error.ts';
import { elfFileHeader, elfSegmentHeader } from './elf-headers.ts';

/*
 * Programs of a few hundred instructions without a library (elf(5)): static executables in memory files. Starting one
 * costs next to nothing.
 */

/** e_machine of elf(5). */
const machines: Readonly<Record<Architecture, number>> = { x64: EM_X86_64, arm64: EM_AARCH64 };

/** A multiple of every page size that aarch64 has. */
const PAGE = 0x10000;
const CODE_ADDRESS = 0x400000;

/** A writable segment: where in the file, at which address, and how many bytes. */
export type DataSegment = { readonly offset: number; readonly address: number; readonly size: number };

function segment(type: number, flags: number, { offset, address, size }: DataSegment): Buffer {
  return elfSegmentHeader({
    type,
    flags,
    offset,
    address,
    fileSize: size,
    memorySize: size,
    alignment: PAGE,
  });
}

/**
 * ELF header, segment headers and instructions.
 *
 * @param code Instructions that can lie anywhere; `start` is where in them the program begins.
 * @param data Writable segments, which the caller puts behind in the file.
 */
export function imageOf(
  code: Uint8Array,
  start: number,
  on: Architecture = architecture,
  data: readonly DataSegment[] = [],
): Uint8Array {
  const segments = data.length + 2;
  const codeAt = EHDR_SIZE + segments * PHDR_SIZE;
  const entry = CODE_ADDRESS + codeAt + start;
  const header = elfFileHeader({ type: ET_EXEC, machine: machines[on], entry, segments });
  const whole = { offset: 0, address: CODE_ADDRESS, size: codeAt + code.length };
  return Buffer.concat([
    header,
    segment(PT_LOAD, PF_R | PF_X, whole),
    ...data.map((one) => segment(PT_LOAD, PF_R | PF_W, one)),
    segment(PT_GNU_STACK, PF_R | PF_W, { offset: 0, address: 0, size: 0 }),
    code,
  ]);
}

const SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

/**
 * Makes a memory file that can be executed and that nothing can change.
 *
 * @param name Its name in /proc.
 * @param parts Its contents and their addresses.
 * @returns The host descriptor, with FD_CLOEXEC.
 * @throws SystemError when the host refuses.
 */
export function executableFile(
  name: string,
  parts: readonly { readonly bytes: Uint8Array; readonly at: number }[],
): number {
  const label = Buffer.from(`${name}\0`);
  const create = callNumberOf('memfd_create');
  const flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  let file = syscall(create, addressOf(label), flags | MFD_EXEC);
  if (file === -LinuxErrno.EINVAL) file = syscall(create, addressOf(label), flags);
  check(file, 'memfd_create');
  try {
    for (const { bytes, at } of parts) writeAll(file, bytes, at);
    check(syscall(callNumberOf('fcntl'), file, F_ADD_SEALS, SEALS), 'fcntl', 'to seal a program');
  } catch (error) {
    close(file);
    throw error;
  }
  return file;
}

function writeAll(file: number, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.length; ) {
    at += writeSync(file, bytes, at, bytes.length - at, position + at);
  }
}
