// Messages with descriptors, sent and received by a program without code.
import assert from 'node:assert/strict';
import {
  newRecvOut,
  newSendOut,
  readRecvOut32,
  readSendOut32,
  writeRecvIn32,
  writeSendIn32,
} from '../../../src/abi/generated/structs.ts';
import { At, type Program } from './cloudabi-program.ts';

/** Address of the numbers of descriptors. */
const FDS = 12288;
const RECEIVED = At.buffer + 4096;

/** Sends text and descriptors; the errno, `success` only if all of the text was sent. */
export function send(program: Program, sock: number, text: string, fds: readonly number[] = []): string {
  const [buffer, length] = program.text(text, At.buffer);
  const [si_data, si_data_len] = program.vector(length, buffer);
  for (const [index, fd] of fds.entries()) program.view.setUint32(FDS + index * 4, fd, true);
  const message = { si_data, si_data_len, si_fds: FDS, si_fds_len: fds.length, si_flags: 0 };
  writeSendIn32(program.view, At.in, message);
  const errno = program.call('sock_send', sock, At.in, At.result);
  if (errno === 'success')
    assert.equal(readSendOut32(program.view, At.result, newSendOut()).so_datalen, length);
  return errno;
}

/** A message that `receive` received. */
export type Message = { readonly text: string; readonly fds: readonly number[]; readonly flags: number };

/** Receives up to `length` bytes and `room` descriptors; nothing else may be written. */
export function receive(
  program: Program,
  sock: number,
  { length = 64, room = 2, flags: ri_flags = 0 } = {},
): Message {
  const [ri_data, ri_data_len] = program.vector(length, RECEIVED);
  const message = { ri_data, ri_data_len, ri_fds: FDS, ri_fds_len: room, ri_flags };
  writeRecvIn32(program.view, At.in, message);
  program.bytes.fill(0xaa, At.out, At.out + 64);
  program.bytes.fill(0xaa, FDS, FDS + 1024);
  assert.equal(program.call('sock_recv', sock, At.in, At.out), 'success');
  const { ro_datalen, ro_fdslen, ro_flags } = readRecvOut32(program.view, At.out, newRecvOut());
  assert.ok(ro_fdslen <= room, 'more descriptors than asked for');
  assert.equal(program.bytes[At.out + 8], 0xaa, 'what is unused is left alone');
  assert.ok(program.bytes.subarray(FDS + ro_fdslen * 4, FDS + 1024).every((byte) => byte === 0xaa));
  return {
    text: program.read(ro_datalen, RECEIVED),
    fds: Array.from({ length: ro_fdslen }, (_, index) => program.view.getUint32(FDS + index * 4, true)),
    flags: ro_flags,
  };
}

/** Sends one descriptor through a pair of sockets and gives the number under which it arrives, or the errno. */
export function pass(program: Program, from: number, to: number, fd: number): number | string {
  const errno = send(program, from, 'x', [fd]);
  if (errno !== 'success') return errno;
  const { fds } = receive(program, to, { room: 1 });
  return fds[0] ?? 'nothing came';
}
