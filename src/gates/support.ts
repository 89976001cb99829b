import type { CallName } from '../abi/generated/calls.ts';
import type { Errno } from '../abi/generated/constants.ts';

/** A kind of program. */
export type SupportedKind = 'wasm' | 'elf';

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

/** The support of each call of CloudABI in WebAssembly modules. */
const modules: Readonly<Record<CallName, Support>> = {
  clock_res_get: supported,
  clock_time_get: supported,
  condvar_signal: supported,
  fd_close: supported,
  fd_create1: partly(
    'a memory limit does not count shared memory, and the rights to set its times and flags are not given',
  ),
  fd_create2: partly('the right to set times is not given'),
  fd_datasync: supported,
  fd_dup: supported,
  fd_pread: supported,
  fd_pwrite: supported,
  fd_read: supported,
  fd_replace: supported,
  fd_seek: supported,
  fd_stat_get: supported,
  fd_stat_put: partly('`dsync`, `rsync` and `sync` cannot be switched on, which ends with `notsup`'),
  fd_sync: supported,
  fd_write: supported,
  file_advise: supported,
  file_allocate: supported,
  file_create: supported,
  file_link: partly(
    'with `symlink_follow`, Linux before 6.10 lets only privileged processes link, and others get `noent`',
  ),
  file_open: supported,
  file_readdir: supported,
  file_readlink: supported,
  file_rename: supported,
  file_stat_fget: supported,
  file_stat_fput: supported,
  file_stat_get: supported,
  file_stat_put: supported,
  file_symlink: supported,
  file_unlink: supported,
  lock_unlock: supported,
  mem_advise: partly('advice is accepted and has no effect'),
  mem_map: partly(
    'memory grows by pages of 64 KiB, of which offsets are multiples; a file is copied when it is mapped, so that `shared` ends with `nodev`; mapped memory can always be read and written, and asking for no reading or for execution ends with `notsup`',
  ),
  mem_protect: partly(
    'pages are always readable and writable: asking for that succeeds, anything else ends with `notsup`',
  ),
  mem_sync: partly('mapped files are private copies, so that there is nothing to store'),
  mem_unmap: partly(
    'the pages stay within reach until they are mapped again; for others than mapped ones it is `inval`',
  ),
  poll: partly(
    'the end of a process counts once its parent has waited for it, and before Linux 6.15 has the error `notsup`',
  ),
  proc_exec: partly(
    'the new program is a WebAssembly module of at most 256 MiB, gets neither arguments nor environment, and ends as trapped if it cannot be instantiated; a module with an adapter, or one that makes threads, gets `notsup`',
  ),
  proc_exit: supported,
  proc_fork: refused('nosys', 'nothing can copy a running module'),
  proc_raise: partly('a program cannot stop itself: signals that stop end with `notsup`'),
  random_get: supported,
  sock_recv: partly(
    'the rights of a received descriptor follow from its type and from how it is open, within the inheriting rights of the socket, and through a link also from those of its sender; files beneath a received directory can be opened only beneath a granted directory, too (`acces`); with `peek`, descriptors stay in the queue',
  ),
  sock_send: partly(
    'at most 64 descriptors, from the first thread through UNIX sockets (else `notsup`) and on streams with a byte of data (else `inval`); one with less rights than its receiver would get ends with `notcapable`, but through a link; a program that holds a file it may only append to sends none (`perm`)',
  ),
  sock_shutdown: supported,
  thread_create: partly(THREADS),
  thread_exit: supported,
  thread_yield: supported,
};

/** The support in CloudABI executables, where it is another one. The kernel is the same. */
const executables: Readonly<Partial<Record<CallName, Support>>> = {
  fd_pread: partly('at most 110 KiB at once of what the program cannot read by itself'),
  fd_pwrite: partly('at most 110 KiB at once of what the program cannot write by itself'),
  fd_read: partly('at most 110 KiB at once of what the program cannot read by itself'),
  fd_write: partly('at most 110 KiB at once of what the program cannot write by itself'),
  mem_advise: partly('`dontneed` and `noreuse` are accepted and have no effect'),
  mem_map: partly(
    'a file can be mapped that the program may read or write by itself ([executables](cloudabi-executables.md)), and not for execution; others end with `notsup`',
  ),
  mem_protect: supported,
  mem_sync: supported,
  mem_unmap: supported,
  poll: partly(
    'the end of a process of others counts once its parent has waited for it; before Linux 6.15, an end by a signal has the error `notsup`',
  ),
  proc_exec: partly(
    'the new program is a CloudABI executable of at most 256 MiB, with at most 110 KiB of argdata; all that it uses is handed over to the supervisor',
  ),
  proc_fork: partly(
    'at most 64 processes or the limit `processes`; all end with the first one; condition variables do not reach from one to another; without namespaces, or before Linux 6.12, it ends with `nosys`',
  ),
  sock_recv: partly(
    'at most 110 KiB at once; the rights of a received descriptor follow from its type and from how it is open, within the inheriting rights of the socket, and through a link also from those of its sender; files beneath a received directory can be opened only beneath a granted directory, too (`acces`)',
  ),
  sock_send: partly(
    'at most 110 KiB at once and 64 descriptors, through UNIX sockets (else `notsup`) and on streams with a byte of data (else `inval`); one with less rights than its receiver would get ends with `notcapable`, but through a link; a program that holds a file it may only append to sends none (`perm`)',
  ),
  thread_create: partly('a stack has at least 4096 bytes, else `inval`'),
};

/** The support of each call of CloudABI, by kind of program. docs/calls.md is made from this table. */
export const support: Readonly<Record<SupportedKind, Readonly<Record<CallName, Support>>>> = {
  wasm: modules,
  elf: { ...modules, ...executables },
};
