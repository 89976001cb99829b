import { architecture, callNumberOf } from './architecture.ts';
import { NumericListing } from './directories.ts';
import { check, SystemError } from './errno.ts';
import { syscall } from './libc.ts';
import { NativeMemory } from './memory.ts';

/** One system call for every thread: its number and up to six arguments. */
export type ThreadCall = {
  readonly name: string;
  readonly number: number;
  readonly arguments: readonly number[];
};

/**
 * glibc keeps this signal for itself and never lets a program block it, so it reaches even the thread in
 * which Node waits for SIGUSR1 with every other signal blocked. musl does the same with its own numbers.
 */
const SIGNAL = 33;

const SA_SIGINFO = 0x4;
const SA_RESTORER = 0x04000000;
const SA_ONSTACK = 0x08000000;
const SA_RESTART = 0x10000000;
const SI_QUEUE = -1;

/** Bytes of one record in a list: call number and six arguments. */
const RECORD = 56;

/**
 * The signal handler: runs the list of system calls whose address came with the signal, stores the first
 * error, and counts itself done. It is machine code because the threads it runs on have no JavaScript.
 *
 * List: { u32 threads done; i32 error; records of { i64 number, i64 arguments[6] }; i64 -1 }.
 *
 * ```
 * x86-64                                 aarch64
 *   push %rbx; push %r12                   ldr  x9, [x1, #24]       the list, from siginfo's si_value
 *   mov  24(%rsi), %rbx                    add  x10, x9, #8         the first record
 *   lea  8(%rbx), %r12
 * 1 mov  (%r12), %rax                    1 ldr  x8, [x10]
 *   test %rax, %rax; js 2f                 tbnz x8, #63, 2f         a negative number ends the list
 *   mov  8(%r12), %rdi   …  48 -> %r9      ldp  x0, x1, [x10, #8]   … x4, x5
 *   syscall                                svc  #0
 *   add  $56, %r12                         add  x10, x10, #56
 *   test %rax, %rax; jns 1b                tbz  x0, #63, 1b
 *   mov  %eax, 4(%rbx)                     str  w0, [x9, #4]        -errno of the call that failed
 * 2 lock incl (%rbx)                     2 ldaxr w0, [x9]; add w0, w0, #1; stlxr w1, w0, [x9]; cbnz w1, 2b
 *   pop %r12; pop %rbx; ret                ret
 *   (restorer) mov $15, %eax; syscall      (the kernel brings its own)
 * ```
 */
const handlers = {
  x64:
    '53 41 54 48 8b 5e 18 4c 8d 63 08 49 8b 04 24 48 85 c0 78 2c 49 8b 7c 24 08 49 8b 74 24 10 49 8b 54 24 18' +
    '4d 8b 54 24 20 4d 8b 44 24 28 4d 8b 4c 24 30 0f 05 49 83 c4 38 48 85 c0 79 ce 89 43 04 f0 ff 03 41 5c 5b c3' +
    'b8 0f 00 00 00 0f 05',
  arm64:
    '29 0c 40 f9 2a 21 00 91 48 01 40 f9 08 01 f8 b7 40 85 40 a9 42 8d 41 a9 44 95 42 a9 01 00 00 d4' +
    '4a e1 00 91 20 ff ff b6 20 05 00 b9 20 fd 5f 88 00 04 00 11 20 fd 01 88 a1 ff ff 35 c0 03 5f d6',
} as const;

/** Where the x86-64 restorer starts within the handler's bytes. */
const RESTORER_OFFSET = 0x47;

/** How long all threads together may take to answer, in milliseconds, before we give up. */
const PATIENCE = 5000;

function writeList(list: NativeMemory, calls: readonly ThreadCall[]): void {
  list.view.setUint32(0, 0, true);
  list.view.setInt32(4, 0, true);
  let at = 8;
  for (const { number, arguments: values } of calls) {
    list.view.setBigInt64(at, BigInt(number), true);
    for (let index = 0; index < 6; index++) {
      list.view.setBigInt64(at + 8 + index * 8, BigInt(values[index] ?? 0), true);
    }
    at += RECORD;
  }
  list.view.setBigInt64(at, -1n, true);
}

/**
 * Makes system calls on every thread of this process, for the properties that Linux keeps per thread, such as
 * Landlock domains and capabilities. Threads started meanwhile inherit them or are found by the next look;
 * the function returns when a look finds no thread that has not made the calls.
 *
 * @throws SystemError when a call fails on any thread: the process is then in an undefined state and must exit.
 */
export function onEveryThread(calls: readonly ThreadCall[]): void {
  const code = new NativeMemory(256);
  code.bytes.set(Buffer.from(handlers[architecture].replaceAll(' ', ''), 'hex'));
  code.makeExecutable();

  const list = new NativeMemory(16 + calls.length * RECORD);
  writeList(list, calls);

  const action = new NativeMemory(256);
  const previous = action.at(64);
  const flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK | (architecture === 'x64' ? SA_RESTORER : 0);
  action.view.setBigUint64(0, BigInt(code.address), true);
  action.view.setBigUint64(8, BigInt(flags), true);
  action.view.setBigUint64(16, BigInt(code.address + RESTORER_OFFSET), true);
  check(syscall(callNumberOf('rt_sigaction'), SIGNAL, action.address, previous, 8), 'rt_sigaction');

  const information = 128;
  action.view.setInt32(information, SIGNAL, true);
  action.view.setInt32(information + 8, SI_QUEUE, true);
  action.view.setInt32(information + 16, process.pid, true);
  action.view.setBigUint64(information + 24, BigInt(list.address), true);

  const threads = new NumericListing('/proc/self/task');
  const told = new Set<number>();
  const deadline = Date.now() + PATIENCE;
  let vanished = 0;
  for (;;) {
    const fresh = threads.read().filter((thread) => !told.has(thread));
    if (fresh.length === 0) break;
    for (const thread of fresh) {
      told.add(thread);
      const sent = syscall(
        callNumberOf('rt_tgsigqueueinfo'),
        process.pid,
        thread,
        SIGNAL,
        action.at(information),
      );
      if (sent < 0) vanished++;
    }
    while (list.view.getUint32(0, true) + vanished < told.size) {
      if (Date.now() > deadline) throw new Error('A thread of this process does not answer its signal');
      syscall(callNumberOf('sched_yield'));
    }
  }
  threads.close();
  check(syscall(callNumberOf('rt_sigaction'), SIGNAL, previous, 0, 8), 'rt_sigaction');
  const error = list.view.getInt32(4, true);
  if (error < 0) throw new SystemError(-error, calls.map(({ name }) => name).join(', '), 'on every thread');
}
