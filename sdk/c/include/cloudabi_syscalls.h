// Generated from spec/cloudabi.abi by `npm run generate`. Do not edit.
// The system calls of CloudABI, for C11, C++11 and later. A call returns CLOUDABI_ESUCCESS and stores its
// results behind its last parameters, or returns another error and leaves them as they were.

#ifndef CLOUDABI_SYSCALLS_H
#define CLOUDABI_SYSCALLS_H

#include <cloudabi_types.h>

// A WebAssembly program imports the calls from the module 'cloudabi'.
#ifdef __wasm32__
#define CLOUDABI_CALL(name) __attribute__((__import_module__("cloudabi"), __import_name__(#name)))
#else
#define CLOUDABI_CALL(name)
#endif

#define CLOUDABI_NORETURN __attribute__((__noreturn__))

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Tells how finely a clock is divided.
 *
 * @param clock_id The clock.
 * @param resolution The least difference between two of its times.
 */
cloudabi_errno_t cloudabi_sys_clock_res_get(
    cloudabi_clockid_t clock_id,
    cloudabi_timestamp_t *resolution) CLOUDABI_CALL(clock_res_get);

/**
 * Tells the time.
 *
 * @param clock_id The clock.
 * @param precision By how much the answer may be late, to save effort. It is always less than this.
 * @param time Its time.
 */
cloudabi_errno_t cloudabi_sys_clock_time_get(
    cloudabi_clockid_t clock_id,
    cloudabi_timestamp_t precision,
    cloudabi_timestamp_t *time) CLOUDABI_CALL(clock_time_get);

/**
 * Wakes threads that wait for a condition variable.
 *
 * @param condvar The condition variable. It becomes `CLOUDABI_CONDVAR_HAS_NO_WAITERS` when all are woken.
 * @param scope In what kind of memory it lies.
 * @param nwaiters How many to wake; if fewer wait, all of them.
 */
cloudabi_errno_t cloudabi_sys_condvar_signal(
    CLOUDABI_ATOMIC(cloudabi_condvar_t) *condvar,
    cloudabi_scope_t scope,
    cloudabi_nthreads_t nwaiters) CLOUDABI_CALL(condvar_signal);

/**
 * Closes a descriptor.
 *
 * @param fd The descriptor to close.
 */
cloudabi_errno_t cloudabi_sys_fd_close(cloudabi_fd_t fd) CLOUDABI_CALL(fd_close);

/**
 * Makes something that needs one descriptor.
 *
 * @param type Shared memory without a name. It is empty at first; `cloudabi_sys_file_stat_fput` sizes it.
 * @param fd The new descriptor.
 */
cloudabi_errno_t cloudabi_sys_fd_create1(
    cloudabi_filetype_t type,
    cloudabi_fd_t *fd) CLOUDABI_CALL(fd_create1);

/**
 * Makes two connected descriptors.
 *
 * @param type A pair of UNIX sockets, for datagrams or for a stream.
 * @param fd1 One end.
 * @param fd2 The other end.
 */
cloudabi_errno_t cloudabi_sys_fd_create2(
    cloudabi_filetype_t type,
    cloudabi_fd_t *fd1,
    cloudabi_fd_t *fd2) CLOUDABI_CALL(fd_create2);

/**
 * Waits until the data of a file would survive a crash of the machine.
 *
 * @param fd The file.
 */
cloudabi_errno_t cloudabi_sys_fd_datasync(cloudabi_fd_t fd) CLOUDABI_CALL(fd_datasync);

/**
 * Makes a second descriptor for the same thing.
 *
 * @param from The descriptor to copy.
 * @param fd The copy.
 */
cloudabi_errno_t cloudabi_sys_fd_dup(cloudabi_fd_t from, cloudabi_fd_t *fd) CLOUDABI_CALL(fd_dup);

/**
 * Reads at a given offset; that of the descriptor stays as it is.
 *
 * @param fd The file.
 * @param iovs The memory to fill, in this order.
 * @param offset Where to start in the file.
 * @param nread Bytes read.
 */
cloudabi_errno_t cloudabi_sys_fd_pread(
    cloudabi_fd_t fd,
    const cloudabi_iovec_t *iovs,
    size_t iovs_len,
    cloudabi_filesize_t offset,
    size_t *nread) CLOUDABI_CALL(fd_pread);

