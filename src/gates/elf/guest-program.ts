import { type ByteSource, bytesSource } from '../../elf/byte-source.ts';
import { ElfError } from '../../elf/elf-error.ts';
import { type ElfHeader, ElfMachine, ElfType, machineName, OsAbi, readHeader } from '../../elf/header.ts';
import { architecture } from '../../linux/architecture.ts';
import {
  PF_R,
  PF_W,
  PF_X,
  PHDR_SIZE,
  PT_DYNAMIC,
  PT_GNU_STACK,
  PT_INTERP,
  PT_LOAD,
} from '../../linux/elf.ts';
import { checkDynamic } from './dynamic.ts';
import { ExecutableError } from './executable-error.ts';
import type { LoadedPart } from './loaded-part.ts';

/** An executable that can be started. Its addresses count from wherever it is loaded. */
export type GuestProgram = {
  readonly entry: number;
  readonly parts: readonly LoadedPart[];
  /** Its own program headers, which the program is told of. */
  readonly headers: Uint8Array;
  /** The address behind its last part. */
  readonly end: number;
};

const PAGE = 4096;

/** More than any program has. */
const MOST_PARTS = 64;

/** Addresses that leave room for everything that lies beside a program. */
const HIGHEST_ADDRESS = 2 ** 40;

/**
 * Reads a CloudABI executable. Nothing in the file is believed: any bytes give an executable or an error of one line.
 *
 * @throws ExecutableError
 */
export function readGuestProgram(bytes: Uint8Array): GuestProgram {
  try {
    return read(bytesSource(bytes));
  } catch (error) {
    if (error instanceof ElfError) throw new ExecutableError(`it ${error.message}`);
    throw error;
  }
}

function read(source: ByteSource): GuestProgram {
  const header = readHeader(source);
  checkHeader(header);
  const { offset, count } = header.programHeaders;
  const headers = source.read(offset, count * PHDR_SIZE);
  const parts: LoadedPart[] = [];
  const dynamic: LoadedPart[] = [];
  for (let at = 0; at < headers.length; at += PHDR_SIZE) {
    const type = headers.readUInt32LE(at);
    const flags = headers.readUInt32LE(at + 4);
    if (type === PT_INTERP) throw new ExecutableError('it asks for an interpreter, and runs without one');
    if (type === PT_GNU_STACK && (flags & PF_X) !== 0)
      throw new ExecutableError('it asks for a stack that can be executed');
    if (type === PT_LOAD) parts.push(readPart(source, headers, at));
    else if (type === PT_DYNAMIC) dynamic.push(readPart(source, headers, at));
  }
  checkOrder(parts);
  const entry = Number(header.entry);
  const inside = parts.find((part) => entry >= part.address && entry < part.address + part.fileSize);
  if (inside === undefined || (inside.flags & PF_X) === 0)
    throw new ExecutableError('it begins outside of its parts that can be executed');
  for (const part of dynamic) checkDynamic(source, part, parts);
  const last = parts.at(-1);
  return { entry, parts, headers, end: last === undefined ? 0 : last.address + last.memorySize };
}

function checkHeader({ osAbi, machine, type }: ElfHeader): void {
  if (osAbi !== OsAbi.cloudabi) throw new ExecutableError('it is for another operating system');
  if (machine !== ElfMachine.x64 || architecture !== 'x64')
    throw new ExecutableError(
      `it is for ${machineName(machine)}; executables run on x86-64 that are for x86-64`,
    );
  if (type === ElfType.executable)
    throw new ExecutableError('it has fixed addresses; link it as position-independent (-pie)');
  if (type !== ElfType.shared) throw new ExecutableError(`it is an ELF file of type ${type}, not a program`);
}

function readPart(source: ByteSource, headers: Buffer, at: number): LoadedPart {
  const number = (offset: number): number => Number(headers.readBigUInt64LE(at + offset));
  const part: LoadedPart = {
    flags: headers.readUInt32LE(at + 4) & (PF_R | PF_W | PF_X),
    offset: number(8),
    address: number(16),
    fileSize: number(32),
    memorySize: number(40),
  };
  const { offset, address, fileSize, memorySize, flags } = part;
  if (fileSize > memorySize)
    throw new ExecutableError('it has a part that is larger in the file than in memory');
  if (address + memorySize > HIGHEST_ADDRESS)
    throw new ExecutableError(`it has a part beyond the address ${HIGHEST_ADDRESS}`);
  if (offset + fileSize > source.size)
    throw new ExecutableError(`it has ${source.size} bytes and a part that ends at ${offset + fileSize}`);
  if (offset % PAGE !== address % PAGE)
    throw new ExecutableError('it has a part whose place in the file does not fit its address');
  if ((flags & PF_W) !== 0 && (flags & PF_X) !== 0)
    throw new ExecutableError('it has a part that can be both written and executed');
  return part;
}

/** Parts come in the order of their addresses, and no two share a page. */
function checkOrder(parts: readonly LoadedPart[]): void {
  if (parts.length === 0) throw new ExecutableError('it has no part that is loaded');
  if (parts.length > MOST_PARTS)
    throw new ExecutableError(`it has ${parts.length} parts, more than the ${MOST_PARTS} allowed`);
  let end = 0;
  for (const { address, memorySize } of parts) {
    if (address < end) throw new ExecutableError('it has parts that overlap or are not in order');
    end = Math.ceil((address + memorySize) / PAGE) * PAGE;
  }
}
