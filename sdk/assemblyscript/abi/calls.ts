// Generated from spec/cloudabi.abi by `npm run generate`. Do not edit.
// The system calls of CloudABI, for AssemblyScript. A call returns Errno.success and stores its results at the
// addresses of its last parameters, or returns another error and leaves them as they were.

import { Errno } from './constants';

/**
 * Tells how finely a clock is divided.
 *
 * @param clock_id The clock.
 * @param resolution_at The least difference between two of its times.
 */
// @ts-ignore: decorator
@external('cloudabi', 'clock_res_get')
export declare function clock_res_get(clock_id: u32, resolution_at: usize): Errno;

/**
 * Tells the time.
 *
 * @param clock_id The clock.
 * @param precision By how much the answer may be late, to save effort. It is always less than this.
 * @param time_at Its time.
 */
// @ts-ignore: decorator
@external('cloudabi', 'clock_time_get')
export declare function clock_time_get(clock_id: u32, precision: u64, time_at: usize): Errno;

/**
 * Wakes threads that wait for a condition variable.
 *
 * @param condvar The condition variable. It becomes `condvar.has_no_waiters` when all are woken.
 * @param scope In what kind of memory it lies.
 * @param nwaiters How many to wake; if fewer wait, all of them.
 */
// @ts-ignore: decorator
@external('cloudabi', 'condvar_signal')
export declare function condvar_signal(condvar: usize, scope: u8, nwaiters: u32): Errno;

/**
 * Closes a descriptor.
 *
 * @param fd The descriptor to close.
 */
// @ts-ignore: decorator
@external('cloudabi', 'fd_close')
export declare function fd_close(fd: u32): Errno;

/**
 * Makes something that needs one descriptor.
 *
 * @param type Shared memory without a name. It is empty at first; `file_stat_fput` sizes it.
 * @param fd_at The new descriptor.
 */
// @ts-ignore: decorator
@external('cloudabi', 'fd_create1')
export declare function fd_create1(type: u8, fd_at: usize): Errno;

/**
 * Makes two connected descriptors.
 *
 * @param type A pair of UNIX sockets, for datagrams or for a stream.
 * @param fd1_at One end.
 * @param fd2_at The other end.
 */
// @ts-ignore: decorator
@external('cloudabi', 'fd_create2')
export declare function fd_create2(type: u8, fd1_at: usize, fd2_at: usize): Errno;

/**
 * Waits until the data of a file would survive a crash of the machine.
 *
 * @param fd The file.
 */
// @ts-ignore: decorator
@external('cloudabi', 'fd_datasync')
export declare function fd_datasync(fd: u32): Errno;

/**
 * Makes a second descriptor for the same thing.
 *
 * @param from The descriptor to copy.
 * @param fd_at The copy.
 */
// @ts-ignore: decorator
@external('cloudabi', 'fd_dup')
export declare function fd_dup(from: u32, fd_at: usize): Errno;

/**
 * Reads at a given offset; that of the descriptor stays as it is.
 *
 * @param fd The file.
 * @param iovs The memory to fill, in this order.
 * @param offset Where to start in the file.
 * @param nread_at Bytes read.
 */
// @ts-ignore: decorator
@external('cloudabi', 'fd_pread')
export declare function fd_pread(fd: u32, iovs: usize, iovs_len: usize, offset: u64, nread_at: usize): Errno;

/**
 * Writes at a given offset; that of the descriptor stays as it is.
 *
 * @param fd The file.
 * @param iovs The memory to write, in this order.
 * @param offset Where to start in the file.
 * @param nwritten_at Bytes written.
 */
// @ts-ignore: decorator
@external('cloudabi', 'fd_pwrite')
export declare function fd_pwrite(fd: u32, iovs: usize, iovs_len: usize, offset: u64, nwritten_at: usize): Errno;

/**
 * Reads at the descriptor's offset and moves it by as much as was read.
 *
 * @param fd Where to read from.
 * @param iovs The memory to fill, in this order.
 * @param nread_at Bytes read; zero at the end, if there was memory to fill.
 */
// @ts-ignore: decorator
@external('cloudabi', 'fd_read')
export declare function fd_read(fd: u32, iovs: usize, iovs_len: usize, nread_at: usize): Errno;

/**
 * Lets a descriptor number refer to what another one refers to, in one step.
 *
 * There is no call that copies a descriptor to a number that is free: another thread might be given that
 * number in the same moment.
 *
 * @param from The descriptor to copy.
 * @param to The number to overwrite. It must be open; what it referred to is closed.
 */
// @ts-ignore: decorator
@external('cloudabi', 'fd_replace')
export declare function fd_replace(from: u32, to: u32): Errno;