/**
 * Writes at a given offset; that of the descriptor stays as it is.
 *
 * @param fd The file.
 * @param iovs The memory to write, in this order.
 * @param offset Where to start in the file.
 * @param nwritten Bytes written.
 */
cloudabi_errno_t cloudabi_sys_fd_pwrite(
    cloudabi_fd_t fd,
    const cloudabi_ciovec_t *iovs,
    size_t iovs_len,
    cloudabi_filesize_t offset,
    size_t *nwritten) CLOUDABI_CALL(fd_pwrite);

/**
 * Reads at the descriptor's offset and moves it by as much as was read.
 *
 * @param fd Where to read from.
 * @param iovs The memory to fill, in this order.
 * @param nread Bytes read; zero at the end, if there was memory to fill.
 */
cloudabi_errno_t cloudabi_sys_fd_read(
    cloudabi_fd_t fd,
    const cloudabi_iovec_t *iovs,
    size_t iovs_len,
    size_t *nread) CLOUDABI_CALL(fd_read);

/**
 * Lets a descriptor number refer to what another one refers to, in one step.
 *
 * There is no call that copies a descriptor to a number that is free: another thread might be given that
 * number in the same moment.
 *
 * @param from The descriptor to copy.
 * @param to The number to overwrite. It must be open; what it referred to is closed.
 */
cloudabi_errno_t cloudabi_sys_fd_replace(cloudabi_fd_t from, cloudabi_fd_t to) CLOUDABI_CALL(fd_replace);

/**
 * Moves the descriptor's offset.
 *
 * @param fd The file.
 * @param offset By how much.
 * @param whence From where.
 * @param newoffset The offset after the move, from the start of the file.
 */
cloudabi_errno_t cloudabi_sys_fd_seek(
    cloudabi_fd_t fd,
    cloudabi_filedelta_t offset,
    cloudabi_whence_t whence,
    cloudabi_filesize_t *newoffset) CLOUDABI_CALL(fd_seek);

/**
 * Tells the attributes of a descriptor.
 *
 * @param fd The descriptor.
 * @param buf Where the attributes go.
 */
cloudabi_errno_t cloudabi_sys_fd_stat_get(
    cloudabi_fd_t fd,
    cloudabi_fdstat_t *buf) CLOUDABI_CALL(fd_stat_get);

/**
 * Changes the flags of a descriptor, or gives up rights.
 *
 * @param fd The descriptor.
 * @param buf The new attributes.
 * @param flags Which of them to change.
 */
cloudabi_errno_t cloudabi_sys_fd_stat_put(
    cloudabi_fd_t fd,
    const cloudabi_fdstat_t *buf,
    cloudabi_fdsflags_t flags) CLOUDABI_CALL(fd_stat_put);

/**
 * Waits until the data and the attributes of a file would survive a crash of the machine.
 *
 * @param fd The file.
 */
cloudabi_errno_t cloudabi_sys_fd_sync(cloudabi_fd_t fd) CLOUDABI_CALL(fd_sync);

/**
 * Writes at the descriptor's offset and moves it by as much as was written.
 *
 * @param fd Where to write to.
 * @param iovs The memory to write, in this order.
 * @param nwritten Bytes written; possibly fewer than given.
 */
cloudabi_errno_t cloudabi_sys_fd_write(
    cloudabi_fd_t fd,
    const cloudabi_ciovec_t *iovs,
    size_t iovs_len,
    size_t *nwritten) CLOUDABI_CALL(fd_write);

/**
 * Tells the system how a part of a file will be used. It changes no result, only how soon it comes.
 *
 * @param fd The file.
 * @param offset Where the part starts.
 * @param len How long it is; zero means to the end.
 * @param advice How it will be used.
 */
cloudabi_errno_t cloudabi_sys_file_advise(
    cloudabi_fd_t fd,
    cloudabi_filesize_t offset,
    cloudabi_filesize_t len,
    cloudabi_advice_t advice) CLOUDABI_CALL(file_advise);

/**
 * Makes sure that there is space for a part of a file, and extends the file if it is shorter.
 *
 * @param fd The file.
 * @param offset Where the part starts.
 * @param len How long it is.
 */
