import { checkRange } from '../../../abi/dispatch.ts';
import type { Calls } from '../../../abi/generated/calls.ts';
import { Errno, Riflags, Roflags } from '../../../abi/generated/constants.ts';
import {
  newRecvIn,
  newRecvOut,
  newSendIn,
  newSendOut,
  readRecvIn32,
  readSendIn32,
  writeRecvOut32,
  writeSendOut32,
} from '../../../abi/generated/structs.ts';
import { MOST_DESCRIPTORS } from '../../../host/sockets/messages.ts';
import * as sockets from '../../../kernel/sockets.ts';
import type { Guest } from '../guest.ts';
import { loadVectors } from './files.ts';
import { outcome } from './outcome.ts';

const VECTOR = 8;
const WORD = 4;

/** Calls on sockets. */
export function socketCalls(guest: Guest): Pick<Calls, 'sock_recv' | 'sock_send' | 'sock_shutdown'> {
  const { process, memory } = guest;
  const recvIn = newRecvIn();
  const recvOut = newRecvOut();
  const sendIn = newSendIn();
  const sendOut = newSendOut();

  /** Loads the vectors and checks the place of the descriptors of a message. */
  function load(data: number, count: number, fds: number, fdsCount: number): Errno {
    const error =
      checkRange(memory, data, count, VECTOR, WORD) || checkRange(memory, fds, fdsCount, WORD, WORD);
    return error === Errno.success ? loadVectors(guest, data, count) : error;
  }

  return {
    sock_recv(sock, input, output) {
      const { ri_data, ri_data_len, ri_fds, ri_fds_len, ri_flags } = readRecvIn32(memory.view, input, recvIn);
      if ((ri_flags & ~(Riflags.peek | Riflags.waitall)) !== 0) return Errno.inval;
      const error = load(ri_data, ri_data_len, ri_fds, ri_fds_len);
      if (error !== Errno.success) return error;
      const numbers: number[] = [];
      const received = sockets.receive(process, sock, ri_flags, ri_fds_len, numbers);
      if (received < 0) return outcome(received);
      for (const [index, number] of numbers.entries())
        memory.view.setUint32(ri_fds + index * WORD, number, true);
      recvOut.ro_datalen = received;
      recvOut.ro_fdslen = numbers.length;
      recvOut.ro_flags =
        (sockets.wasTruncated() ? Roflags.data_truncated : 0) |
        (sockets.hadMoreDescriptors() ? Roflags.fds_truncated : 0);
      writeRecvOut32(memory.view, output, recvOut);
      return Errno.success;
    },
    sock_send(sock, input, output) {
      const { si_data, si_data_len, si_fds, si_fds_len, si_flags } = readSendIn32(memory.view, input, sendIn);
      if (si_flags !== 0) return Errno.inval;
      const error = load(si_data, si_data_len, si_fds, si_fds_len);
      if (error !== Errno.success) return error;
      if (si_fds_len > MOST_DESCRIPTORS) return Errno.inval;
      const numbers = Array.from({ length: si_fds_len }, (_, index) =>
        memory.view.getUint32(si_fds + index * WORD, true),
      );
      const sent =
        numbers.length === 0 ? sockets.send(process, sock) : sockets.sendWith(process, sock, numbers);
      if (sent < 0) return outcome(sent);
      sendOut.so_datalen = sent;
      writeSendOut32(memory.view, output, sendOut);
      return Errno.success;
    },
    sock_shutdown: (sock, how) => outcome(sockets.shutdown(process, sock, how)),
  };
}