/**
 * Moves the descriptor's offset.
 *
 * @param fd The file.
 * @param offset By how much.
 * @param whence From where.
 * @param newoffset_at The offset after the move, from the start of the file.
 */
// @ts-ignore: decorator
@external('cloudabi', 'fd_seek')
export declare function fd_seek(fd: u32, offset: i64, whence: u8, newoffset_at: usize): Errno;

/**
 * Tells the attributes of a descriptor.
 *
 * @param fd The descriptor.
 * @param buf Where the attributes go.
 */
// @ts-ignore: decorator
@external('cloudabi', 'fd_stat_get')
export declare function fd_stat_get(fd: u32, buf: usize): Errno;

/**
 * Changes the flags of a descriptor, or gives up rights.
 *
 * @param fd The descriptor.
 * @param buf The new attributes.
 * @param flags Which of them to change.
 */
// @ts-ignore: decorator
@external('cloudabi', 'fd_stat_put')
export declare function fd_stat_put(fd: u32, buf: usize, flags: u16): Errno;

/**
 * Waits until the data and the attributes of a file would survive a crash of the machine.
 *
 * @param fd The file.
 */
// @ts-ignore: decorator
@external('cloudabi', 'fd_sync')
export declare function fd_sync(fd: u32): Errno;

/**
 * Writes at the descriptor's offset and moves it by as much as was written.
 *
 * @param fd Where to write to.
 * @param iovs The memory to write, in this order.
 * @param nwritten_at Bytes written; possibly fewer than given.
 */
// @ts-ignore: decorator
@external('cloudabi', 'fd_write')
export declare function fd_write(fd: u32, iovs: usize, iovs_len: usize, nwritten_at: usize): Errno;

/**
 * Tells the system how a part of a file will be used. It changes no result, only how soon it comes.
 *
 * @param fd The file.
 * @param offset Where the part starts.
 * @param len How long it is; zero means to the end.
 * @param advice How it will be used.
 */
// @ts-ignore: decorator
@external('cloudabi', 'file_advise')
export declare function file_advise(fd: u32, offset: u64, len: u64, advice: u8): Errno;

/**
 * Makes sure that there is space for a part of a file, and extends the file if it is shorter.
 *
 * @param fd The file.
 * @param offset Where the part starts.
 * @param len How long it is.
 */
// @ts-ignore: decorator
@external('cloudabi', 'file_allocate')
export declare function file_allocate(fd: u32, offset: u64, len: u64): Errno;

/**
 * Makes something that has a name.
 *
 * @param fd The directory from which the path is looked up.
 * @param path The name to be.
 * @param type An empty directory.
 */
// @ts-ignore: decorator
@external('cloudabi', 'file_create')
export declare function file_create(fd: u32, path: usize, path_len: usize, type: u8): Errno;

/**
 * Gives a file another name.
 *
 * @param fd1 The directory from which the old path is looked up.
 * @param path1 The present name.
 * @param fd2 The directory from which the new path is looked up.
 * @param path2 The further name.
 */
// @ts-ignore: decorator
@external('cloudabi', 'file_link')
export declare function file_link(fd1_fd: u32, fd1_flags: u32, path1: usize, path1_len: usize, fd2: u32, path2: usize, path2_len: usize): Errno;

/**
 * Opens a file or a directory.
 *
 * @param dirfd The directory from which the path is looked up.
 * @param path The name.
 * @param oflags What to do besides opening.
 * @param fds The rights and the flags that the new descriptor shall have. The type is ignored.
 * @param fd_at The new descriptor.
 */
// @ts-ignore: decorator
@external('cloudabi', 'file_open')
export declare function file_open(dirfd_fd: u32, dirfd_flags: u32, path: usize, path_len: usize, oflags: u16, fds: usize, fd_at: usize): Errno;

/**
 * Reads entries of a directory, in the order in which the file system has them.
 *
 * The memory is filled with entries, each a `dirent` with `dirent.d_namlen` bytes of name after it, one
 * after another without padding. What does not fit is cut off in the middle; the program reads it again
 * from the cookie before, with more memory if need be.
 *
 * @param fd The directory.
 * @param buf Where the entries go.
 * @param cookie Where to start: `dircookie.start` or a `dirent.d_next`.
 * @param bufused_at Bytes filled. Fewer than there are: this was the end of the directory.
 */
// @ts-ignore: decorator
@external('cloudabi', 'file_readdir')
export declare function file_readdir(fd: u32, buf: usize, buf_len: usize, cookie: u64, bufused_at: usize): Errno;

