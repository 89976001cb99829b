import { connect, type Socket } from 'node:net';
import { fingerprintOf, isNamed, type KeyName } from './key-name.ts';
import {
  type AgentKey,
  AgentMessage,
  Contents,
  framed,
  identitiesOf,
  MessageReader,
  readIdentities,
} from './message.ts';

/** A request to an agent that was refused: for a key, or of a kind that no grant includes. */
export type RefusedSigning = {
  /** The fingerprint of a key that is not granted; `undefined` for another kind of request. */
  readonly fingerprint: string | undefined;
  readonly reason: string;
};

/** A grant of an agent. */
export type AgentFilterOptions = {
  /** The path of the agent's own socket. */
  readonly agent: string;
  readonly keys: readonly KeyName[];
  readonly onRefused: (refused: RefusedSigning) => void;
};

const FAILURE = framed(Buffer.from([AgentMessage.failure]));
const LIST = framed(Buffer.from([AgentMessage.requestIdentities]));

/** Binds a connection to an SSH session (PROTOCOL.agent of OpenSSH): it takes possibilities away and adds none. */
const SESSION_BIND = 'session-bind@openssh.com';

/** Requests of one client that wait for the agent; a client that sends more is made to wait. */
const MOST_WAITING = 64;

/**
 * Serves a client of ssh-agent: lists and signs with the keys that are named, by asking the agent, and refuses everything
 * else, such as adding, removing and locking keys.
 */
export function filterAgent(client: Socket, options: AgentFilterOptions): void {
  const upstream = connect({ path: options.agent });
  const fromClient = new MessageReader();
  const fromAgent = new MessageReader();
  /** The uses of the answers that are still to come, in order. */
  const answers: ((answer: Buffer) => void)[] = [];
  let granted: readonly AgentKey[] | undefined;

  const end = (): void => {
    client.destroy();
    upstream.destroy();
  };
  const ask = (request: Buffer): Promise<Buffer> => {
    upstream.write(request);
    return new Promise((resolve) => answers.push(resolve));
  };
  const listGranted = async (): Promise<readonly AgentKey[]> => {
    const keys = readIdentities(await ask(LIST));
    granted = keys.filter((key) => options.keys.some((name) => isNamed(key, name)));
    return granted;
  };
  const refuse = (fingerprint: string | undefined, reason: string): Buffer => {
    options.onRefused({ fingerprint, reason });
    return FAILURE;
  };
  const answer = async (request: Buffer): Promise<Buffer> => {
    switch (request[0]) {
      case AgentMessage.requestIdentities:
        return framed(identitiesOf(await listGranted()));
      case AgentMessage.signRequest: {
        const blob = new Contents(request).string();
        const keys = granted ?? (await listGranted());
        if (!keys.some((key) => key.blob.equals(blob)))
          return refuse(fingerprintOf({ blob }), 'this key is not granted');
        return framed(await ask(framed(request)));
      }
      case AgentMessage.extension:
        if (new Contents(request).string().toString() === SESSION_BIND)
          return framed(await ask(framed(request)));
        // Clients ask which extensions there are: none.
        return FAILURE;
      default:
        return refuse(undefined, `requests of type ${request[0]} are not granted`);
    }
  };

  // One after the other: the answers of an agent have no number.
  let turn: Promise<void> = Promise.resolve();
  let waiting = 0;
  client.on('data', (chunk: Buffer) => {
    try {
      for (const message of fromClient.push(chunk)) {
        const request = Buffer.from(message);
        if (++waiting > MOST_WAITING) client.pause();
        turn = turn.then(async () => {
          client.write(await answer(request));
          if (--waiting <= MOST_WAITING) client.resume();
        });
        turn.catch(end);
      }
    } catch {
      end();
    }
  });
  upstream.on('data', (chunk: Buffer) => {
    try {
      for (const message of fromAgent.push(chunk)) answers.shift()?.(Buffer.from(message));
    } catch {
      end();
    }
  });
  for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
}
