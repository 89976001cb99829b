import { randomFillSync } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Auxtype } from '../../abi/generated/constants.ts';
import { elfFileHeader, elfSegmentHeader } from '../../host/processes/elf-headers.ts';
import { executableFile } from '../../host/processes/small-program.ts';
import { EM_X86_64, ET_DYN, PF_R, PF_W, PF_X, PHDR_SIZE, PT_GNU_STACK, PT_LOAD } from '../../linux/elf.ts';
import { guestCode, guestStart } from './guest-code.ts';
import { AUX_ENTRIES, EXECUTES, RECORD_SIZE, RecordOffset, TRAPS } from './guest-layout.ts';
import type { GuestProgram } from './guest-program.ts';
import type { LoadedPart } from './loaded-part.ts';

/*
 * The image that Linux loads: its own headers, then the program's file as it is, one page farther, and behind that two
 * parts of ours. Linux chooses the addresses, so that they are random.
 */

const PAGE = 4096;

/** Addresses between the program and our parts, which nothing is mapped at. */
const GAP = 0x10000;

/** Bytes of random data for the program's own checks of its stack. */
const CANARY = 64;

/** Bytes of the process's name, a random UUID of version 4. */
const PROCESS_ID = 16;

const code = Buffer.from(guestCode, 'base64');

function pages(size: number): number {
  return Math.ceil(size / PAGE) * PAGE;
}

/** Bytes of the vDSO. */
export const vdsoSize: number = code.length;

/** The address of the vDSO in the image of an executable. */
export function vdsoAddress({ end }: Pick<GuestProgram, 'end'>): number {
  return pages(end) + GAP;
}

function program(type: number, part: LoadedPart): Buffer {
  return elfSegmentHeader({ ...part, type, alignment: PAGE });
}

/** Makes the bits of a random UUID (RFC 9562, section 5.4). */
function processId(): Buffer {
  const id = randomFillSync(Buffer.alloc(PROCESS_ID));
  id.writeUInt8((id.readUInt8(6) & 0x0f) | 0x40, 6);
  id.writeUInt8((id.readUInt8(8) & 0x3f) | 0x80, 8);
  return id;
}

/** The data that an image has besides its program. */
export type ImageData = {
  readonly argdata: Uint8Array;
  /** Empty for a program that takes the place of another. */
  readonly filter: Uint8Array;
  /** True if it is stopped at its first refusal. */
  readonly traps: boolean;
  /** True if another executable may take its place. */
  readonly executes: boolean;
};

/** Lays out the data for the start code and the program, at an address of the image. */
function recordOf(
  { entry, headers }: GuestProgram,
  vdso: number,
  address: number,
  { argdata, filter, traps, executes }: ImageData,
): Buffer {
  const parts: Uint8Array[] = [];
  let end = RECORD_SIZE;
  const place = (bytes: Uint8Array): number => {
    const at = address + end;
    const room = Buffer.alloc(Math.ceil(Math.max(bytes.length, 1) / 16) * 16);
    room.set(bytes);
    parts.push(room);
    end += room.length;
    return at;
  };
  const record = Buffer.alloc(RECORD_SIZE);
  const word = (at: number, value: number): void => {
    record.writeBigUInt64LE(BigInt(value), at);
  };
  word(RecordOffset.address, address);
  word(RecordOffset.entry, entry);
  word(RecordOffset.filter, place(filter));
  word(RecordOffset.filterLength, filter.length / 8);
  record.writeUInt32LE((traps ? TRAPS : 0) | (executes ? EXECUTES : 0), RecordOffset.modes);
  const aux: readonly (readonly [type: Auxtype, value: number])[] = [
    [Auxtype.argdata, place(argdata)],
    [Auxtype.argdatalen, argdata.length],
    [Auxtype.base, 0],
    [Auxtype.canary, place(randomFillSync(new Uint8Array(CANARY)))],
    [Auxtype.canarylen, CANARY],
    [Auxtype.ncpus, availableParallelism()],
    [Auxtype.pagesz, PAGE],
    [Auxtype.phdr, place(headers)],
    [Auxtype.phnum, headers.length / PHDR_SIZE],
    [Auxtype.pid, place(processId())],
    [Auxtype.sysinfo_ehdr, vdso],
    [Auxtype.tid, 0],
    [Auxtype.null, 0],
  ];
  if (aux.length > AUX_ENTRIES) throw new RangeError('The auxiliary vector is longer than its room');
  for (const [index, [type, value]] of aux.entries()) {
    record.writeUInt32LE(type, RecordOffset.aux + 16 * index);
    word(RecordOffset.aux + 16 * index + 8, value);
  }
  return Buffer.concat([record, ...parts]);
}

/**
 * Makes the image that Linux loads, in a memory file that nothing can change.
 *
 * @returns The host descriptor, with FD_CLOEXEC.
 * @throws SystemError when the host refuses memory for it.
 */
export function imageFile(file: Uint8Array, executable: GuestProgram, told: ImageData): number {
  const vdso = vdsoAddress(executable);
  const record = vdso + pages(code.length);
  const bytes = recordOf(executable, vdso, record, told);
  const codeOffset = pages(PAGE + file.length);
  const recordOffset = codeOffset + pages(code.length);
  const part = (flags: number, offset: number, address: number, size: number): LoadedPart => {
    return { flags, offset, address, fileSize: size, memorySize: size };
  };
  const headers = [
    ...executable.parts.map((one) => program(PT_LOAD, { ...one, offset: one.offset + PAGE })),
    program(PT_LOAD, part(PF_R | PF_X, codeOffset, vdso, code.length)),
    program(PT_LOAD, part(PF_R | PF_W, recordOffset, record, bytes.length)),
    program(PT_GNU_STACK, part(PF_R | PF_W, 0, 0, 0)),
  ];
  const head = Buffer.concat([
    elfFileHeader({
      type: ET_DYN,
      machine: EM_X86_64,
      entry: vdso + guestStart,
      segments: headers.length,
    }),
    ...headers,
  ]);
  return executableFile('cloudabi-executable', [
    { bytes: head, at: 0 },
    { bytes: file, at: PAGE },
    { bytes: code, at: codeOffset },
    { bytes, at: recordOffset },
  ]);
}
