import { Socket } from 'node:net';
import { readSocketLines, writeLine } from '../control/json-lines.ts';
import { close } from '../host/files/files.ts';
import { NativeMemory } from '../host/memory.ts';
import { ControlRoom } from '../host/sockets/received.ts';
import { sendLineWith } from '../host/sockets/send-line.ts';
import { MessageFlags, receive } from '../host/sockets/sockets.ts';
import { IOVEC_SIZE } from '../linux/limits.ts';
import { MessageHeader, MSG_DONTWAIT } from '../linux/sockets.ts';
import { controlSocket } from '../process/control-socket.ts';
import type { LaunchOptions } from '../process/options.ts';
import type { Process } from '../process/process.ts';
import { programEndOf } from '../process/program-end.ts';
import { Command, emptyCommand } from '../resources/command.ts';
import { fd } from '../resources/constructors.ts';
import type { Resource } from '../resources/resource.ts';
import {
  type ProgramLifetime,
  refusedRequest,
  type StartRequest,
} from '../services/program/check-request.ts';
import { checkStream } from '../services/program/check-stream.ts';
import type { ProgramGrant } from '../services/program/grant.ts';
import { type HandedStream, streamNames } from '../services/program/limits.ts';
import { type FromLauncher, readToLauncher, type ToLauncher } from '../services/program/messages.ts';
import { isClientSignal } from '../services/program/process-end.ts';
import { ProgramCounts } from '../services/program/starter.ts';
import type { Mechanism } from '../walls/mechanisms.ts';
import { startProgram } from './program-start.ts';

/** The longest line of a service, in UTF-16 units: a request has at most half as much text. */
const LONGEST_LINE = 1024 * 1024;

/**
 * The part of the launcher that starts programs for a service. The service may be compromised: each request is checked here by
 * the limits of the grant, so that it gets no more out of us than its client could.
 */
export class ProgramLauncher {
  readonly #programs: ReadonlyMap<string, ProgramGrant>;
  readonly #contents: ReadonlyMap<string, unknown>;
  readonly #accept: readonly Mechanism[];
  readonly #socket: number;
  readonly #handed: number;
  readonly #stream: Socket;
  readonly #counts = new ProgramCounts();
  readonly #running = new Map<number, { readonly process: Process; readonly keep: ProgramLifetime }>();
  #isOpen = true;

  /**
   * @param socket Host descriptor of our end of the socket with lines, which belongs to this object from now on.
   * @param handed The same of the socket on which descriptors come.
   * @param contents The grants of the programs by name; none for one that has none.
   * @param accept Mechanisms that this host may lack.
   */
  constructor(
    socket: number,
    handed: number,
    programs: ReadonlyMap<string, ProgramGrant>,
    contents: ReadonlyMap<string, unknown>,
    accept: readonly Mechanism[],
  ) {
    this.#accept = accept;
    this.#programs = programs;
    this.#contents = contents;
    this.#socket = socket;
    this.#handed = handed;
    this.#stream = new Socket({ fd: socket, readable: true, writable: true });
    this.#stream.on('error', () => this.close());
    this.#stream.once('close', () => this.close());
    this.#stream.unref();
    readSocketLines(this.#stream, (value) => this.#hear(readToLauncher(value)), LONGEST_LINE);
  }

  /**
   * Ends the programs that live as long as their channel: the service has gone. The others have descriptors, or are daemons.
   */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#stream.destroy();
    close(this.#handed);
    for (const { process, keep } of this.#running.values()) if (keep === 'channel') process.kill();
  }

  /** Ends all programs: the service does not keep to the messages. */
  #endAll(): void {
    this.close();
    for (const { process } of this.#running.values()) process.kill();
  }

  #hear(message: ToLauncher | undefined): void {
    if (!this.#isOpen) return;
    if (message === undefined) {
      this.#endAll();
      return;
    }
    const running = this.#running.get(message.id)?.process;
    switch (message.kind) {
      case 'kill':
        running?.kill();
        return;
      case 'signal':
        if (isClientSignal(message.name)) running?.signal(message.name);
        return;
      case 'start': {
        const streams = this.#receive(message.request.streams.length);
        if (streams === undefined || running !== undefined) {
          this.#endAll();
          for (const descriptor of streams ?? []) close(descriptor);
          return;
        }
        this.#begin(message, streams);
      }
    }
  }

  #begin({ id, request, time }: Extract<ToLauncher, { kind: 'start' }>, streams: readonly number[]): void {
    const { name } = request;
    try {
      const grant = this.#programs.get(name);
      const refused = grant === undefined ? 'It is not granted' : refusedRequest(request, grant.limits);
      if (grant === undefined || refused !== undefined) {
        this.#tell({ kind: 'failed', id, message: refused ?? '' });
        return;
      }
      try {
        for (const [index, stream] of request.streams.entries()) checkStream(stream, streams[index] ?? -1);
        this.#counts.begin(name, grant.limits);
      } catch (error) {
        this.#tell({ kind: 'failed', id, message: messageOf(error) });
        return;
      }
      let process: Process;
      try {
        const { time: most } = grant.limits;
        const wallClock = Math.min(time ?? Number.POSITIVE_INFINITY, most ?? Number.POSITIVE_INFINITY);
        process = start(grant, this.#contents.get(name), request, streams, {
          accept: this.#accept,
          ...(wallClock < Number.POSITIVE_INFINITY && { limits: { wallClock } }),
        });
      } catch {
        this.#counts.end(name);
        // The reason is about the grants of the program, which are not for the client.
        this.#tell({ kind: 'failed', id, message: `'${name}' cannot be started with what it is granted` });
        return;
      }
      this.#follow(id, request, process);
    } finally {
      for (const descriptor of streams) close(descriptor);
    }
  }

