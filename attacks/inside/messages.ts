// Runs in a child process: enters capability mode as a program does that imports sock_send and sock_recv, then tries
// with raw system calls to send and receive what it may not. Prints one JSON object: for each attempt what it answered.
// Arguments: a granted directory, an append-only log that is granted as well, or nothing. Descriptor 3 is one of two
// connected sockets; through it comes a directory that was not granted.
import fs from 'node:fs';
import { Filetype } from '../../src/abi/generated/constants.ts';
import * as entries from '../../src/host/files/entries.ts';
import { Open, openBeneath } from '../../src/host/files/lookup.ts';
import { addressOf } from '../../src/host/libc.ts';
import { NativeMemory } from '../../src/host/memory.ts';
import type { Name } from '../../src/host/names/sealed-names.ts';
import { endProcess } from '../../src/host/processes/own-process.ts';
import { messageTable, sendDescriptors } from '../../src/host/sockets/messages.ts';
import { ControlRoom } from '../../src/host/sockets/received.ts';
import { MessageFlags, receive } from '../../src/host/sockets/sockets.ts';
import { syscall } from '../../src/host/syscall.ts';
import { ALL_HIGH, ALL_LOW, R, RH } from '../../src/kernel/rights.ts';
import { errnoName } from '../../src/linux/errno.ts';
import { MessageHeader } from '../../src/linux/sockets.ts';
import { callNumberOf } from '../../src/linux/system-calls.ts';
import { confine } from '../../src/walls/confinement.ts';

