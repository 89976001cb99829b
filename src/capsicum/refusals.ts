import { Socket } from 'node:net';
import { getFlags, setFlags } from '../host/files/files.ts';
import { makePipe } from '../host/files/new-descriptors.ts';
import { syscall } from '../host/syscall.ts';
import type { NotedRefusal } from '../host/trap/refusals.ts';
import { nameOfCall } from '../host/trap/rules.ts';
import { errnoName } from '../linux/errno.ts';
import { O_NONBLOCK } from '../linux/open-flags.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import type { Right } from '../walls/descriptor-rights.ts';
import { readAddress } from './address.ts';
import { RememberedStacks, type Watched, watchBuiltins } from './stacks.ts';
import { type Violation, violationOf } from './violation.ts';

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
  /** The kind of the violation, with its data. */
  readonly violation: Violation;
  /** The six arguments as numbers. */
  readonly arguments: readonly bigint[];
  /** Id of the thread that made the call: the pool's, for asynchronous file operations. */
  readonly thread: number;
  /** The JavaScript stack; absent when native code or another thread did so by itself. */
  readonly stack?: string;
};

/** Hears of a refused operation. */
export type OnRefused = (refusal: Refused) => void;

/** Notes of refusals, in their order. */
export type NotesInOrder = {
  /** The number of refusals so far. */
  readonly count: number;
  take(): { readonly refusals: readonly NotedRefusal[] };
};

/** The limits of descriptors as they are now. */
export type LimitedNow = {
  rightsOf(descriptor: number): Right[];
  isLimited(descriptor: number): boolean;
};

/** Refusals are being prepared to be watched; `start` begins once there is somewhere to read them. */
export type Watch = {
  readonly wake: number;
  readonly descriptors: readonly number[];
  start(notes: NotesInOrder, limits: LimitedNow | undefined, onRefused: OnRefused): void;
  /** Tells of rights that `limit()` was asked for although the descriptor has lost them. */
  increase(descriptor: number, wanted: readonly Right[], held: readonly Right[]): void;
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
  let listener: OnRefused = () => undefined;
  return {
    wake: write,
    descriptors: [read, write],
    increase(descriptor, wanted, held) {
      const holder: { stack?: string } = {};
      Error.captureStackTrace(holder);
      tell(listener, {
        call: 'limit',
        errno: 'ENOTCAPABLE',
        violation: { kind: 'INCREASE', descriptor, wanted, held },
        arguments: [],
        thread: here,
        stack: holder.stack?.replace(/^.*\n/, '') ?? '',
      });
    },
    start(refusals, limits, onRefused) {
      listener = onRefused;
      let busy = false;
      const drain = (since = 0, stack?: string, address?: string): void => {
        if (busy) return;
        busy = true;
        try {
          for (const noted of refusals.take().refusals) {
            const beneath = noted.thread === here && noted.number >= since;
            const where = beneath ? stack : stacks.find(noted.path);
            tell(onRefused, describe(noted, limits, beneath ? address : undefined, where));
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
        const violation: Violation = { kind: 'SYSCALL', call };
        tell(onRefused, { call, errno: 'EPERM', ...named, violation, arguments: [], thread: here, stack });
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

function describe(
  noted: NotedRefusal,
  limits: LimitedNow | undefined,
  asked: string | undefined,
  stack: string | undefined,
): Refused {
  const { path, second, thread, call: number, arguments: values } = noted;
  const to = second === undefined || path === undefined ? undefined : Buffer.from(second).toString();
  const address = second === undefined || path !== undefined ? asked : readAddress(second);
  const name = nameOfCall(number);
  const violation = violationOf(
    { number, name, arguments: values, path, to, address },
    (descriptor) => limits?.rightsOf(descriptor) ?? [],
    (descriptor) => limits?.isLimited(descriptor) ?? false,
  );
  return {
    call: name,
    errno: errnoName(-noted.result),
    ...(path === undefined ? {} : { path }),
    ...(to === undefined ? {} : { to }),
    ...(address === undefined || to !== undefined ? {} : { address }),
    violation,
    arguments: values,
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
  const { call, path, to, address, errno, thread, stack, violation } = refusal;
  const what = [path, to].filter((one) => one !== undefined).map((one) => `'${one}'`);
  const on = lackingIn(violation) ?? address ?? what.join(' to ');
  const line = `Refused: ${[call, on].filter((one) => one !== '').join(' ')} (${errno}), thread ${thread}`;
  return stack === undefined ? line : `${line}\n${stack}`;
}

/** The descriptor of a violation with the rights that it lacks. */
function lackingIn(violation: Violation): string | undefined {
  if (violation.kind !== 'NOTCAPABLE' && violation.kind !== 'INCREASE') return undefined;
  const { descriptor, held } = violation;
  const asked = violation.kind === 'INCREASE' ? violation.wanted : violation.needed;
  const lost = asked.filter((right) => !held.includes(right)).map((right) => `'${right}'`);
  return `on descriptor ${descriptor}${lost.length === 0 ? ', which is limited' : ` without ${lost.join(' and ')}`}`;
}