/**
 * Tells where a symbolic link leads.
 *
 * @param fd The directory from which the path is looked up.
 * @param path The name of the link.
 * @param buf Where the target goes.
 * @param bufused_at Bytes of it.
 */
// @ts-ignore: decorator
@external('cloudabi', 'file_readlink')
export declare function file_readlink(fd: u32, path: usize, path_len: usize, buf: usize, buf_len: usize, bufused_at: usize): Errno;

/**
 * Gives a file a new name in place of the old one, in one step.
 *
 * @param fd1 The directory from which the old path is looked up.
 * @param path1 The old name.
 * @param fd2 The directory from which the new path is looked up.
 * @param path2 The new name. What had it before is removed.
 */
// @ts-ignore: decorator
@external('cloudabi', 'file_rename')
export declare function file_rename(fd1: u32, path1: usize, path1_len: usize, fd2: u32, path2: usize, path2_len: usize): Errno;

/**
 * Tells the attributes of a file by its descriptor.
 *
 * @param fd The file.
 * @param buf Where the attributes go.
 */
// @ts-ignore: decorator
@external('cloudabi', 'file_stat_fget')
export declare function file_stat_fget(fd: u32, buf: usize): Errno;

/**
 * Changes the attributes of a file by its descriptor.
 *
 * @param fd The file.
 * @param buf The new attributes.
 * @param flags Which of them to change.
 */
// @ts-ignore: decorator
@external('cloudabi', 'file_stat_fput')
export declare function file_stat_fput(fd: u32, buf: usize, flags: u16): Errno;

/**
 * Tells the attributes of a file by its path.
 *
 * @param fd The directory from which the path is looked up.
 * @param path The name.
 * @param buf Where the attributes go.
 */
// @ts-ignore: decorator
@external('cloudabi', 'file_stat_get')
export declare function file_stat_get(fd_fd: u32, fd_flags: u32, path: usize, path_len: usize, buf: usize): Errno;

/**
 * Changes the times of a file by its path.
 *
 * @param fd The directory from which the path is looked up.
 * @param path The name.
 * @param buf The new attributes.
 * @param flags Which of them to change.
 */
// @ts-ignore: decorator
@external('cloudabi', 'file_stat_put')
export declare function file_stat_put(fd_fd: u32, fd_flags: u32, path: usize, path_len: usize, buf: usize, flags: u16): Errno;

/**
 * Makes a symbolic link.
 *
 * @param path1 Where it shall lead. Anything will do: it is looked at only when it is followed.
 * @param fd The directory from which the path of the link is looked up.
 * @param path2 The name of the link.
 */
// @ts-ignore: decorator
@external('cloudabi', 'file_symlink')
export declare function file_symlink(path1: usize, path1_len: usize, fd: u32, path2: usize, path2_len: usize): Errno;

/**
 * Removes a name, and what it stands for if that has no other name and is not open.
 *
 * @param fd The directory from which the path is looked up.
 * @param path The name.
 * @param flags Whether to remove a directory.
 */
// @ts-ignore: decorator
@external('cloudabi', 'file_unlink')
export declare function file_unlink(fd: u32, path: usize, path_len: usize, flags: u8): Errno;

/**
 * Gives up a lock for which others wait.
 *
 * @param lock The lock, held for writing by this thread, with `lock.kernel_managed` set.
 * @param scope In what kind of memory it lies.
 */
// @ts-ignore: decorator
@external('cloudabi', 'lock_unlock')
export declare function lock_unlock(lock: usize, scope: u8): Errno;

/**
 * Tells the system how some pages will be used.
 *
 * @param mapping The pages.
 * @param advice How they will be used.
 */
// @ts-ignore: decorator
@external('cloudabi', 'mem_advise')
export declare function mem_advise(mapping: usize, mapping_len: usize, advice: u8): Errno;

/**
 * Maps a file, or fresh memory.
 *
 * @param addr With `mflags.fixed`: where. Otherwise the system finds a place.
 * @param len How many bytes.
 * @param prot What may be done with the pages.
 * @param flags What to map, and how.
 * @param fd The file. With `mflags.anon`: `fd.map_anon_fd`.
 * @param off Where to start in the file, a multiple of the page size. With `mflags.anon`: zero.
 * @param mem_at Where it was mapped.
 */
// @ts-ignore: decorator
@external('cloudabi', 'mem_map')
export declare function mem_map(addr: usize, len: usize, prot: u8, flags: u8, fd: u32, off: u64, mem_at: usize): Errno;

/**
 * Changes what may be done with some pages.
 *
 * @param mapping The pages.
 * @param prot What may be done with them.
 */
