import { type Architecture, architecture } from '../../linux/architecture.ts';
import { EHDR_SIZE, PHDR_SIZE } from '../../linux/elf.ts';
import type { CallList } from './call-list.ts';
import { executableFile, imageOf } from './small-program.ts';

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
  },
};

/** The interpreter's bytes with the address of its list in their place. */
export function stubFor(listAddress: number, on: Architecture = architecture): Uint8Array {
  const { bytes, listAddress: place } = stubs[on];
  const code = Buffer.from(bytes, 'hex');
  code.writeBigUInt64LE(BigInt(listAddress), place);
  return code;
}

/** Multiples of every page size that aarch64 has. */
const PAGE = 0x10000;

/** The offsets of the second segment's sizes, in the file and in memory. */
const LIST_SIZES = [EHDR_SIZE + PHDR_SIZE + 32, EHDR_SIZE + PHDR_SIZE + 40] as const;

/** The address of a packed program's list. */
export const LIST_ADDRESS = 0x10000000;

/** Makes the part in front of the list in the file: ELF header, segments, instructions. */
export function stubHead(listSize: number, on: Architecture = architecture): Uint8Array {
  return imageOf(stubFor(LIST_ADDRESS, on), stubs[on].start, on, [
    { offset: PAGE, address: LIST_ADDRESS, size: listSize },
  ]);
}

let head: Buffer | undefined;

/** The head for a list of a size; nothing else in it depends on the list. */
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
  return executableFile('cloudabi-launch', [
    { bytes: headFor(encoded.length), at: 0 },
    { bytes: encoded, at: PAGE },
  ]);
}
