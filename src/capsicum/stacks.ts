import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import inspector from 'node:inspector';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import workers from 'node:worker_threads';

/*
 * The stack of a refusal. The handler that notes refusals (host/trap/handler.c) runs below V8 and sees no JavaScript;
 * but all JavaScript that leads to a refusal passes through a function of one of Node's modules. Those are replaced
 * by proxies, which cost one comparison more: after the function has returned, they look whether there was a refusal.
 * File operations that a thread of the pool makes later are found by their path.
 */

/** The functions that the proxies look at and call. */
export type Watched = {
  /** The number of refusals so far. */
  count: () => number;
  /** There was a refusal beneath this stack; earlier ones than number `since` have nothing to do with it. */
  refused: (since: number, stack: string, address?: string) => void;
  /** A call failed that cannot be noted by the handler, such as starting a process. */
  failed: (call: string, path: string | undefined, stack: string) => void;
};

const MOST_REMEMBERED = 4096;

/** Stacks of operations that are still under way, by path; the oldest are forgotten. */
export class RememberedStacks {
  readonly #stacks = new Map<string, { readonly stack?: string }>();

  /** Remembers the stack of the caller of a proxy. The text is made when it is wanted. */
  remember(path: string, above: (...args: never[]) => unknown): void {
    const holder: { readonly stack?: string } = {};
    Error.captureStackTrace(holder, above);
    this.#stacks.delete(path);
    this.#stacks.set(path, holder);
    if (this.#stacks.size <= MOST_REMEMBERED) return;
    for (const oldest of this.#stacks.keys()) {
      this.#stacks.delete(oldest);
      break;
    }
  }

  /** The stack that last asked for a path. */
  find(path: string | undefined): string | undefined {
    const holder = path === undefined ? undefined : this.#stacks.get(path);
    return holder && frames(holder.stack);
  }
}

/** Without the first line, which names an error there is not, and without the proxies that a function of Node goes through. */
function frames(stack: string | undefined): string | undefined {
  const [, ...lines] = stack?.split('\n') ?? [];
  return (
    stack && lines.filter((line) => !(OWN_FRAME.test(line) && line.includes(import.meta.url))).join('\n')
  );
}

const OWN_FRAME = /^\s*at Object\.(apply|construct) \(/;

type Callable = (...args: unknown[]) => unknown;

/** Modules whose functions are watched, and methods of classes that modules hand out. */
const watchedModules: readonly (readonly [object: object, only?: readonly string[]])[] = [
  [fs],
  [fs.promises],
  [dns],
  [dns.promises],
  [os],
  [childProcess],
  [workers, ['Worker']],
  [inspector, ['open']],
  [net.Socket.prototype, ['connect']],
  [net.Server.prototype, ['listen']],
  [dgram.Socket.prototype, ['bind', 'connect', 'send']],
  [process, ['chdir', 'dlopen', 'kill', 'setuid', 'setgid', 'seteuid', 'setegid', 'setgroups', 'initgroups']],
];

/** Puts a proxy in the place of each of those functions, for modules of both kinds. */
export function watchBuiltins(watched: Watched, stacks: RememberedStacks): void {
  for (const [object, only] of watchedModules) {
    for (const name of only ?? Object.keys(object)) {
      const descriptor = Object.getOwnPropertyDescriptor(object, name);
      const value: unknown = descriptor?.value;
      if (typeof value !== 'function' || descriptor?.writable !== true) continue;
      // Classes of modules watched as a whole are left alone: what they do goes through the functions.
      if (only === undefined && /^[A-Z_]/.test(name)) continue;
      const starts = object === childProcess;
      Object.defineProperty(object, name, {
        ...descriptor,
        value: proxied(value as Callable, watched, stacks, starts),
      });
    }
  }
  syncBuiltinESMExports();
}

function stackAbove(above: (...args: never[]) => unknown): string {
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, above);
  return frames(holder.stack) ?? '';
}

function proxied(original: Callable, watched: Watched, stacks: RememberedStacks, starts: boolean): Callable {
  const apply = (target: Callable, self: unknown, args: unknown[]): unknown => {
    for (const path of [args[0], args[1]]) {
      if (typeof path === 'string') stacks.remember(path, apply);
      else if (path instanceof URL && path.protocol === 'file:') stacks.remember(fileURLToPath(path), apply);
    }
    const before = watched.count();
    if (self instanceof EventEmitter && self !== process) followSocket(self, watched, stackAbove(apply));
    try {
      const result: unknown = Reflect.apply(target, self, args);
      if (starts && failedToStart(result)) watched.failed('clone', pathIn(args), stackAbove(apply));
      return result;
    } catch (error) {
      // Calls that the filter refuses without a trap (calls.ts) have left no note.
      if (isRefusal(error) && (starts || watched.count() === before)) {
        watched.failed(starts ? 'clone' : callOf(error, target), pathIn(args), stackAbove(apply));
      }
      throw error;
    } finally {
      if (watched.count() !== before && !(self instanceof EventEmitter && self !== process)) {
        watched.refused(before, stackAbove(apply));
      }
    }
  };
  const construct = (target: Callable, args: unknown[], newTarget: Callable): object => {
    const before = watched.count();
    try {
      return Reflect.construct(target, args, newTarget);
    } finally {
      if (watched.count() !== before) watched.refused(before, stackAbove(construct));
    }
  };
  return new Proxy(original, { apply, construct });
}

const followed = new WeakMap<EventEmitter, { since: number; stack: string }>();

/** Sockets do what they are asked for later, and say in their error what it was about. */
function followSocket(socket: EventEmitter, watched: Watched, stack: string): void {
  const known = followed.get(socket);
  if (known !== undefined) {
    known.since = watched.count();
    known.stack = stack;
    return;
  }
  const latest = { since: watched.count(), stack };
  followed.set(socket, latest);
  socket.on(EventEmitter.errorMonitor, (error: unknown) => {
    if (isRefusal(error)) watched.refused(latest.since, latest.stack, addressOf(error));
  });
}

/** The address in an error of node:net or node:dgram, as refusals write them. */
function addressOf(error: object): string | undefined {
  const { address, port }: { address?: unknown; port?: unknown } = error;
  if (typeof address !== 'string') return undefined;
  if (typeof port !== 'number' || port < 0) return `unix:${address.replace('\0', '@')}`;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function pathIn(args: readonly unknown[]): string | undefined {
  return typeof args[0] === 'string' ? args[0] : undefined;
}

function callOf(error: object, target: Callable): string {
  const { syscall }: { syscall?: unknown } = error;
  return typeof syscall === 'string' ? syscall : target.name;
}

/**
 * Tells whether a result of node:child_process is one of a process that has not started: a child without an id, or an
 * error in a result.
 */
function failedToStart(result: unknown): boolean {
  if (typeof result !== 'object' || result === null) return false;
  if ('spawnfile' in result) return !('pid' in result) || result.pid === undefined;
  return 'error' in result && isRefusal(result.error);
}

function isRefusal(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'EPERM';
}
