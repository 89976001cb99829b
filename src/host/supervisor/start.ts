import { architecture } from '../../linux/architecture.ts';
import { fillIn } from '../placeholder.ts';
import { executableFile } from '../processes/small-program.ts';
import { supervisorCode } from './code.ts';

/** The numbers of descriptors that a supervisor finds in its process (state.h). */
export type SupervisorNumbers = {
  /** The listener of the program's filter (seccomp_unotify(2)). */
  readonly notify: number;
  /** A /proc of the program's processes. */
  readonly proc: number;
  /** A socket for its records. */
  readonly reports: number;
  /** A file with the table of rules, and its bytes. */
  readonly table: number;
  readonly tableSize: number;
  /** The first of the files that stand in for masked ones. */
  readonly masks: number;
  /** True if rules ask a person: then answers come on the socket for records. */
  readonly asks: boolean;
  /** A file with the rules as text if they may change while the program runs; `undefined` if they may not. */
  readonly text: number | undefined;
  /** Crashes of an executable within so many milliseconds that keep it from starting for so many; `undefined` for none. */
  readonly guard: { readonly crashes: number; readonly within: number; readonly pause: number } | undefined;
  /** True if rules are about the sockets that the program connects to. */
  readonly sockets: boolean;
};

/** Nanoseconds of a millisecond. */
const MILLISECOND = 1_000_000;

/** The offset of its restorer, for `struct sigaction` on x86-64. */
export const RESTORER = 16;

/** Threads that answer at once. */
const THREADS = 4;

/** A file with a supervisor's machine code, and its bytes. It is the handler of a signal, which starts the threads. */
export type SupervisorCode = { readonly file: number; readonly size: number };

/**
 * Writes the machine code of a supervisor into a file to map.
 *
 * @returns The host descriptor, which the caller closes.
 * @throws SystemError when the host refuses.
 */
export function supervisorFile(numbers: SupervisorNumbers): SupervisorCode {
  const { notify, proc, reports, table, tableSize, masks, asks, text, guard, sockets } = numbers;
  const code = Buffer.from(supervisorCode[architecture], 'base64');
  const live = text === undefined ? [0, 0] : [1, text];
  const times =
    guard === undefined ? [0, 0, 0] : [guard.crashes, guard.within * MILLISECOND, guard.pause * MILLISECOND];
  fillIn(
    code,
    notify,
    proc,
    reports,
    table,
    tableSize,
    masks,
    THREADS,
    asks ? 1 : 0,
    ...live,
    ...times,
    sockets ? 1 : 0,
  );
  return { file: executableFile('cloudabi-supervisor', [{ bytes: code, at: 0 }]), size: code.length };
}
