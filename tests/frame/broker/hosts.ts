// Runs programs whose network leads to granted hosts, and servers for them.
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import type { ConnectionRefusal } from '../../../src/network/refusal.ts';
import type { ExitReason } from '../../../src/process/exit-reason.ts';
import { command, file, type HostsOptions, pipe } from '../../../src/resources/constructors.ts';
import { launch } from '../../../src/run/launch.ts';

/** The outcome of a program, with what it was refused. */
export type HostsOutcome = {
  readonly out: string;
  readonly errors: string;
  readonly reason: ExitReason;
  readonly refusals: readonly ConnectionRefusal[];
};

/** Runs a program of this host to its end. */
export async function runWith(
  network: HostsOptions,
  program: string,
  words: readonly string[],
  read: readonly string[] = [],
): Promise<HostsOutcome> {
  const stdout = pipe('write');
  const stderr = pipe('write');
  const refusals: ConnectionRefusal[] = [];
  const started = launch(
    program,
    command({
      base: 'system',
      arguments: [...words],
      network,
      stdout,
      stderr,
      directories: Object.fromEntries(read.map((path) => [path, file(path)])),
    }),
    { onRefusedConnection: (refusal) => refusals.push(refusal) },
  );
  const [reason, out, errors] = await Promise.all([started.exited, text(stdout.stream), text(stderr.stream)]);
  return { reason, out, errors, refusals };
}

/** Runs JavaScript in Node in such a world. */
export function script(network: HostsOptions, source: string): Promise<HostsOutcome> {
  return runWith(network, process.execPath, ['-e', source]);
}

/** The most connections that wait to be accepted: with Node's 511, the kernel may reset some of two thousand at once. */
const BACKLOG = 4096;

/** A TCP server on an address of the loopback network; it ends with the test. */
export async function serve(
  t: TestContext,
  onConnection: (socket: Socket) => void,
  host = '127.0.0.1',
  port = 0,
): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    onConnection(socket);
  }).listen({ port, host, backlog: BACKLOG });
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
}
