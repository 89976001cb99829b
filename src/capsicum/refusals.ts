import { Socket } from 'node:net';
import { getFlags, setFlags } from '../host/files/files.ts';
import { makePipe } from '../host/files/new-descriptors.ts';
import type { NativeMemory } from '../host/memory.ts';
import { syscall } from '../host/syscall.ts';
import { type NotedRefusal, RefusalReader } from '../host/trap/refusals.ts';
import { nameOfCall } from '../host/trap/rules.ts';
import { errnoName } from '../linux/errno.ts';
import { O_NONBLOCK } from '../linux/open-flags.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import { readAddress } from './address.ts';
import { RememberedStacks, type Watched, watchBuiltins } from './stacks.ts';

/** An operation that capability mode has refused. */
export type Refused = {
  /** The system call, such as `openat`, also where it was the older `open`; `call 123` for one we have no name for. */
  readonly call: string;
  /** Its answer: `EACCES` for paths, `EPERM` for the rest. */
  readonly errno: string;
  /** The path, where the call has one. */
  readonly path?: string;
  /** The new path of renaming and linking. */
  readonly to?: string;
  /** The address of connect, bind and sendto, such as `192.0.2.1:80` or `unix:/run/x`. */
  readonly address?: string;
  /** The six arguments as numbers. */
  readonly arguments: readonly bigint[];
  /** Id of the thread that made the call: the pool's, for asynchronous file operations. */
  readonly thread: number;
  /** The JavaScript stack; absent when native code or another thread did so by itself. */
  readonly stack?: string;
};

/** Hears of a refused operation. */
export type OnRefused = (refusal: Refused) => void;

/** Refusals are being prepared to be watched; `start` begins once there is somewhere to read them. */
export type Watch = {
  readonly wake: number;
  readonly descriptors: readonly number[];
  start(state: NativeMemory, onRefused: OnRefused): void;
};

/** Begins to watch: calls of JavaScript are remembered from here on, for the stacks of refusals. */
export function watchRefusals(): Watch {
  const { read, write } = makePipe();
  const reader = new Socket({ fd: read, readable: true, writable: false });
  reader.unref();
  const stacks = new RememberedStacks();
  const watched: Watched = { count: () => 0, refused: () => undefined, failed: () => undefined };
  watchBuiltins(watched, stacks);
  setFlags(write, getFlags(write) | O_NONBLOCK);
  const here = syscall(callNumberOf('gettid'));
  return {
    wake: write,
    descriptors: [read, write],
    start(state, onRefused) {
      const refusals = new RefusalReader(state);
      let busy = false;
      const drain = (since = 0, stack?: string, address?: string): void => {
        if (busy) return;
        busy = true;
        try {
          for (const noted of refusals.take().refusals) {
            const beneath = noted.thread === here && noted.number >= since;
            const where = beneath ? stack : stacks.find(noted.path);
            tell(onRefused, describe(noted, beneath ? address : undefined, where));
          }
        } finally {
          busy = false;
        }
      };
      watched.count = () => refusals.count;
      watched.refused = drain;
      watched.failed = (call, path, stack) => {
        if (busy) return;
        const named = path === undefined ? {} : { path };
        tell(onRefused, { call, errno: 'EPERM', ...named, arguments: [], thread: here, stack });
      };
      reader.on('data', () => drain());
      process.on('exit', () => drain());
      // All refusals between the start of the filter and now.
      drain();
    },
  };
}

/** A handler that throws must not look like the operation that was refused. */
function tell(onRefused: OnRefused, refusal: Refused): void {
  try {
    onRefused(refusal);
  } catch (error) {
    process.nextTick(() => {
      throw error;
    });
  }
}

function describe(noted: NotedRefusal, address: string | undefined, stack: string | undefined): Refused {
  const { path, second, thread } = noted;
  return {
    call: nameOfCall(noted.call),
    errno: errnoName(-noted.result),
    ...(path === undefined ? {} : { path }),
    ...(second === undefined
      ? address === undefined
        ? {}
        : { address }
      : path === undefined
        ? { address: readAddress(second) }
        : { to: Buffer.from(second).toString() }),
    arguments: noted.arguments,
    thread,
    ...(stack === undefined ? {} : { stack }),
  };
}

/**
 * One refusal as text: a line for the call, and the stack.
 *
 * @example
 * enter({ onRefused: (refusal) => console.error(formatRefusal(refusal)) });
 */
export function formatRefusal(refusal: Refused): string {
  const { call, path, to, address, errno, thread, stack } = refusal;
  const what = [path, to].filter((one) => one !== undefined).map((one) => `'${one}'`);
  const on = address === undefined ? what.join(' to ') : address;
  const line = `Refused: ${[call, on].filter((one) => one !== '').join(' ')} (${errno}), thread ${thread}`;
  return stack === undefined ? line : `${line}\n${stack}`;
}
