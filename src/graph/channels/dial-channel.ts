import { lookup } from 'node:dns/promises';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect } from 'node:tls';
import { channelPeer, IDLE, TAKEN } from './channel-server.ts';
import type { Credentials } from './credentials.ts';

/** Milliseconds for an address to answer: a machine that is gone answers never. */
const ANSWER = 2_000;

/** The other end of a channel. */
export type ChannelTarget = {
  readonly host: string;
  readonly port: number;
  /** The identity that the server must have. */
  readonly identity: string;
};

/**
 * Connects to a server of a channel: each address of the host is tried, in any order.
 *
 * @returns A socket whose peer has the identity, and which its program has taken; `undefined` when no address has such a server.
 */
export async function dialChannel(
  target: ChannelTarget,
  credentials: Credentials,
  onRefusal: (words: string) => void,
): Promise<Socket | undefined> {
  const found = await lookup(target.host, { all: true }).catch(() => []);
  for (const { address } of shuffled(found)) {
    const socket = await tryAddress(address, target, credentials, onRefusal);
    if (socket !== undefined) return socket;
  }
  return undefined;
}

function tryAddress(
  address: string,
  { port, identity }: ChannelTarget,
  credentials: Credentials,
  onRefusal: (words: string) => void,
): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const plain = connectPlain({
      host: address,
      port,
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: IDLE,
    });
    const socket = connect({
      ...credentials.context,
      socket: plain,
      // Identities take the place of names of hosts; the chain is verified all the same.
      checkServerIdentity: () => undefined,
    });
    const settle = (result: Socket | undefined): void => {
      clearTimeout(timer);
      socket.off('error', onError).off('close', fail);
      plain.off('error', onError).on('error', () => socket.destroy());
      if (result === undefined) {
        socket.on('error', () => {}).destroy();
        plain.destroy();
      }
      resolve(result);
    };
    const fail = (): void => settle(undefined);
    const onError = (error: Error): void => {
      if (!('code' in error && typeof error.code === 'string' && error.code.startsWith('ECONN')))
        onRefusal(`${address}:${port}: ${error.message}`);
      fail();
    };
    const timer = setTimeout(fail, ANSWER);
    plain.on('error', onError);
    socket.once('error', onError);
    socket.once('close', fail);
    socket.once('secureConnect', () => {
      const peer = channelPeer(socket);
      if (peer !== identity) {
        onRefusal(`${address}:${port} is ${peer ?? 'nothing known'}, not ${identity}`);
        return fail();
      }
      socket.once('readable', () => {
        const first: unknown = socket.read(1);
        settle(first instanceof Buffer && first[0] === TAKEN ? socket : undefined);
      });
    });
  });
}

function shuffled<Item>(items: readonly Item[]): readonly Item[] {
  return items
    .map((item) => [Math.random(), item] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, item]) => item);
}
