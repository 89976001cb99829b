import type { CallList } from '../host/processes/call-list.ts';
import {
  SECCOMP_FILTER_FLAG_NEW_LISTENER,
  SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
  SECCOMP_SET_MODE_FILTER,
} from '../linux/seccomp.ts';
import { CMSG_HEADER_SIZE, MSG_NOSIGNAL, SCM_RIGHTS, SOL_SOCKET } from '../linux/sockets.ts';
import { filterProgram } from './filter-program.ts';
import type { ObservedWorld } from './world.ts';

/** Adds the steps that have an observer told of the calls of the process and all that it makes. */
export function addObserver(list: CallList, { filter, out }: ObservedWorld): void {
  const words = 'have calls observed';
  const program = filterProgram(list, 'observing filter', filter);
  // The result is stored where the message has its descriptor.
  const control = Buffer.alloc(CMSG_HEADER_SIZE + 8);
  control.writeBigUInt64LE(BigInt(CMSG_HEADER_SIZE + 4), 0);
  control.writeInt32LE(SOL_SOCKET, 8);
  control.writeInt32LE(SCM_RIGHTS, 12);
  const room = list.data('descriptor of notifications', [control]);
  const listener = list.slotAt(room, CMSG_HEADER_SIZE);
  const flags = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
  list.call(words, 'seccomp', [SECCOMP_SET_MODE_FILTER, flags, program], {
    result: listener,
    needs: 'seccomp',
  });
  const vector = list.data('vector', [list.data('one byte', [new Uint8Array(8)]), word(1)]);
  const message = list.data('message', [
    word(0),
    word(0),
    vector,
    word(1),
    room,
    word(CMSG_HEADER_SIZE + 4),
    word(0),
  ]);
  list.call(words, 'sendmsg', [out, message, MSG_NOSIGNAL]);
  list.call(words, 'close', [listener]);
}

function word(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