const [directoryPath = '', logPath = ''] = process.argv.slice(2);
const SOCKET = 3;
const none = { low: 0, high: 0 };
const write = { low: R.fd_write, high: 0 };
// Everything in its own directory, so that the filter has all calls and Landlock must tell directories apart.
const all = { low: ALL_LOW, high: ALL_HIGH };
const stream = { low: R.fd_read | R.fd_write, high: RH.sock_shutdown };
const directory = fs.openSync(directoryPath, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
const log = logPath === '' ? -1 : fs.openSync(logPath, fs.constants.O_WRONLY | fs.constants.O_APPEND);

confine({
  descriptors: [
    { host: 1, type: Filetype.unknown, base: write, inheriting: none, grant: 0 },
    { host: directory, type: Filetype.directory, base: all, inheriting: all, grant: 1 },
    { host: SOCKET, type: Filetype.socket_stream, base: stream, inheriting: none, grant: 2 },
    ...(log < 0 ? [] : [{ host: log, type: Filetype.regular_file, base: write, inheriting: none, grant: 3 }]),
  ],
  keep: [],
  accepted: [],
  calls: new Set(['sock_send', 'sock_recv']),
});

const answers: Record<string, string> = {};
function raw(name: string, result: number): void {
  answers[name] = result < 0 ? errnoName(-result) : `succeeded with ${result}`;
}

const memory = new NativeMemory(65536);
const at = { header: 0, vector: 64, name: 128, control: 256, text: 1024, result: 4096 };
memory.bytes.set(Buffer.from('x'), at.text);
memory.view.setBigUint64(at.vector, BigInt(memory.at(at.text)), true);
memory.view.setBigUint64(at.vector + 8, 1n, true);
const vector = memory.bytes.slice(at.vector, at.vector + 16);

/** A message of one byte with a destination of its own. */
function ownHeader(): number {
  const { view } = memory;
  memory.bytes.fill(0, at.header, at.header + MessageHeader.size);
  memory.bytes.set([1, 0, 0, ...Buffer.from('abstract')], at.name);
  view.setBigUint64(at.header, BigInt(memory.at(at.name)), true);
  view.setUint32(at.header + 8, 11, true);
  view.setBigUint64(at.header + MessageHeader.vectors, BigInt(memory.at(at.vector)), true);
  view.setBigUint64(at.header + MessageHeader.count, 1n, true);
  return memory.at(at.header);
}

const path = (text: string): ReturnType<typeof addressOf> => addressOf(Buffer.from(`${text}\0`));
const { start, end, stride } = messageTable();
const SENDMSG = callNumberOf('sendmsg');
const { noSignal } = MessageFlags;

// Received before anything is sent, because both go through one pair of sockets.
const header = new NativeMemory(MessageHeader.size);
const room = new ControlRoom();
function receiveTwo(socket: number): readonly number[] {
  header.view.setBigUint64(MessageHeader.vectors, BigInt(memory.at(at.vector)), true);
  header.view.setBigUint64(MessageHeader.count, 1n, true);
  room.offer(header, 4);
  const received = receive(socket, header.address, MessageFlags.closeOnExec);
  return received < 0 ? [received] : room.take(header).sent;
}
function nameOf(name: string): Name {
  return { bytes: Buffer.from(name), address: path(name) };
}
const [foreign = -1, foreignFile = -1] = receiveTwo(SOCKET);
raw('allowed: receive a directory', foreign);
raw(
  'allowed: create in the granted directory',
  openBeneath(directory, path('mine'), Open.write | Open.create),
);
raw('allowed: remove there', entries.unlink(directory, nameOf('mine')));
raw(
  'received file: link it into the granted directory',
  entries.linkObject(foreignFile, directory, nameOf('stolen')),
);
raw('received file: change it', syscall(callNumberOf('write'), foreignFile, memory.address, 1));
raw('received directory: read beneath it', openBeneath(foreign, path('outside'), Open.read));
raw('received directory: write beneath it', openBeneath(foreign, path('outside'), Open.readWrite));
raw('received directory: create beneath it', openBeneath(foreign, path('new'), Open.write | Open.create));
raw('received directory: cut beneath it', openBeneath(foreign, path('outside'), Open.truncate));
raw('received directory: list a directory', openBeneath(foreign, path('other'), Open.directory));
raw('received directory: leave it', openBeneath(foreign, path('../..'), Open.path));
raw('received directory: mkdirat', entries.makeDirectory(foreign, nameOf('made')));
raw('received directory: unlinkat', entries.unlink(foreign, nameOf('outside')));
raw('received directory: renameat2', entries.rename(foreign, nameOf('outside'), directory, nameOf('stolen')));
raw('received directory: linkat', entries.link(foreign, nameOf('outside'), directory, nameOf('stolen')));

raw(
  log < 0 ? 'allowed: send a descriptor' : 'send a descriptor',
  sendDescriptors(SOCKET, vector, [directory]),
);
if (log >= 0) raw('give the log a second number', sendDescriptors(SOCKET, vector, [log]));
raw('sendmsg with a destination', syscall(SENDMSG, SOCKET, ownHeader(), noSignal));
raw('sendmsg in the middle of a header', syscall(SENDMSG, SOCKET, start + 16, noSignal));
raw('sendmsg with what lies between headers', syscall(SENDMSG, SOCKET, start + stride / 2, noSignal));
raw('sendmsg in front of the headers', syscall(SENDMSG, SOCKET, start - stride, noSignal));
raw('sendmsg behind the headers', syscall(SENDMSG, SOCKET, end, noSignal));
raw('sendmsg out of band', syscall(SENDMSG, SOCKET, start, noSignal | 1));
raw('sendmsg of a descriptor that is not open', sendDescriptors(SOCKET, vector, [4000]));
raw('sendmsg of the working directory', sendDescriptors(SOCKET, vector, [-100]));

// A program without the right to send has no headers to seal.
if (log < 0) {
  raw('unseal: mprotect', syscall(callNumberOf('mprotect'), start, stride / 2, 3));
  raw('unseal: mprotect of the last', syscall(callNumberOf('mprotect'), end - stride, stride / 2, 3));
  raw('unseal: munmap', syscall(callNumberOf('munmap'), start, stride));
  raw('unseal: mmap over it', syscall(callNumberOf('mmap'), start, stride, 3, 0x32, -1, 0));
  raw('unseal: mremap it away', syscall(callNumberOf('mremap'), start, stride / 2, stride, 1, 0));
  raw('unseal: mremap over it', syscall(callNumberOf('mremap'), memory.address, 4096, 4096, 3, start));
  raw('unseal: madvise', syscall(callNumberOf('madvise'), start, stride / 2, 4));
}

const length = Uint32Array.of(4);
const asked = (option: number, level = 1): number =>
  syscall(callNumberOf('getsockopt'), SOCKET, level, option, memory.at(at.result), addressOf(length));
raw('allowed: the type of a socket', asked(3));
raw('who is at the other end (SO_PEERCRED)', asked(17));
raw('a descriptor of who is at the other end (SO_PEERPIDFD)', asked(77));
raw('an option of another level', asked(3, 6));
raw(
  'sendto with an address',
  syscall(callNumberOf('sendto'), SOCKET, memory.address, 1, 0, memory.at(at.name), 11),
);
// The namespaces of a process (PIDFD_GET_NET_NAMESPACE), and other questions to sockets.
raw('ioctl: a namespace', syscall(callNumberOf('ioctl'), SOCKET, 0xff04, 0));
raw('sendmmsg', syscall(process.arch === 'x64' ? 307 : 269, SOCKET, memory.address, 1, 0));

const report = Buffer.from(JSON.stringify(answers));
syscall(callNumberOf('write'), 1, addressOf(report), report.length);
endProcess(0);
