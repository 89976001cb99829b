import { Socket } from 'node:net';
import { makeSocketPair } from '../host/files/new-descriptors.ts';
import type { IpAddress } from '../network/address.ts';
import type { FindClient } from '../network/refusal.ts';

/** The target of a connection, as the program meant it. */
export type Meant = {
  /** The name that was looked up; `undefined` when the program connects to a literal address. */
  readonly name: string | undefined;
  readonly address: IpAddress;
  readonly port: number;
};

/**
 * A service of ours that a connection of the program leads to, in place of a server outside.
 *
 * @param socket The program's end: bytes that it sends are read here. Half-closed ends are kept.
 * @param findClient Finds the process that has connected.
 */
export type LocalService = (
  socket: Socket,
  meant: Pick<Meant, 'name' | 'port'>,
  findClient: FindClient,
) => void;

/**
 * Makes the two ends of a connection to a service of ours.
 *
 * @returns A host descriptor for the pump, and our end.
 * @throws SystemError when the host refuses.
 */
export function makeServiceEnds(): { readonly theirs: number; readonly socket: Socket } {
  const [ours, theirs] = makeSocketPair();
  // Nothing is read before there is a listener: the service may be a process that takes the socket over.
  const options = { fd: ours, readable: true, writable: true, allowHalfOpen: true, pauseOnCreate: true };
  const socket = new Socket(options);
  // An end that fails is closed; the program sees a reset.
  socket.on('error', () => socket.destroy());
  return { theirs, socket };
}
