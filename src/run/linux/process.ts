import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { constants } from 'node:os';
import { close } from '../../host/files/files.ts';
import { waitToRead } from '../../host/files/poll.ts';
import { openProcess } from '../../host/processes/process-info.ts';
import { reapIfEnded, sendSignal, waitShortly } from '../../host/processes/spawn.ts';
import type { ExitReason } from '../../process/exit-reason.ts';
import type { Running } from '../../process/handle.ts';
import { atLimit } from '../../process/wall-clock.ts';
import { END_ALL } from '../../worlds/init.ts';
import { readMessages, type StartMessage } from '../../worlds/messages.ts';
import type { Started } from '../../worlds/start.ts';

/** Options for watching over a started program. */
export type EndWatchOptions = {
  /** Milliseconds until it is ended; `undefined` for no limit. */
  readonly wallClock: number | undefined;
  /** Turns how it ended into a reason. */
  readonly reasonOf: (message: StartMessage) => ExitReason;
  /** Called once, when nothing of it is left. A promise, which never rejects, is waited for. */
  readonly onEnd?: () => Promise<void> | undefined;
};

/**
 * The field of a process's flags in proc_pid_stat(5), counted from its state, and the flag of those that have only
 * forked.
 */
const FLAGS = 6;
const NOT_EXECUTED = 0x40;

/** A first process that has closed its socket ends its tree before it can be reaped; how often we look, at most. */
const LONGEST_PAUSE = 64;

/**
 * Watches over one program's processes until none is left. Its socket wakes the event loop; no thread waits and no
 * signal handler is needed.
 */
export class Watcher implements Running {
  readonly exited: Promise<ExitReason>;
  readonly #started: Started;
  readonly #options: EndWatchOptions;
  readonly #socket: Socket;
  #chunks: Buffer[] = [];
  #message: StartMessage | undefined;
  #ended = false;
  #killedFor: ExitReason | undefined;
  readonly #stopClock: () => void;
  #program: number | undefined;
  #resolve: (reason: ExitReason) => void = () => undefined;

  constructor(started: Started, options: EndWatchOptions) {
    this.#started = started;
    this.#options = options;
    this.exited = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#stopClock = atLimit(options.wallClock, () => this.end({ kind: 'limit', limit: 'wall_clock' }));
    this.#socket = new Socket({ fd: started.status, readable: true, writable: false });
    this.#socket.on('data', (chunk) => this.#read(chunk));
    // A reset says no more than an end does.
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => {
      waitShortly(started.process);
      this.#reap(1);
    });
  }

  /**
   * A descriptor of the program itself, which is the first child of the first process; `undefined` once it has ended.
   */
  get descriptor(): number | undefined {
    if (this.#ended || this.#message !== undefined) return undefined;
    const { process, status } = this.#started;
    this.#program ??= openFirstChild(process.pid, status);
    return this.#program;
  }

  end(reason: ExitReason): void {
    if (this.#ended || this.#message !== undefined) return;
    this.#killedFor ??= reason;
    const signal = this.#started.ending === 'with the first process' ? constants.signals.SIGKILL : END_ALL;
    sendSignal(this.#started.process, signal);
  }

  signal(name: NodeJS.Signals): boolean {
    if (this.#ended || this.#message !== undefined || name === 'SIGSTOP') return false;
    if (name === 'SIGKILL') {
      this.end({ kind: 'signaled', signal: name });
      return true;
    }
    return sendSignal(this.#started.process, constants.signals[name]) === 0;
  }

  /**
   * True if the program has executed its image, has not ended, and nothing was reported (PF_FORKNOEXEC,
   * proc_pid_stat(5)).
   */
  get isRunning(): boolean {
    if (this.#ended || this.#killedFor !== undefined || this.#chunks.length > 0) return false;
    const child = firstChild(this.#started.process.pid);
    if (child === undefined || Number.isNaN(child)) return false;
    try {
      const status = readFileSync(`/proc/${child}/stat`, 'latin1');
      const flags = Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[FLAGS]);
      return Number.isInteger(flags) && (flags & NOT_EXECUTED) === 0;
    } catch {
      return false;
    }
  }

  #read(chunk: Buffer): void {
    this.#chunks.push(chunk);
    const found = readMessages(Buffer.concat(this.#chunks), this.#started.list);
    // The first failure says more than the end of the failed process.
    if (this.#message === undefined || found?.kind === 'failed') this.#message = found;
  }

  #reap(pause: number): void {
    const { process: first } = this.#started;
    if (reapIfEnded(first.pid) === undefined) {
      setTimeout(() => this.#reap(Math.min(2 * pause, LONGEST_PAUSE)), pause);
      return;
    }
    this.#ended = true;
    this.#stopClock();
    close(first.pidfd);
    if (this.#program !== undefined) close(this.#program);
    const lost = {
      kind: 'failed',
      code: 'lost',
      message: 'The first process was killed from outside',
    } as const;
    const message = this.#message;
    const reason = this.#killedFor ?? (message === undefined ? lost : this.#options.reasonOf(message));
    const finished = this.#options.onEnd?.();
    if (finished === undefined) this.#resolve(reason);
    else void finished.then(() => this.#resolve(reason));
  }
}

/** The time in which the first process must have started the program, in milliseconds. */
const LONGEST_START = 5000;

/**
 * The first child that a process has, as a descriptor; `undefined` when the process ends without one.
 *
 * @param status Our end of the socket on which the process reports.
 */
function openFirstChild(parent: number, status: number): number | undefined {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (const end = Date.now() + LONGEST_START; Date.now() < end; Atomics.wait(pause, 0, 0, 1)) {
    const child = firstChild(parent);
    if (child === undefined) return undefined;
    if (Number.isNaN(child)) {
      // Its end is reported, and this thread has not read that yet: there will be no child any more.
      if (waitToRead(status, 0)) return undefined;
      continue;
    }
    const descriptor = openProcess(child);
    // As long as its parent has not waited for it, no other process has got its id.
    if (descriptor >= 0 && firstChild(parent) === child) return descriptor;
    if (descriptor >= 0) close(descriptor);
  }
  return undefined;
}

/** The id of that child (proc_pid_task(5)); NaN as long as there is none, `undefined` when the parent is gone. */
function firstChild(parent: number): number | undefined {
  try {
    return Number.parseInt(readFileSync(`/proc/${parent}/task/${parent}/children`, 'latin1'), 10);
  } catch {
    return undefined;
  }
}
