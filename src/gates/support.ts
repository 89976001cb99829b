import type { CallName } from '../abi/generated/calls.ts';
import type { Errno } from '../abi/generated/constants.ts';

/** A kind of program. */
export type ProgramKind = 'wasm';

/** How far a call works for a kind of program. */
export type Support =
  | { readonly level: 'supported' }
  /** It works but for something. */
  | { readonly level: 'partly'; readonly missing: string }
  /** With possible arguments and the rights that it needs, it fails with this error. */
  | { readonly level: 'refused'; readonly errno: keyof typeof Errno; readonly why: string };

const supported: Support = { level: 'supported' };
const partly = (missing: string): Support => ({ level: 'partly', missing });
const refused = (errno: keyof typeof Errno, why: string): Support => ({ level: 'refused', errno, why });

const THREADS =
  'only in a program that imports shared memory as `env.memory` and exports its function table and stack pointer ([threads](threads.md)); others get `nosys`';
const ONE_MEMORY = 'the memory of a module is one piece, into which nothing can be mapped';

/** What each call of CloudABI can do for each kind of program. docs/calls.md is made from this table. */
export const support: Readonly<Record<CallName, Readonly<Record<ProgramKind, Support>>>> = {
  clock_res_get: { wasm: supported },
  clock_time_get: { wasm: supported },
  condvar_signal: { wasm: supported },
  fd_close: { wasm: supported },
  fd_create1: {
    wasm: partly(
      'a memory limit does not count shared memory, and the rights to set its times and flags are not given',
    ),
  },
  fd_create2: { wasm: partly('the right to set times is not given') },
  fd_datasync: { wasm: supported },
  fd_dup: { wasm: supported },
  fd_pread: { wasm: supported },
  fd_pwrite: { wasm: supported },
  fd_read: { wasm: supported },
  fd_replace: { wasm: supported },
  fd_seek: { wasm: supported },
  fd_stat_get: { wasm: supported },
  fd_stat_put: {
    wasm: partly('`dsync`, `rsync` and `sync` cannot be switched on, which ends with `notsup`'),
  },
  fd_sync: { wasm: supported },
  fd_write: { wasm: supported },
  file_advise: { wasm: supported },
  file_allocate: { wasm: supported },
  file_create: { wasm: supported },
  file_link: {
    wasm: partly(
      'with `symlink_follow`, Linux before 6.10 lets only privileged processes link, and others get `noent`',
    ),
  },
  file_open: { wasm: supported },
  file_readdir: { wasm: supported },
  file_readlink: { wasm: supported },
  file_rename: { wasm: supported },
  file_stat_fget: { wasm: supported },
  file_stat_fput: { wasm: supported },
  file_stat_get: { wasm: supported },
  file_stat_put: { wasm: supported },
  file_symlink: { wasm: supported },
  file_unlink: { wasm: supported },
  lock_unlock: { wasm: supported },
  mem_advise: { wasm: partly('advice is accepted and has no effect') },
  mem_map: { wasm: refused('nosys', ONE_MEMORY) },
  mem_protect: {
    wasm: partly(
      'pages are always readable and writable: asking for that succeeds, anything else ends with `notsup`',
    ),
  },
  mem_sync: { wasm: partly('no file is ever mapped, so that there is nothing to store') },
  mem_unmap: { wasm: refused('nosys', ONE_MEMORY) },
  poll: {
    wasm: partly('events for processes have the error `notsup`: there are none yet'),
  },
  proc_exec: { wasm: refused('nosys', 'a process runs one module to its end; this will come') },
  proc_exit: { wasm: supported },
  proc_fork: { wasm: refused('nosys', 'nothing can copy a running module') },
  proc_raise: { wasm: partly('a program cannot stop itself: signals that stop end with `notsup`') },
  random_get: { wasm: supported },
  sock_recv: {
    wasm: partly('descriptors that were sent along are closed, and `fds_truncated` tells of them'),
  },
  sock_send: { wasm: partly('sending descriptors along ends with `notsup`') },
  sock_shutdown: { wasm: supported },
  thread_create: { wasm: partly(THREADS) },
  thread_exit: { wasm: supported },
  thread_yield: { wasm: supported },
};