cloudabi_errno_t cloudabi_sys_file_allocate(
    cloudabi_fd_t fd,
    cloudabi_filesize_t offset,
    cloudabi_filesize_t len) CLOUDABI_CALL(file_allocate);

/**
 * Makes something that has a name.
 *
 * @param fd The directory from which the path is looked up.
 * @param path The name to be.
 * @param type An empty directory.
 */
cloudabi_errno_t cloudabi_sys_file_create(
    cloudabi_fd_t fd,
    const char *path,
    size_t path_len,
    cloudabi_filetype_t type) CLOUDABI_CALL(file_create);

#ifdef __wasm32__
cloudabi_errno_t cloudabi_import_file_link(
    cloudabi_fd_t fd1_fd,
    cloudabi_lookupflags_t fd1_flags,
    const char *path1,
    size_t path1_len,
    cloudabi_fd_t fd2,
    const char *path2,
    size_t path2_len) CLOUDABI_CALL(file_link);
/**
 * Gives a file another name.
 *
 * @param fd1 The directory from which the old path is looked up.
 * @param path1 The present name.
 * @param fd2 The directory from which the new path is looked up.
 * @param path2 The further name.
 */
static inline cloudabi_errno_t cloudabi_sys_file_link(
    cloudabi_lookup_t fd1,
    const char *path1,
    size_t path1_len,
    cloudabi_fd_t fd2,
    const char *path2,
    size_t path2_len) {
  return cloudabi_import_file_link(fd1.fd, fd1.flags, path1, path1_len, fd2, path2, path2_len);
}
#else
/**
 * Gives a file another name.
 *
 * @param fd1 The directory from which the old path is looked up.
 * @param path1 The present name.
 * @param fd2 The directory from which the new path is looked up.
 * @param path2 The further name.
 */
cloudabi_errno_t cloudabi_sys_file_link(
    cloudabi_lookup_t fd1,
    const char *path1,
    size_t path1_len,
    cloudabi_fd_t fd2,
    const char *path2,
    size_t path2_len);
#endif

#ifdef __wasm32__
cloudabi_errno_t cloudabi_import_file_open(
    cloudabi_fd_t dirfd_fd,
    cloudabi_lookupflags_t dirfd_flags,
    const char *path,
    size_t path_len,
    cloudabi_oflags_t oflags,
    const cloudabi_fdstat_t *fds,
    cloudabi_fd_t *fd) CLOUDABI_CALL(file_open);
/**
 * Opens a file or a directory.
 *
 * @param dirfd The directory from which the path is looked up.
 * @param path The name.
 * @param oflags What to do besides opening.
 * @param fds The rights and the flags that the new descriptor shall have. The type is ignored.
 * @param fd The new descriptor.
 */
static inline cloudabi_errno_t cloudabi_sys_file_open(
    cloudabi_lookup_t dirfd,
    const char *path,
    size_t path_len,
    cloudabi_oflags_t oflags,
    const cloudabi_fdstat_t *fds,
    cloudabi_fd_t *fd) {
  return cloudabi_import_file_open(dirfd.fd, dirfd.flags, path, path_len, oflags, fds, fd);
}
#else
/**
 * Opens a file or a directory.
 *
 * @param dirfd The directory from which the path is looked up.
 * @param path The name.
 * @param oflags What to do besides opening.
 * @param fds The rights and the flags that the new descriptor shall have. The type is ignored.
 * @param fd The new descriptor.
 */
cloudabi_errno_t cloudabi_sys_file_open(
    cloudabi_lookup_t dirfd,
    const char *path,
    size_t path_len,
    cloudabi_oflags_t oflags,
    const cloudabi_fdstat_t *fds,
    cloudabi_fd_t *fd);
#endif

/**
 * Reads entries of a directory, in the order in which the file system has them.
 *
 * The memory is filled with entries, each a `cloudabi_dirent_t` with `cloudabi_dirent_t.d_namlen` bytes of
 * name after it, one after another without padding. What does not fit is cut off in the middle; the program
 * reads it again from the cookie before, with more memory if need be.
 *
 * @param fd The directory.
 * @param buf Where the entries go.
 * @param cookie Where to start: `CLOUDABI_DIRCOOKIE_START` or a `cloudabi_dirent_t.d_next`.
 * @param bufused Bytes filled. Fewer than there are: this was the end of the directory.
 */
