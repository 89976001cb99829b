import { closeSync } from 'node:fs';
import type { AnnouncedSocket } from '../host/pump/announced.ts';
import { PumpSocketKind } from '../host/pump/records.ts';
import { bindSocket } from '../host/sockets/socket-setup.ts';
import { errnoMeaning, LinuxErrno } from '../linux/errno.ts';
import { ANY_ADDRESSES, type IpAddress, LOOPBACK_ADDRESSES } from '../network/address.ts';

/** A family's sockets that are not bound yet. */
type Spares = { readonly family: IpAddress['family']; readonly sockets: AnnouncedSocket[] };

/**
 * The sockets for datagrams of a program's network that are bound when a port is granted while the program runs. The pump
 * has them from its start, because it can send to addresses through no later ones.
 */
export class SpareSockets {
  readonly #families: readonly Spares[];

  /** @param sockets Their descriptors are closed here. */
  constructor(sockets: readonly AnnouncedSocket[]) {
    const of = (wanted: number): AnnouncedSocket[] => sockets.filter(({ kind }) => kind === wanted);
    this.#families = [
      { family: 'ipv4', sockets: of(PumpSocketKind.udp4) },
      { family: 'ipv6', sockets: of(PumpSocketKind.udp6) },
    ];
  }

  /**
   * Binds a socket of each family to a port.
   *
   * @param local True for the program's loopback alone.
   * @param announce Called for each socket with its number in the pump, before it is bound.
   * @throws Error when there is no socket left, or the program uses the port.
   */
  bind(port: number, local: boolean, announce: (socket: number) => void): void {
    if (this.#families.every(({ sockets }) => sockets.length === 0))
      throw new Error(
        `Port ${port} of UDP cannot be served: no more ports of UDP can be added while the program runs. Grant it from the start`,
      );
    for (const { family, sockets } of this.#families) {
      const [socket] = sockets;
      // A host without IPv6 has no such sockets.
      if (socket === undefined) continue;
      announce(socket.number);
      const address = (local ? LOOPBACK_ADDRESSES : ANY_ADDRESSES).find((one) => one.family === family);
      const host = Uint8Array.from(address?.bytes ?? []);
      const result = bindSocket(socket.descriptor, { family, host, port });
      if (result === -LinuxErrno.EADDRINUSE)
        throw new Error(`Port ${port} of UDP cannot be served: the program may use it itself`);
      if (result < 0) throw new Error(`Port ${port} of UDP cannot be served: ${errnoMeaning(-result)}`);
      sockets.shift();
      closeSync(socket.descriptor);
    }
  }

  /** Closes those that were not used. */
  close(): void {
    for (const { sockets } of this.#families)
      for (const { descriptor } of sockets.splice(0)) closeSync(descriptor);
  }
}
