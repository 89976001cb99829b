import { readSync } from 'node:fs';
import { release } from 'node:os';
import { PIDFD_GET_INFO } from '../../linux/ioctl.ts';
import { PIDFD_INFO_EXIT } from '../../linux/processes.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { NativeMemory } from '../memory.ts';
import { syscall } from '../syscall.ts';

/*
 * Processes behind descriptors (pidfd_open(2), include/uapi/linux/pidfd.h).
 */

const IOCTL = callNumberOf('ioctl');
const PIDFD_OPEN = callNumberOf('pidfd_open');

/** Bytes of the first version of `struct pidfd_info`: u64 mask, …, i32 wait status at the end. */
const SIZE = 64;
const MASK = 0;
const STATUS = 60;

/** The first version of Linux with PIDFD_INFO_EXIT. */
const FIRST_TELLING = [6, 15] as const;

/** The end of a process: by itself with a code, or by a signal of Linux. */
export type HostProcessEnd = { readonly code: number; readonly signal: number };

/** Tells whether this host says how processes have ended that are not its children: Linux 6.15. */
export function tellsEnds(kernel: string = release()): boolean {
  const [major = 0, minor = 0] = kernel.split('.').map(Number);
  return major > FIRST_TELLING[0] || (major === FIRST_TELLING[0] && minor >= FIRST_TELLING[1]);
}

/** A descriptor for a process by its id, with FD_CLOEXEC, or `-errno`. Precondition: the id cannot be reused now. */
export function openProcess(id: number): number {
  return syscall(PIDFD_OPEN, id, 0);
}

/** Memory for the host's answer. */
let info: NativeMemory | undefined;

function memory(): NativeMemory {
  info ??= new NativeMemory(SIZE);
  return info;
}

/** True when the descriptor is one of a process. */
export function isProcess(descriptor: number): boolean {
  return ask(descriptor, 0n) >= 0;
}

/** Files into which the launcher writes how the processes behind some descriptors have ended. */
const told = new Map<number, number>();

/** `struct { i32 ended; i32 status }`, in those files. */
const TOLD = 8;

/** The bytes to write into a file for a process of which even this host does not tell how it has ended. */
export const END_UNKNOWN: Uint8Array = Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0);

/** Makes the bytes to write into a file for a process that has ended; `status` as wait(2) has it. */
export function endToTell({ code, signal }: HostProcessEnd): Uint8Array {
  const bytes = Buffer.alloc(TOLD);
  bytes.writeInt32LE(1, 0);
  bytes.writeInt32LE(((code & 0xff) << 8) | signal, 4);
  return bytes;
}

/**
 * Names the file for a process that is in no process namespace of ours, of which the host tells us nothing.
 *
 * @param file Host descriptor of a file that is empty, or says so with `endToTell`.
 */
export function listenForEnd(descriptor: number, file: number): void {
  told.set(descriptor, file);
}

/** Functions that give the exit codes of some processes, which the host knows only in part. */
const codes = new Map<number, () => number | undefined>();

/**
 * Names the function that gives the exit code of a process; `undefined` before its end, and if it has given none.
 *
 * @returns A function that forgets it, for when the descriptor is closed.
 */
export function listenForCode(descriptor: number, code: () => number | undefined): () => void {
  codes.set(descriptor, code);
  return () => codes.delete(descriptor);
}

/** Tells whether the way in which it ended comes somewhat later than its end. */
export function isToldOfEnd(descriptor: number): boolean {
  return told.has(descriptor);
}

function readTold(descriptor: number, file: number): HostProcessEnd | undefined {
  const bytes = Buffer.alloc(TOLD);
  if (readSync(file, bytes, 0, TOLD, 0) < TOLD) return undefined;
  if (bytes.equals(END_UNKNOWN)) told.delete(descriptor);
  if (bytes.readInt32LE(0) !== 1) return undefined;
  return endOf(bytes.readInt32LE(4));
}

function endOf(status: number): HostProcessEnd {
  return { code: (status >>> 8) & 0xff, signal: status & 0x7f };
}

/**
 * Asks how a process has ended. The answer is there once the parent has waited for the process, which is when poll(2)
 * reports a hangup on the descriptor; Linux 6.15.
 *
 * @returns `undefined` if it cannot be told.
 */
export function processEnd(descriptor: number): HostProcessEnd | undefined {
  const file = told.get(descriptor);
  if (file !== undefined) return readTold(descriptor, file);
  const code = codes.get(descriptor)?.();
  if (code !== undefined) return { code, signal: 0 };
  if (ask(descriptor, PIDFD_INFO_EXIT) < 0) return undefined;
  const { view } = memory();
  if ((view.getBigUint64(MASK, true) & PIDFD_INFO_EXIT) === 0n) return undefined;
  return endOf(view.getInt32(STATUS, true));
}

function ask(descriptor: number, mask: bigint): number {
  const { address, view, bytes } = memory();
  bytes.fill(0, 0, SIZE);
  view.setBigUint64(MASK, mask, true);
  return syscall(IOCTL, descriptor, PIDFD_GET_INFO, address);
}