cloudabi_errno_t cloudabi_sys_file_readdir(
    cloudabi_fd_t fd,
    void *buf,
    size_t buf_len,
    cloudabi_dircookie_t cookie,
    size_t *bufused) CLOUDABI_CALL(file_readdir);

/**
 * Tells where a symbolic link leads.
 *
 * @param fd The directory from which the path is looked up.
 * @param path The name of the link.
 * @param buf Where the target goes.
 * @param bufused Bytes of it.
 */
cloudabi_errno_t cloudabi_sys_file_readlink(
    cloudabi_fd_t fd,
    const char *path,
    size_t path_len,
    char *buf,
    size_t buf_len,
    size_t *bufused) CLOUDABI_CALL(file_readlink);

/**
 * Gives a file a new name in place of the old one, in one step.
 *
 * @param fd1 The directory from which the old path is looked up.
 * @param path1 The old name.
 * @param fd2 The directory from which the new path is looked up.
 * @param path2 The new name. What had it before is removed.
 */
cloudabi_errno_t cloudabi_sys_file_rename(
    cloudabi_fd_t fd1,
    const char *path1,
    size_t path1_len,
    cloudabi_fd_t fd2,
    const char *path2,
    size_t path2_len) CLOUDABI_CALL(file_rename);

/**
 * Tells the attributes of a file by its descriptor.
 *
 * @param fd The file.
 * @param buf Where the attributes go.
 */
cloudabi_errno_t cloudabi_sys_file_stat_fget(
    cloudabi_fd_t fd,
    cloudabi_filestat_t *buf) CLOUDABI_CALL(file_stat_fget);

/**
 * Changes the attributes of a file by its descriptor.
 *
 * @param fd The file.
 * @param buf The new attributes.
 * @param flags Which of them to change.
 */
cloudabi_errno_t cloudabi_sys_file_stat_fput(
    cloudabi_fd_t fd,
    const cloudabi_filestat_t *buf,
    cloudabi_fsflags_t flags) CLOUDABI_CALL(file_stat_fput);

#ifdef __wasm32__
cloudabi_errno_t cloudabi_import_file_stat_get(
    cloudabi_fd_t fd_fd,
    cloudabi_lookupflags_t fd_flags,
    const char *path,
    size_t path_len,
    cloudabi_filestat_t *buf) CLOUDABI_CALL(file_stat_get);
/**
 * Tells the attributes of a file by its path.
 *
 * @param fd The directory from which the path is looked up.
 * @param path The name.
 * @param buf Where the attributes go.
 */
static inline cloudabi_errno_t cloudabi_sys_file_stat_get(
    cloudabi_lookup_t fd,
    const char *path,
    size_t path_len,
    cloudabi_filestat_t *buf) {
  return cloudabi_import_file_stat_get(fd.fd, fd.flags, path, path_len, buf);
}
#else
/**
 * Tells the attributes of a file by its path.
 *
 * @param fd The directory from which the path is looked up.
 * @param path The name.
 * @param buf Where the attributes go.
 */
cloudabi_errno_t cloudabi_sys_file_stat_get(
    cloudabi_lookup_t fd,
    const char *path,
    size_t path_len,
    cloudabi_filestat_t *buf);
#endif

#ifdef __wasm32__
cloudabi_errno_t cloudabi_import_file_stat_put(
    cloudabi_fd_t fd_fd,
    cloudabi_lookupflags_t fd_flags,
    const char *path,
    size_t path_len,
    const cloudabi_filestat_t *buf,
    cloudabi_fsflags_t flags) CLOUDABI_CALL(file_stat_put);
/**
 * Changes the times of a file by its path.
 *
 * @param fd The directory from which the path is looked up.
 * @param path The name.
 * @param buf The new attributes.
 * @param flags Which of them to change.
 */
static inline cloudabi_errno_t cloudabi_sys_file_stat_put(
    cloudabi_lookup_t fd,
    const char *path,
    size_t path_len,
    const cloudabi_filestat_t *buf,
    cloudabi_fsflags_t flags) {
  return cloudabi_import_file_stat_put(fd.fd, fd.flags, path, path_len, buf, flags);
}
#else
/**
 * Changes the times of a file by its path.
 *
 * @param fd The directory from which the path is looked up.
 * @param path The name.
 * @param buf The new attributes.
 * @param flags Which of them to change.
 */