// @ts-ignore: decorator
@external('cloudabi', 'mem_protect')
export declare function mem_protect(mapping: usize, mapping_len: usize, prot: u8): Errno;

/**
 * Stores the pages of a mapped file.
 *
 * @param mapping The pages.
 * @param flags How.
 */
// @ts-ignore: decorator
@external('cloudabi', 'mem_sync')
export declare function mem_sync(mapping: usize, mapping_len: usize, flags: u8): Errno;

/**
 * Removes some pages from the memory of the program.
 *
 * @param mapping The pages.
 */
// @ts-ignore: decorator
@external('cloudabi', 'mem_unmap')
export declare function mem_unmap(mapping: usize, mapping_len: usize): Errno;

/**
 * Waits until at least one of several things has happened.
 *
 * @param in_ The first of the things to wait for; the others follow it.
 * @param out The first of as many places for what has happened.
 * @param nsubscriptions How many things, and how many places.
 * @param nevents_at How many things have happened.
 */
// @ts-ignore: decorator
@external('cloudabi', 'poll')
export declare function poll(in_: usize, out: usize, nsubscriptions: usize, nevents_at: usize): Errno;

/**
 * Puts another program in the place of this one. The process stays, its memory and threads go.
 *
 * @param fd The executable.
 * @param data The argument data for the new program. The kernel does not look into it.
 * @param fds The descriptors to keep. The new program has them as numbers 0, 1, 2 and so on, in this order.
 */
// @ts-ignore: decorator
@external('cloudabi', 'proc_exec')
export declare function proc_exec(fd: u32, data: usize, data_len: usize, fds: usize, fds_len: usize): Errno;

/**
 * Ends this process.
 *
 * @param rval What others see in `event.proc_terminate.exitcode`.
 */
// @ts-ignore: decorator
@external('cloudabi', 'proc_exit')
export declare function proc_exit(rval: u32): void;

/**
 * Makes a copy of this process, with this thread alone.
 *
 * @param fd_at For the parent: a descriptor for the child. For the child: `fd.process_child`.
 * @param tid_at For the child: the number of its thread. For the parent: undefined.
 */
// @ts-ignore: decorator
@external('cloudabi', 'proc_fork')
export declare function proc_fork(fd_at: usize, tid_at: usize): Errno;

/**
 * Raises a signal in this process.
 *
 * @param sig The signal. If it ends the process, others see it in `event.proc_terminate.signal`.
 */
// @ts-ignore: decorator
@external('cloudabi', 'proc_raise')
export declare function proc_raise(sig: u8): Errno;

/**
 * Fills memory with random bytes that nobody can foresee. It may be slow: a program that needs many takes
 * these as the seed of a generator of its own.
 *
 * @param buf The memory to fill.
 */
// @ts-ignore: decorator
@external('cloudabi', 'random_get')
export declare function random_get(buf: usize, buf_len: usize): Errno;

/**
 * Receives from a socket: data, and descriptors that were sent along.
 *
 * @param sock The socket.
 * @param in_ What is asked for.
 * @param out What came.
 */
// @ts-ignore: decorator
@external('cloudabi', 'sock_recv')
export declare function sock_recv(sock: u32, in_: usize, out: usize): Errno;

/**
 * Sends to a socket: data, and descriptors along with it.
 *
 * @param sock The socket.
 * @param in_ What to send.
 * @param out What was sent.
 */
// @ts-ignore: decorator
@external('cloudabi', 'sock_send')
export declare function sock_send(sock: u32, in_: usize, out: usize): Errno;

/**
 * Ends one or both directions of a connection, for everyone who holds the socket.
 *
 * @param sock The socket.
 * @param how Which directions.
 */
// @ts-ignore: decorator
@external('cloudabi', 'sock_shutdown')
export declare function sock_shutdown(sock: u32, how: u8): Errno;

/**
 * Starts a thread in this process.
 *
 * @param attr Where it starts and with what.
 * @param tid_at Its number.
 */
// @ts-ignore: decorator
@external('cloudabi', 'thread_create')
export declare function thread_create(attr: usize, tid_at: usize): Errno;

/**
 * Ends this thread, and gives up a lock when it no longer uses its stack. Another thread that waits for the
 * lock thereby waits for the thread.
 *
 * @param lock The lock, held for writing by this thread.
 * @param scope In what kind of memory it lies.
 */
// @ts-ignore: decorator
@external('cloudabi', 'thread_exit')
export declare function thread_exit(lock: usize, scope: u8): void;

/** Lets other threads run first. */
// @ts-ignore: decorator
@external('cloudabi', 'thread_yield')
export declare function thread_yield(): Errno;
