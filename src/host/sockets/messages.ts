import { architecture } from '../../linux/architecture.ts';
import { IOVEC_SIZE, UIO_MAXIOV } from '../../linux/limits.ts';
import { PROT_READ } from '../../linux/memory.ts';
import { CMSG_HEADER_SIZE, MessageHeader, SCM_RIGHTS, SOL_SOCKET } from '../../linux/sockets.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import type { Address } from '../libc.ts';
import { NativeMemory } from '../memory.ts';
import { isFirstThread, syscall } from '../syscall.ts';
import { MessageFlags } from './sockets.ts';

/*
 * Messages that carry descriptors (sendmsg(2), unix(7)). A filter cannot see the memory behind the pointer to a message
 * header, where a destination could stand, or an option that routes a packet elsewhere (IPV6_RTHDR). So there is one
 * header for each number of descriptors, sealed like the lookups of lookup.ts: each names no destination and has one
 * control message, of type SCM_RIGHTS. Sealed are whole pages; the control message's own head ends such a page, so that
 * the numbers of the descriptors behind it lie in the next, which stays writable.
 */

const SENDMSG = callNumberOf('sendmsg');
const MPROTECT = callNumberOf('mprotect');
const MSEAL = callNumberOf('mseal');

/** The most descriptors one message carries. Linux would take 253; each costs a page. */
export const MOST_DESCRIPTORS = 64;

/** The largest page there may be. */
const PAGE = architecture === 'x64' ? 4096 : 65536;
const STRIDE = 2 * PAGE;
const RECORDS = MOST_DESCRIPTORS * STRIDE;

/** Only the first thread can send descriptors: the headers are filled in for one message at a time. */
export const canSendDescriptors: boolean = isFirstThread;

type Table = { readonly memory: NativeMemory; readonly start: number };
let table: Table | undefined;

/** A filter compares the halves of an address separately, so the records must not lie across a 4 GiB boundary. */
function makeTable(): Table {
  for (;;) {
    const memory = new NativeMemory(RECORDS + STRIDE + UIO_MAXIOV * IOVEC_SIZE);
    const start = Math.ceil(memory.address / STRIDE) * STRIDE - memory.address;
    const first = memory.address + start;
    if (Math.floor(first / 2 ** 32) === Math.floor((first + RECORDS) / 2 ** 32)) return { memory, start };
  }
}

function fillTable({ memory, start }: Table): void {
  const { view } = memory;
  for (let count = 1; count <= MOST_DESCRIPTORS; count++) {
    const record = start + (count - 1) * STRIDE;
    const control = record + PAGE - CMSG_HEADER_SIZE;
    const length = BigInt(CMSG_HEADER_SIZE + count * 4);
    view.setBigUint64(record + MessageHeader.vectors, BigInt(memory.at(start + RECORDS)), true);
    view.setBigUint64(record + MessageHeader.count, BigInt(UIO_MAXIOV), true);
    view.setBigUint64(record + MessageHeader.control, BigInt(memory.at(control)), true);
    view.setBigUint64(record + MessageHeader.controlLength, length, true);
    view.setBigUint64(control, length, true);
    view.setInt32(control + 8, SOL_SOCKET, true);
    view.setInt32(control + 12, SCM_RIGHTS, true);
  }
}

function ourTable(): Table {
  if (table === undefined) {
    table = makeTable();
    fillTable(table);
  }
  return table;
}

/**
 * Gives the place of the headers and their distance, for the seccomp filter; they are made when this is first asked.
 */
export function messageTable(): {
  readonly start: Address;
  readonly end: Address;
  readonly stride: number;
} {
  const { memory, start } = ourTable();
  return { start: memory.at(start), end: memory.at(start + RECORDS), stride: STRIDE };
}

/**
 * Seals the headers for ever. Together with a filter that lets `sendmsg` through only with one of them, no code in this
 * process can send anything but data and descriptors, nor to any but a connected peer.
 *
 * @returns 0, or `-errno` where the host has no mseal(2), that is before Linux 6.10.
 */
export function sealMessages(): number {
  const { memory, start } = ourTable();
  let result = 0;
  for (let at = start; at < start + RECORDS && result === 0; at += STRIDE) {
    result = syscall(MPROTECT, memory.at(at), PAGE, PROT_READ);
    if (result === 0) result = syscall(MSEAL, memory.at(at), PAGE, 0);
  }
  return result;
}

/**
 * Sends data with descriptors, without a signal when the peer is gone.
 *
 * @param from Array of `struct iovec`, of at most 1024.
 * @param descriptors One to `MOST_DESCRIPTORS` host descriptors.
 * @returns The bytes sent, or `-errno`.
 */
export function sendDescriptors(socket: number, from: Uint8Array, descriptors: readonly number[]): number {
  const { memory, start } = ourTable();
  const vectors = start + RECORDS;
  memory.bytes.set(from, vectors);
  // All headers say that there are 1024 vectors: those that are not meant are empty.
  memory.bytes.fill(0, vectors + from.length, vectors + UIO_MAXIOV * IOVEC_SIZE);
  const record = start + (descriptors.length - 1) * STRIDE;
  for (const [index, descriptor] of descriptors.entries())
    memory.view.setInt32(record + PAGE + index * 4, descriptor, true);
  return syscall(SENDMSG, socket, memory.at(record), MessageFlags.noSignal);
}