cloudabi_errno_t cloudabi_sys_file_stat_put(
    cloudabi_lookup_t fd,
    const char *path,
    size_t path_len,
    const cloudabi_filestat_t *buf,
    cloudabi_fsflags_t flags);
#endif

/**
 * Makes a symbolic link.
 *
 * @param path1 Where it shall lead. Anything will do: it is looked at only when it is followed.
 * @param fd The directory from which the path of the link is looked up.
 * @param path2 The name of the link.
 */
cloudabi_errno_t cloudabi_sys_file_symlink(
    const char *path1,
    size_t path1_len,
    cloudabi_fd_t fd,
    const char *path2,
    size_t path2_len) CLOUDABI_CALL(file_symlink);

/**
 * Removes a name, and what it stands for if that has no other name and is not open.
 *
 * @param fd The directory from which the path is looked up.
 * @param path The name.
 * @param flags Whether to remove a directory.
 */
cloudabi_errno_t cloudabi_sys_file_unlink(
    cloudabi_fd_t fd,
    const char *path,
    size_t path_len,
    cloudabi_ulflags_t flags) CLOUDABI_CALL(file_unlink);

/**
 * Gives up a lock for which others wait.
 *
 * @param lock The lock, held for writing by this thread, with `CLOUDABI_LOCK_KERNEL_MANAGED` set.
 * @param scope In what kind of memory it lies.
 */
cloudabi_errno_t cloudabi_sys_lock_unlock(
    CLOUDABI_ATOMIC(cloudabi_lock_t) *lock,
    cloudabi_scope_t scope) CLOUDABI_CALL(lock_unlock);

/**
 * Tells the system how some pages will be used.
 *
 * @param mapping The pages.
 * @param advice How they will be used.
 */
cloudabi_errno_t cloudabi_sys_mem_advise(
    void *mapping,
    size_t mapping_len,
    cloudabi_advice_t advice) CLOUDABI_CALL(mem_advise);

/**
 * Maps a file, or fresh memory.
 *
 * @param addr With `CLOUDABI_MAP_FIXED`: where. Otherwise the system finds a place.
 * @param len How many bytes.
 * @param prot What may be done with the pages.
 * @param flags What to map, and how.
 * @param fd The file. With `CLOUDABI_MAP_ANON`: `CLOUDABI_MAP_ANON_FD`.
 * @param off Where to start in the file, a multiple of the page size. With `CLOUDABI_MAP_ANON`: zero.
 * @param mem Where it was mapped.
 */
cloudabi_errno_t cloudabi_sys_mem_map(
    void *addr,
    size_t len,
    cloudabi_mprot_t prot,
    cloudabi_mflags_t flags,
    cloudabi_fd_t fd,
    cloudabi_filesize_t off,
    void **mem) CLOUDABI_CALL(mem_map);

/**
 * Changes what may be done with some pages.
 *
 * @param mapping The pages.
 * @param prot What may be done with them.
 */
cloudabi_errno_t cloudabi_sys_mem_protect(
    void *mapping,
    size_t mapping_len,
    cloudabi_mprot_t prot) CLOUDABI_CALL(mem_protect);

/**
 * Stores the pages of a mapped file.
 *
 * @param mapping The pages.
 * @param flags How.
 */
cloudabi_errno_t cloudabi_sys_mem_sync(
    void *mapping,
    size_t mapping_len,
    cloudabi_msflags_t flags) CLOUDABI_CALL(mem_sync);

/**
 * Removes some pages from the memory of the program.
 *
 * @param mapping The pages.
 */
cloudabi_errno_t cloudabi_sys_mem_unmap(void *mapping, size_t mapping_len) CLOUDABI_CALL(mem_unmap);

/**
 * Waits until at least one of several things has happened.
 *
 * @param in The first of the things to wait for; the others follow it.
 * @param out The first of as many places for what has happened.
 * @param nsubscriptions How many things, and how many places.
 * @param nevents How many things have happened.
 */
