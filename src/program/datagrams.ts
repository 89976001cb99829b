import { read, write } from 'node:fs';
import { R } from '../kernel/rights.ts';
import { Descriptor } from './descriptor.ts';

/** The longest datagram of UDP, in bytes; of a longer one, the rest is lost. */
const LONGEST = 65536;

/** A socket that sends and receives datagrams. While it waits for one, it keeps one of Node's four file threads busy. */
export class Datagrams extends Descriptor {
  /** The next datagram. */
  receive(): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(LONGEST);
    return this.use(
      'sock_recv',
      R.fd_read,
      (host) =>
        new Promise((resolve, reject) => {
          read(host, buffer, 0, LONGEST, null, (error, count) =>
            error === null ? resolve(buffer.subarray(0, count)) : reject(error),
          );
        }),
    );
  }

  /** Sends a datagram to the one whom the socket is connected to. */
  send(data: string | NodeJS.ArrayBufferView): Promise<void> {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    return this.use(
      'sock_send',
      R.fd_write,
      (host) =>
        new Promise((resolve, reject) => {
          write(host, bytes, (error) => (error === null ? resolve() : reject(error)));
        }),
    );
  }
}
