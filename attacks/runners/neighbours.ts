import { spawn } from 'node:child_process';
import { createSocket, type Socket as Echo } from 'node:dgram';
import { closeSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressOf } from '../../src/host/libc.ts';
import { syscall } from '../../src/host/syscall.ts';
import { check } from '../../src/host/system-error.ts';
import { callNumber } from '../../src/linux/system-calls.ts';
import { isAlive } from '../../tests/frame/programs.ts';
import { hostileResolver } from './hostile-resolver.ts';
import { lenientServer } from './lenient-server.ts';

const IPC_RMID = 0;
const SHARED_BYTES = 4096;
const O_CREAT_READ = 0x40;
const AF_UNIX = 1;
const SOCK_DGRAM = 0x80002;

/**
 * Neighbours on the host, as the same user, that a program could reach for. Programs are told by the
 * environment: `VICTIM` and `LAUNCHER` are process ids, `PORT` and `BESIDE` TCP ports of 127.0.0.1 with a listener, `ECHO` a
 * UDP port of it that answers, `HTTP` a port of it with a server of HTTP that reads requests leniently, `RESOLVER` a UDP
 * port of it with a hostile server of names,
 * `ABSTRACT` the name of an abstract socket, `STREAMS` and `DATAGRAMS` paths of UNIX sockets, `SHARED` the id of a
 * System V segment, `QUEUE` the name of a POSIX queue.
 */
export class Neighbours {
  readonly environment: Readonly<Record<string, string>>;
  readonly #victim;
  readonly #datagramServers: readonly Echo[];
  readonly #servers: readonly Server[];
  readonly #shared: number;
  readonly #folder = mkdtempSync(join(tmpdir(), 'attack-neighbours-'));
  readonly #datagrams: number;
  readonly #queue: Buffer;

  private constructor(
    servers: readonly Server[],
    ports: readonly number[],
    datagramServers: readonly [echo: Echo, resolver: Echo],
    abstract: string,
  ) {
    this.#datagramServers = datagramServers;
    const [echo, resolver] = datagramServers;
    const datagrams = join(this.#folder, 'datagrams');
    const streams = join(this.#folder, 'streams');
    this.#servers = [...servers, createServer(greet).listen(streams)];
    this.#datagrams = bindDatagrams(datagrams);
    this.#victim = spawn('sleep', ['3600'], { stdio: 'ignore', env: { SECRET_OF_VICTIM: 'secret' } });
    this.#queue = bytesOf(abstract);
    const opened = syscall(callNumber('mq_open'), addressOf(this.#queue), O_CREAT_READ, 0o600, 0);
    closeSync(check(opened, 'mq_open'));
    this.#shared = check(syscall(callNumber('shmget'), 0, SHARED_BYTES, 0o600), 'shmget');
    this.environment = {
      VICTIM: String(this.#victim.pid),
      LAUNCHER: String(process.pid),
      PORT: String(ports[0]),
      BESIDE: String(ports[1]),
      HTTP: String(ports[2]),
      ECHO: String(echo.address().port),
      RESOLVER: String(resolver.address().port),
      ABSTRACT: abstract,
      STREAMS: streams,
      DATAGRAMS: datagrams,
      SHARED: String(this.#shared),
      QUEUE: `/${abstract}`,
    };
  }

  /** Starts them. */
  static async start(): Promise<Neighbours> {
    const abstract = `cloudabi-attack-${process.pid}`;
    const network = [createServer(greet), createServer(greet), lenientServer()];
    for (const server of network)
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const echo = createSocket('udp4', (message, { port }) => echo.send(message, port, '127.0.0.1'));
    const resolver = hostileResolver();
    for (const one of [echo, resolver])
      await new Promise<void>((resolve) => one.bind(0, '127.0.0.1', resolve));
    const local = createServer(greet);
    await new Promise<void>((resolve) => local.listen(`\0${abstract}`, resolve));
    return new Neighbours([...network, local], network.map(portOf), [echo, resolver], abstract);
  }

  /** Finds traces of attacks on the neighbours. */
  findings(): string[] {
    return this.#victim.exitCode !== null || this.#victim.signalCode !== null
      ? ['a neighbour was killed']
      : [];
  }

  /** Ends them. */
  stop(): void {
    this.#victim.kill('SIGKILL');
    for (const server of this.#servers) server.close();
    for (const one of this.#datagramServers) one.close();
    syscall(callNumber('mq_unlink'), addressOf(this.#queue));
    closeSync(this.#datagrams);
    rmSync(this.#folder, { recursive: true });
    syscall(callNumber('shmctl'), this.#shared, IPC_RMID, addressOf(Buffer.alloc(1)));
  }
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port');
  return address.port;
}

/** A text of C. */
function bytesOf(text: string): Buffer {
  return Buffer.from(`${text}\0`);
}

function greet(peer: Socket): void {
  // Attackers do not say goodbye.
  peer.on('error', () => peer.destroy());
  peer.end('reached');
}

/** A UNIX socket for datagrams, which Node has none of. */
function bindDatagrams(path: string): number {
  const socket = check(syscall(callNumber('socket'), AF_UNIX, SOCK_DGRAM, 0), 'socket');
  const address = Buffer.alloc(110);
  address.writeUInt16LE(AF_UNIX, 0);
  address.write(path, 2);
  check(syscall(callNumber('bind'), socket, addressOf(address), address.length), 'bind');
  return socket;
}

/** Processes that have a variable in their environment, as far as this user may look. */
export function processesWith(variable: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => environmentOf(pid).split('\0').includes(variable) && isAlive(pid));
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}
