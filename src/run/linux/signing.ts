import { chownSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processOfPeer } from '../../broker/process-finder.ts';
import { RefusalNotes } from '../../broker/refusal-notes.ts';
import { descriptorOfSocket } from '../../host/sockets/node-descriptor.ts';
import { O_CLOEXEC, O_PATH } from '../../linux/open-flags.ts';
import type { ConnectionRefusal } from '../../network/refusal.ts';
import type { LateParts } from '../../plan/linux/world-of.ts';
import type { AgentGrant, AgentKeyName } from '../../resources/agent-grant.ts';
import { reasonOf } from '../../resources/file-kind.ts';
import { ResourceError } from '../../resources/mistake.ts';
import { quote } from '../../resources/written.ts';
import { filterAgent } from '../../ssh-agent/agent-filter.ts';
import { type KeyName, publicKeyOf } from '../../ssh-agent/key-name.ts';

/** The path at which a program finds its agent. */
const AT = '/run/cloudabi/ssh-agent';

/** The name of the socket in its folder. */
const SOCKET = 'socket';

/** Connections of a program to its agent at once. */
const MOST_CLIENTS = 64;

/** The agent of a program: a socket of ours that signs with the granted keys. */
export class Signing {
  readonly #server: Server;
  readonly #folder: string;
  readonly #clients = new Set<Socket>();
  readonly #socket: number;

  /** @throws ResourceError without an agent, or for a file that is no public key. */
  constructor(grant: AgentGrant, onRefused: ((refusal: ConnectionRefusal) => void) | undefined) {
    const agent = grant.agent ?? process.env['SSH_AUTH_SOCK'];
    if (agent === undefined || agent === '')
      throw new ResourceError(
        'There is no ssh-agent: SSH_AUTH_SOCK is not set; start one, or name its socket',
        grant.position,
        'ssh_agent',
      );
    const keys = grant.keys.map((key) => keyOf(key, grant));
    const notes = new RefusalNotes(onRefused);
    this.#folder = mkdtempSync(join(tmpdir(), 'cloudabi-agent-'));
    const path = join(this.#folder, SOCKET);
    this.#server = createServer((client) => {
      this.#clients.add(client);
      client.once('close', () => this.#clients.delete(client));
      const descriptor = descriptorOfSocket(client);
      const peer = descriptor === undefined ? undefined : processOfPeer(descriptor);
      filterAgent(client, {
        agent,
        keys,
        onRefused: ({ fingerprint, reason }) =>
          notes.add({ kind: 'signature', fingerprint }, () => peer, {
            denial: { kind: 'request', reason },
            remedy: fingerprint === undefined ? { kind: 'none' } : { kind: 'ssh-key', fingerprint },
          }),
      });
    });
    this.#server.maxConnections = MOST_CLIENTS;
    // The socket is there when this returns; only the event comes later.
    this.#server.listen(path);
    this.#server.on('error', () => this.#server.close());
    this.#server.unref();
    this.#socket = openSync(path, O_PATH | O_CLOEXEC);
  }

  /** The parts of the world by which the program finds the socket. */
  get lateParts(): LateParts {
    return {
      entries: [{ kind: 'mount', at: AT, descriptor: this.#socket, access: 'read', execute: false }],
      defaults: [],
      variables: [['SSH_AUTH_SOCK', AT]],
    };
  }

  /** Lets a program of another user connect. */
  giveTo({ uid, gid }: { readonly uid: number; readonly gid: number }): void {
    chownSync(join(this.#folder, SOCKET), uid, gid);
  }

  /** Ends the agent and its connections. */
  end(): void {
    this.#server.close();
    for (const client of this.#clients) client.destroy();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function keyOf(key: AgentKeyName, { position }: AgentGrant): KeyName {
  if (key.kind !== 'file') return key;
  const cannot = (reason: string): ResourceError =>
    new ResourceError(`Cannot read the public key in ${quote(key.path)}: ${reason}`, position, 'ssh_agent');
  let line: string;
  try {
    line = readFileSync(key.path, 'utf8');
  } catch (error) {
    throw cannot(reasonOf(error));
  }
  const blob = publicKeyOf(line);
  if (blob === undefined) throw cannot('it has none');
  return { kind: 'public key', blob };
}
