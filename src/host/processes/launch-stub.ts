import { writeSync } from 'node:fs';
import { type Architecture, architecture } from '../architecture.ts';
import { check, LinuxErrno } from '../errno.ts';
import { close } from '../files/files.ts';
import { addressOf } from '../libc.ts';
import { syscall } from '../syscall.ts';
import { callNumberOf } from '../system-calls.ts';
import type { CallList } from './call-list.ts';

/*
 * The interpreter of call lists, as a program of its own: a static ELF executable in a memory file, whose only
 * segments are its few instructions and one list. It has no library, no heap and no stack, so that starting it costs
 * next to nothing. The sources are launch-stub.x64.S and launch-stub.arm64.S; a test assembles them and compares.
 */

/** Instructions, where they begin as a program, and where the address of the list goes. */
export type StubCode = {
  readonly bytes: string;
  readonly start: number;
  readonly listAddress: number;
  /** e_machine of elf(5). */
  readonly machine: number;
};

/** The interpreter for each architecture; as a function it begins at offset 0. */
export const stubs: Readonly<Record<Architecture, StubCode>> = {
  x64: {
    bytes:
      '53554154e805000000415c5d5bc348bb88776655443322114c8b2349630424418b6c2404498b7c2408d1ed7303488b3f' +
      '498b742410d1ed7303488b36498b542418d1ed7303488b124d8b542420d1ed73034d8b124d8b442428d1ed73034d8b00' +
      '4d8b4c2430d1ed73034d8b0985c078470f05498b4c24384885c974034889014885c0781074074d8b642440eb8e4d8b64' +
      '2448eb87498b4c24504885c974084989cce975ffffff4c896310488943184c8b6308e964ffffffffc0741031c04839f7' +
      '74b048c7c08cffffffeba7c3',
    start: 0x0e,
    listAddress: 0x10,
    machine: 62,
  },
  arm64: {
    bytes:
      'fd7bbda9f35301a9f51300f905000094f51340f9f35341a9fd7bc3a8c0035fd693050058740240f988564029808640a9' +
      '55000036000040f955000836210040f9828e41a955001036420040f955001836630040f9849642a955002036840040f9' +
      '55002836a50040f94802f837010000d4891e40f9490000b4200100f9c000f8b7600000b4942240f9e8ffff17942640f9' +
      'e6ffff17892a40f9690000b4f40309aae2ffff17740201a9740640f9dfffff171f050031a00000541f0001eb690e8092' +
      'e003899aebffff17c0035fd61f2003d58877665544332211',
    start: 0x20,
    listAddress: 0xd0,
    machine: 183,
  },
};

/** The interpreter's bytes with the address of its list in their place. */
export function stubFor(listAddress: number, on: Architecture = architecture): Uint8Array {
  const { bytes, listAddress: place } = stubs[on];
  const code = Buffer.from(bytes, 'hex');
  code.writeBigUInt64LE(BigInt(listAddress), place);
  return code;
}

const EHDR = 64;
const PHDR = 56;
const ET_EXEC = 2;
const PT_LOAD = 1;
const PT_GNU_STACK = 0x6474e551;
const READ_EXECUTE = 5;
const READ_WRITE = 6;

/** Multiples of every page size that aarch64 has. */
const PAGE = 0x10000;
const CODE_ADDRESS = 0x400000;

/** Where the second segment's header has its sizes, in the file and in memory. */
const LIST_SIZES = [EHDR + PHDR + 32, EHDR + PHDR + 40] as const;

/** Where the list of a packed program lies. */
export const LIST_ADDRESS = 0x10000000;

function segment(type: number, flags: number, offset: number, address: number, size: number): Buffer {
  const header = Buffer.alloc(PHDR);
  header.writeUInt32LE(type, 0);
  header.writeUInt32LE(flags, 4);
  header.writeBigUInt64LE(BigInt(offset), 8);
  header.writeBigUInt64LE(BigInt(address), 16);
  header.writeBigUInt64LE(BigInt(address), 24);
  header.writeBigUInt64LE(BigInt(size), 32);
  header.writeBigUInt64LE(BigInt(size), 40);
  header.writeBigUInt64LE(BigInt(PAGE), 48);
  return header;
}

/** What precedes the list in the file: ELF header, segments, instructions. */
export function stubHead(listSize: number, on: Architecture = architecture): Uint8Array {
  const code = stubFor(LIST_ADDRESS, on);
  const codeAt = EHDR + 3 * PHDR;
  const header = Buffer.alloc(EHDR);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeUInt16LE(ET_EXEC, 16);
  header.writeUInt16LE(stubs[on].machine, 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(CODE_ADDRESS + codeAt + stubs[on].start), 24);
  header.writeBigUInt64LE(BigInt(EHDR), 32);
  header.writeUInt16LE(EHDR, 52);
  header.writeUInt16LE(PHDR, 54);
  header.writeUInt16LE(3, 56);
  return Buffer.concat([
    header,
    segment(PT_LOAD, READ_EXECUTE, 0, CODE_ADDRESS, codeAt + code.length),
    segment(PT_LOAD, READ_WRITE, PAGE, LIST_ADDRESS, listSize),
    segment(PT_GNU_STACK, READ_WRITE, 0, 0, 0),
    code,
  ]);
}

const MFD_CLOEXEC = 1;
/** Since Linux 6.3; older kernels make every memory file executable and do not know the flag. */
const MFD_EXEC = 0x10;

const name = Buffer.from('cloudabi-launch\0');

let head: Buffer | undefined;

/** The head, which differs in the list's size alone. */
function headFor(listSize: number): Uint8Array {
  head ??= Buffer.from(stubHead(0));
  for (const at of LIST_SIZES) head.writeBigUInt64LE(BigInt(listSize), at);
  return head;
}

/** Packs a list into a program, see `packEncoded`. */
export function packProgram(list: CallList): number {
  return packEncoded(list.encode(LIST_ADDRESS));
}

/**
 * Packs a list that was encoded for `LIST_ADDRESS` into a program.
 *
 * @returns The host descriptor of a memory file to be executed, with FD_CLOEXEC.
 * @throws SystemError when the host refuses.
 */
export function packEncoded(encoded: Uint8Array): number {
  const create = callNumberOf('memfd_create');
  let file = syscall(create, addressOf(name), MFD_CLOEXEC | MFD_EXEC);
  if (file === -LinuxErrno.EINVAL) file = syscall(create, addressOf(name), MFD_CLOEXEC);
  check(file, 'memfd_create');
  try {
    writeAll(file, headFor(encoded.length), 0);
    writeAll(file, encoded, PAGE);
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
