import {
  MADV_DONTFORK,
  MADV_NORMAL,
  MADV_RANDOM,
  MADV_SEQUENTIAL,
  MADV_WILLNEED,
  MAP_ANONYMOUS,
  MAP_FIXED,
  MAP_PRIVATE,
  MAP_SHARED,
  PROT_EXEC,
  PROT_READ,
  PROT_WRITE,
} from '../../linux/memory.ts';
import { AT_EMPTY_PATH } from '../../linux/open-flags.ts';
import { ARCH_SET_FS } from '../../linux/prctl.ts';
import {
  CLONE_FILES,
  CLONE_FS,
  CLONE_SETTLS,
  CLONE_SIGHAND,
  CLONE_SYSVSEM,
  CLONE_THREAD,
  CLONE_VM,
} from '../../linux/processes.ts';
import { SIGBUS, SIGCHLD, SIGFPE, SIGILL, SIGSEGV, SIGTRAP } from '../../linux/signals.ts';
import type { SystemCall } from '../../linux/system-calls.ts';
import type { ArgumentTest } from '../../walls/argument-test.ts';
import { compileFilter, type FilterRule } from '../../walls/call-filter.ts';
import { ownClocks, ownFutexes } from '../../walls/own-calls.ts';
import { IMAGE, RENDEZVOUS, WINDOW_FILE } from './guest-layout.ts';
import { handedCalls, NOTIFIED } from './handed-calls.ts';

/** The flags of clone(2) with which guest/threads.c makes a thread. */
export const GUEST_THREAD_FLAGS: number =
  CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS;

/** Protections of pages: none that are both written and executed. */
const DATA: readonly number[] = [0, PROT_READ, PROT_WRITE, PROT_READ | PROT_WRITE];
const PROTECTIONS: readonly number[] = [...DATA, PROT_EXEC, PROT_READ | PROT_EXEC];

const KINDS: readonly number[] = [MAP_PRIVATE, MAP_SHARED].flatMap((kind) => [kind, kind | MAP_FIXED]);

/** Calls on the program's own memory and threads, and reading and writing of what it holds. */
const plain: readonly SystemCall[] = [
  'close',
  'close_range',
  'exit_group',
  'getrandom',
  'gettid',
  'msync',
  'munmap',
  'preadv',
  'pwritev',
  'read',
  'readv',
  'restart_syscall',
  // A fault of a call that was given a bad address is handled (guest/faults.c).
  'rt_sigreturn',
  'sched_yield',
  'write',
  'writev',
];

/** The faults of a process, which can be handled by itself. */
const FAULTS: readonly number[] = [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP];

/** Powers of an executable over its own process. */
export type GuestPowers = {
  /** True if it may map files that it holds. */
  readonly mapsFiles: boolean;
  /** True if it may copy its process. */
  readonly forks: boolean;
  /** True if another executable may take its place. */
  readonly executes: boolean;
  /**
   * True if it is stopped at its first refusal: a system call of Linux then raises SIGSYS, so that it can tell from where it
   * was made. The handler is there once; a second call ends the process.
   */
  readonly traps: boolean;
};

function equal(argument: number, value: number): ArgumentTest {
  return { argument, is: 'equal', value };
}

function oneOf(argument: number, values: readonly number[]): ArgumentTest {
  return { argument, is: 'one of', values };
}

/**
 * Compiles the filter of an executable. It has the calls that guest/ makes, and nothing in it depends on the program's
 * code: what is not here ends the process, system calls of other architectures and generations among it.
 *
 * @returns The program as `struct sock_filter` records of 8 bytes.
 */
export function guestFilter({ mapsFiles, forks, executes, traps }: GuestPowers): Uint8Array {
  const anonymous = KINDS.map((kind) => kind | MAP_ANONYMOUS);
  const rules: FilterRule[] = [
    ...plain.map((call): FilterRule => ({ call, answer: 'allow' })),
    ...[...ownClocks, ownFutexes].map((rule): FilterRule => ({ ...rule, answer: 'allow' })),
    { call: 'mmap', when: [oneOf(2, PROTECTIONS), oneOf(3, anonymous)], answer: 'allow' },
    { call: 'mprotect', when: [oneOf(2, PROTECTIONS)], answer: 'allow' },
    {
      call: 'madvise',
      when: [oneOf(2, [MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED, MADV_DONTFORK])],
      answer: 'allow',
    },
    // The first steps of a program that has taken the place of another.
    { call: 'arch_prctl', when: [equal(0, ARCH_SET_FS)], answer: 'allow' },
    {
      call: 'mmap',
      when: [equal(2, PROT_READ | PROT_WRITE), equal(3, MAP_SHARED), equal(4, WINDOW_FILE)],
      answer: 'allow',
    },
    // The supervisor lets it be made when it has put an image there.
    { call: 'execveat', when: [equal(0, IMAGE), equal(4, AT_EMPTY_PATH)], answer: 'notify' },
    // The supervisor counts threads.
    { call: 'clone', when: [equal(0, GUEST_THREAD_FLAGS)], answer: 'notify' },
    { call: 'exit', answer: 'notify' },
    // The socket is closed before the program begins, and no descriptor of its own can have this number.
    { call: 'sendmsg', when: [equal(0, RENDEZVOUS)], answer: 'allow' },
  ];
  // Handlers do not outlive execveat(2), and begin again.
  if (executes)
    rules.push(
      { call: 'rt_sigaction', when: [oneOf(0, FAULTS)], answer: 'allow' },
      { call: 'sigaltstack', answer: 'allow' },
    );
  // The supervisor lets it be made once for each that it has been asked for.
  if (forks) rules.push({ call: 'clone', when: [equal(0, SIGCHLD)], answer: 'notify' });
  if (mapsFiles)
    rules.push({
      call: 'mmap',
      when: [oneOf(2, DATA), oneOf(3, KINDS), { argument: 4, is: 'descriptor' }],
      answer: 'allow',
    });
  return compileFilter(rules, { unlisted: traps ? 'trap' : 'kill', unknown: 'kill' }, notifiedNumbers);
}

/** The numbers of notified calls. */
const notifiedNumbers = { from: NOTIFIED, end: NOTIFIED + handedCalls.length };
