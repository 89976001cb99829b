import { connect, type Socket } from 'node:net';
import { AgentKeys, type RefusedSigning } from './agent-keys.ts';
import type { KeyName } from './key-name.ts';
import { MessageReader } from './message.ts';

/** A grant of an agent. */
export type AgentFilterOptions = {
  /** The path of the agent's own socket. */
  readonly agent: string;
  readonly keys: readonly KeyName[];
  readonly onRefused: (refused: RefusedSigning) => void;
};

/** Requests of one client that wait for the agent; a client that sends more is made to wait. */
const MOST_WAITING = 64;

/**
 * Serves a client of ssh-agent: lists and signs with the keys that are named, by asking the agent, and refuses everything
 * else, such as adding, removing and locking keys.
 */
export function filterAgent(client: Socket, options: AgentFilterOptions): void {
  const upstream = connect({ path: options.agent });
  // The client is the reason to stay.
  upstream.unref();
  const fromClient = new MessageReader();
  const fromAgent = new MessageReader();
  /** The uses of the answers that are still to come, in order. */
  const answers: ((answer: Buffer) => void)[] = [];
  const end = (): void => {
    client.destroy();
    upstream.destroy();
  };
  const ask = (request: Buffer): Promise<Buffer> => {
    upstream.write(request);
    return new Promise((resolve) => answers.push(resolve));
  };
  const keys = new AgentKeys(ask, options.keys, options.onRefused);

  // One after the other: the answers of an agent have no number.
  let turn: Promise<void> = Promise.resolve();
  let waiting = 0;
  client.on('data', (chunk: Buffer) => {
    try {
      for (const message of fromClient.push(chunk)) {
        const request = Buffer.from(message);
        if (++waiting > MOST_WAITING) client.pause();
        turn = turn.then(async () => {
          client.write(await keys.answer(request));
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