  #follow(id: number, { name, keep }: StartRequest, process: Process): void {
    const descriptor = controlSocket(process, { keeps: keep === 'descriptor' ? 'holders' : 'launcher' });
    this.#running.set(id, { process, keep });
    // The service hears of the start first, and of the end afterwards, also of one that came at once.
    this.#tell({ kind: 'started', id }, descriptor);
    close(descriptor);
    void process.exited.then((reason) => {
      this.#running.delete(id);
      this.#counts.end(name);
      this.#tell({ kind: 'ended', id, end: programEndOf(reason) });
    });
  }

  #tell(message: FromLauncher, descriptor?: number): void {
    if (!this.#isOpen) return;
    if (descriptor === undefined) {
      writeLine(this.#stream, message);
      return;
    }
    // A service that does not read is compromised or gone.
    if (this.#stream.writableLength > 0 || !sendLineWith(this.#socket, JSON.stringify(message), descriptor))
      this.close();
  }

  /** Takes the descriptors that came before a line; `undefined` when they are not as many. */
  #receive(count: number): readonly number[] | undefined {
    if (count === 0) return [];
    const memory = new NativeMemory(MessageHeader.size + IOVEC_SIZE + 1);
    const vector = MessageHeader.size;
    memory.view.setBigUint64(vector, BigInt(memory.at(vector + IOVEC_SIZE)), true);
    memory.view.setBigUint64(vector + 8, 1n, true);
    memory.view.setBigUint64(MessageHeader.vectors, BigInt(memory.at(vector)), true);
    memory.view.setBigUint64(MessageHeader.count, 1n, true);
    const room = new ControlRoom();
    room.offer(memory, count);
    if (receive(this.#handed, memory.address, MessageFlags.closeOnExec | MSG_DONTWAIT) !== 1)
      return undefined;
    const { sent, others } = room.take(memory);
    for (const other of others) close(other);
    if (sent.length === count) return sent;
    for (const descriptor of sent) close(descriptor);
    return undefined;
  }
}

function start(
  grant: ProgramGrant,
  content: unknown,
  request: StartRequest,
  streams: readonly number[],
  options: LaunchOptions,
): Process {
  const handed = new Map(request.streams.map((name, index) => [name, fd(streams[index] ?? -1)]));
  return startProgram(grant.path, contentWith(content, request, handed), options);
}

/** The grants of a program with what its client gives it. */
function contentWith(
  content: unknown,
  request: StartRequest,
  handed: ReadonlyMap<HandedStream, Resource>,
): unknown {
  if (content !== undefined && !(content instanceof Command)) return treeWith(content, request, handed);
  const { parts } = content ?? emptyCommand();
  const streamOf = (name: HandedStream): Resource | undefined => handed.get(name) ?? parts[name];
  return new Command({
    ...parts,
    arguments: [...parts.arguments, ...request.arguments],
    // A client changes nothing that the document sets.
    environment: new Map([...request.environment, ...parts.environment]),
    stdin: streamOf('stdin'),
    stdout: streamOf('stdout'),
    stderr: streamOf('stderr'),
  });
}

/** A program that takes a tree gets its arguments and streams as parts of it, if it is given any. */
function treeWith(
  tree: unknown,
  request: StartRequest,
  handed: ReadonlyMap<HandedStream, Resource>,
): ReadonlyMap<unknown, unknown> {
  const map = new Map<unknown, unknown>(tree instanceof Map ? tree : []);
  if (request.arguments.length > 0) map.set('arguments', [...request.arguments]);
  for (const name of streamNames) {
    const resource = handed.get(name);
    if (resource !== undefined) map.set(name, resource);
  }
  return map;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
