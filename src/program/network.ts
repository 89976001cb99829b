import type { Socket } from 'node:net';
import { Descriptor } from './descriptor.ts';

/**
 * The network that a program was granted. Node's own functions reach the same hosts: `fetch`, `net`, `tls`, `http`,
 * `dgram` and `dns`; what no rule grants is refused, as by a host that is not there.
 */
export class Network extends Descriptor {
  /** `fetch()` of Node. */
  get fetch(): typeof globalThis.fetch {
    return globalThis.fetch;
  }

  /** `WebSocket` of Node, which has one since version 22; `undefined` before. */
  get WebSocket(): typeof globalThis.WebSocket | undefined {
    return globalThis.WebSocket;
  }

  /**
   * Connects to a port of a host, by TCP.
   *
   * @param host A name or an address.
   * @throws Error of Node: `ENOTFOUND` for a name that no rule grants, `ECONNREFUSED` for a port, `ECONNRESET` when the
   *   host could not be reached.
   */
  connect(host: string, port: number): Promise<Socket> {
    const { connect } = globalThis.process.getBuiltinModule('node:net');
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port, allowHalfOpen: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(socket);
      });
    });
  }
}