cloudabi_errno_t cloudabi_sys_poll(
    const cloudabi_subscription_t *in,
    cloudabi_event_t *out,
    size_t nsubscriptions,
    size_t *nevents) CLOUDABI_CALL(poll);

/**
 * Puts another program in the place of this one. The process stays, its memory and threads go.
 *
 * @param fd The executable.
 * @param data The argument data for the new program. The kernel does not look into it.
 * @param fds The descriptors to keep. The new program has them as numbers 0, 1, 2 and so on, in this order.
 */
cloudabi_errno_t cloudabi_sys_proc_exec(
    cloudabi_fd_t fd,
    const void *data,
    size_t data_len,
    const cloudabi_fd_t *fds,
    size_t fds_len) CLOUDABI_CALL(proc_exec);

/**
 * Ends this process.
 *
 * @param rval What others see in `cloudabi_event_t.proc_terminate.exitcode`.
 */
CLOUDABI_NORETURN void cloudabi_sys_proc_exit(cloudabi_exitcode_t rval) CLOUDABI_CALL(proc_exit);

/**
 * Makes a copy of this process, with this thread alone.
 *
 * @param fd For the parent: a descriptor for the child. For the child: `CLOUDABI_PROCESS_CHILD`.
 * @param tid For the child: the number of its thread. For the parent: undefined.
 */
cloudabi_errno_t cloudabi_sys_proc_fork(cloudabi_fd_t *fd, cloudabi_tid_t *tid) CLOUDABI_CALL(proc_fork);

/**
 * Raises a signal in this process.
 *
 * @param sig The signal. If it ends the process, others see it in `cloudabi_event_t.proc_terminate.signal`.
 */
cloudabi_errno_t cloudabi_sys_proc_raise(cloudabi_signal_t sig) CLOUDABI_CALL(proc_raise);

/**
 * Fills memory with random bytes that nobody can foresee. It may be slow: a program that needs many takes
 * these as the seed of a generator of its own.
 *
 * @param buf The memory to fill.
 */
cloudabi_errno_t cloudabi_sys_random_get(void *buf, size_t buf_len) CLOUDABI_CALL(random_get);

/**
 * Receives from a socket: data, and descriptors that were sent along.
 *
 * @param sock The socket.
 * @param in What is asked for.
 * @param out What came.
 */
cloudabi_errno_t cloudabi_sys_sock_recv(
    cloudabi_fd_t sock,
    const cloudabi_recv_in_t *in,
    cloudabi_recv_out_t *out) CLOUDABI_CALL(sock_recv);

/**
 * Sends to a socket: data, and descriptors along with it.
 *
 * @param sock The socket.
 * @param in What to send.
 * @param out What was sent.
 */
cloudabi_errno_t cloudabi_sys_sock_send(
    cloudabi_fd_t sock,
    const cloudabi_send_in_t *in,
    cloudabi_send_out_t *out) CLOUDABI_CALL(sock_send);

/**
 * Ends one or both directions of a connection, for everyone who holds the socket.
 *
 * @param sock The socket.
 * @param how Which directions.
 */
cloudabi_errno_t cloudabi_sys_sock_shutdown(
    cloudabi_fd_t sock,
    cloudabi_sdflags_t how) CLOUDABI_CALL(sock_shutdown);

/**
 * Starts a thread in this process.
 *
 * @param attr Where it starts and with what.
 * @param tid Its number.
 */
cloudabi_errno_t cloudabi_sys_thread_create(
    cloudabi_threadattr_t *attr,
    cloudabi_tid_t *tid) CLOUDABI_CALL(thread_create);

/**
 * Ends this thread, and gives up a lock when it no longer uses its stack. Another thread that waits for the
 * lock thereby waits for the thread.
 *
 * @param lock The lock, held for writing by this thread.
 * @param scope In what kind of memory it lies.
 */
CLOUDABI_NORETURN void cloudabi_sys_thread_exit(
    CLOUDABI_ATOMIC(cloudabi_lock_t) *lock,
    cloudabi_scope_t scope) CLOUDABI_CALL(thread_exit);

/** Lets other threads run first. */
cloudabi_errno_t cloudabi_sys_thread_yield(void) CLOUDABI_CALL(thread_yield);

#ifdef __cplusplus
}
#endif

#endif
