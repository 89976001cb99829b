import type { CallName } from '../abi/generated/calls.ts';
import type { Errno } from '../abi/generated/constants.ts';

/** A kind of program. */
export type SupportedKind = 'wasm';

/** The extent to which a call works for a kind of program. */
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
  'only in a program that imports shared memory and exports its function table and stack pointer ([threads](threads.md)); others get `nosys`';

/** The support of each call of CloudABI for each kind of program. docs/calls.md is made from this table. */
export const support: Readonly<Record<CallName, Readonly<Record<SupportedKind, Support>>>> = {
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
  mem_map: {
    wasm: partly(
      'memory grows by pages of 64 KiB, of which offsets are multiples; a file is copied when it is mapped, so that `shared` ends with `nodev`; mapped memory can always be read and written, and asking for no reading or for execution ends with `notsup`',
    ),
  },
  mem_protect: {
    wasm: partly(
      'pages are always readable and writable: asking for that succeeds, anything else ends with `notsup`',
    ),
  },
  mem_sync: { wasm: partly('mapped files are private copies, so that there is nothing to store') },
  mem_unmap: {
    wasm: partly(
      'the pages stay within reach until they are mapped again; for others than mapped ones it is `inval`',
    ),
  },
  poll: {
    wasm: partly(
      'the end of a process counts once its parent has waited for it, and before Linux 6.15 has the error `notsup`',
    ),
  },
  proc_exec: {
    wasm: partly(
      'the new program is a WebAssembly module of at most 256 MiB, gets neither arguments nor environment, and ends as trapped if it cannot be instantiated; a module with an adapter, or one that makes threads, gets `notsup`',
    ),
  },
  proc_exit: { wasm: supported },
  proc_fork: { wasm: refused('nosys', 'nothing can copy a running module') },
  proc_raise: { wasm: partly('a program cannot stop itself: signals that stop end with `notsup`') },
  random_get: { wasm: supported },
  sock_recv: {
    wasm: partly(
      'the rights of a received descriptor follow from its type and from how it is open, within the inheriting rights of the socket; files beneath a received directory can be opened only beneath a granted directory, too (`acces`); with `peek`, descriptors stay in the queue',
    ),
  },
  sock_send: {
    wasm: partly(
      'at most 64 descriptors, from the first thread through UNIX sockets (else `notsup`) and on streams with a byte of data (else `inval`); one with less rights than its receiver would get ends with `notcapable`; a program that holds a file it may only append to sends none (`perm`)',
    ),
  },
  sock_shutdown: { wasm: supported },
  thread_create: { wasm: partly(THREADS) },
  thread_exit: { wasm: supported },
  thread_yield: { wasm: supported },
};
