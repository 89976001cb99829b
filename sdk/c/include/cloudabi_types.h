// Generated from spec/cloudabi.abi by `npm run generate`. Do not edit.
// Types, constants and structures of CloudABI, for C11, C++11 and later.

#ifndef CLOUDABI_TYPES_H
#define CLOUDABI_TYPES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#include <atomic>
#define CLOUDABI_ATOMIC(type) std::atomic<type>
#define CLOUDABI_ALIGNOF(type) alignof(type)
#define CLOUDABI_ASSERT(condition) static_assert(condition, #condition)
#else
#define CLOUDABI_ATOMIC(type) _Atomic(type)
#define CLOUDABI_ALIGNOF(type) _Alignof(type)
#define CLOUDABI_ASSERT(condition) _Static_assert(condition, #condition)
#endif

// The first number if addresses have 32 bits, the second if they have 64.
#define CLOUDABI_BY_WIDTH(narrow, wide) (sizeof(void *) == 4 ? (narrow) : (wide))

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The outcome of a call. Some values are reported by no call; C libraries use them, or programs expect the
 * name to exist.
 */
typedef uint16_t cloudabi_errno_t;
/** The call did what was asked. */
#define CLOUDABI_ESUCCESS 0
/** Arguments are too long. */
#define CLOUDABI_E2BIG 1
/** The host's permissions forbid it. */
#define CLOUDABI_EACCES 2
/** The address is in use. */
#define CLOUDABI_EADDRINUSE 3
/** The address cannot be used here. */
#define CLOUDABI_EADDRNOTAVAIL 4
/** The address family is unknown. */
#define CLOUDABI_EAFNOSUPPORT 5
/** The call would have to wait, or a resource is short for the moment. */
#define CLOUDABI_EAGAIN 6
/** A connection attempt is already under way. */
#define CLOUDABI_EALREADY 7
/** The descriptor is not open. */
#define CLOUDABI_EBADF 8
/** The message is damaged. */
#define CLOUDABI_EBADMSG 9
/** Something is using the resource. */
#define CLOUDABI_EBUSY 10
/** The operation was called off. */
#define CLOUDABI_ECANCELED 11
/** There is no child process. */
#define CLOUDABI_ECHILD 12
/** The connection was aborted. */
#define CLOUDABI_ECONNABORTED 13
/** The peer refused the connection. */
#define CLOUDABI_ECONNREFUSED 14
/** The peer reset the connection. */
#define CLOUDABI_ECONNRESET 15
/** Waiting would never end. */
#define CLOUDABI_EDEADLK 16
/** The socket needs a destination. */
#define CLOUDABI_EDESTADDRREQ 17
/** The argument lies outside the domain of the function. */
#define CLOUDABI_EDOM 18
/** The disk quota is used up; reserved. */
#define CLOUDABI_EDQUOT 19
/** The file exists already. */
#define CLOUDABI_EEXIST 20
/** The address lies outside the memory of the program. */
#define CLOUDABI_EFAULT 21
/** The file would become too large. */
#define CLOUDABI_EFBIG 22
/** No route leads to the host. */
#define CLOUDABI_EHOSTUNREACH 23
/** The identifier was removed. */
#define CLOUDABI_EIDRM 24
/** The bytes are no valid text. */
#define CLOUDABI_EILSEQ 25
/** The operation has started and goes on. */
#define CLOUDABI_EINPROGRESS 26
/** A signal interrupted the call. */
#define CLOUDABI_EINTR 27
/** An argument is invalid. */
#define CLOUDABI_EINVAL 28
/** The device failed. */
#define CLOUDABI_EIO 29
/** The socket is already connected. */
#define CLOUDABI_EISCONN 30
/** The file is a directory. */
#define CLOUDABI_EISDIR 31
/** The path leads through too many symbolic links. */
#define CLOUDABI_ELOOP 32
/** The process has too many descriptors. */
#define CLOUDABI_EMFILE 33
/** The file has too many links. */
#define CLOUDABI_EMLINK 34
/** The message is too large. */
#define CLOUDABI_EMSGSIZE 35
/** The path crosses several hosts; reserved. */
#define CLOUDABI_EMULTIHOP 36
/** The file name is too long. */
#define CLOUDABI_ENAMETOOLONG 37
/** The network is down. */
#define CLOUDABI_ENETDOWN 38
/** The network dropped the connection. */
#define CLOUDABI_ENETRESET 39
/** The network cannot be reached. */
#define CLOUDABI_ENETUNREACH 40
/** The system has too many files open. */
#define CLOUDABI_ENFILE 41
/** No buffer space is left. */
#define CLOUDABI_ENOBUFS 42
/** The device does not exist, or cannot do this. */
#define CLOUDABI_ENODEV 43
/** The file does not exist. */
#define CLOUDABI_ENOENT 44
/** The file is no executable. */
#define CLOUDABI_ENOEXEC 45
/** No lock is left. */
#define CLOUDABI_ENOLCK 46
/** The link to the host is cut; reserved. */
#define CLOUDABI_ENOLINK 47
/** No memory is left. */
#define CLOUDABI_ENOMEM 48
/** There is no message of the wanted type. */
#define CLOUDABI_ENOMSG 49
/** The protocol has no such option. */
#define CLOUDABI_ENOPROTOOPT 50
/** No space is left on the device. */
#define CLOUDABI_ENOSPC 51
/** The system does not have this call. */
#define CLOUDABI_ENOSYS 52
/** The socket is not connected. */
#define CLOUDABI_ENOTCONN 53
/** The file is no directory, nor a link to one. */
#define CLOUDABI_ENOTDIR 54
/** The directory is not empty. */
#define CLOUDABI_ENOTEMPTY 55
/** The state cannot be recovered. */
#define CLOUDABI_ENOTRECOVERABLE 56
/** The descriptor is no socket. */
#define CLOUDABI_ENOTSOCK 57
/** The object does not support this. */
#define CLOUDABI_ENOTSUP 58
/** The device does not support this control operation. */
#define CLOUDABI_ENOTTY 59
/** The device or address does not exist. */
#define CLOUDABI_ENXIO 60
/** The value does not fit its type. */
#define CLOUDABI_EOVERFLOW 61
/** The previous owner of the lock died. */
#define CLOUDABI_EOWNERDEAD 62
/** The operation is not permitted. */
#define CLOUDABI_EPERM 63
/** Nobody reads from the other end. */
#define CLOUDABI_EPIPE 64
/** The protocol failed. */
#define CLOUDABI_EPROTO 65
/** The protocol is not supported. */
#define CLOUDABI_EPROTONOSUPPORT 66
/** The protocol does not fit the type of the socket. */
#define CLOUDABI_EPROTOTYPE 67
/** The result lies outside the range of its type. */
#define CLOUDABI_ERANGE 68
/** The file system is read-only. */
#define CLOUDABI_EROFS 69
/** The descriptor has no offset to move. */
#define CLOUDABI_ESPIPE 70
/** The process does not exist. */
#define CLOUDABI_ESRCH 71
/** The file handle is outdated; reserved. */
#define CLOUDABI_ESTALE 72
/** The peer did not answer in time. */
#define CLOUDABI_ETIMEDOUT 73
/** The executable is being run or written. */
#define CLOUDABI_ETXTBSY 74
/** The two files lie on different file systems. */
#define CLOUDABI_EXDEV 75
/** The descriptor lacks the rights for this. */
#define CLOUDABI_ENOTCAPABLE 76

/** The number of a descriptor. New ones need not be given out in ascending order. */
typedef uint32_t cloudabi_fd_t;
/** What `cloudabi_sys_proc_fork` gives to the child in place of a descriptor. */
#define CLOUDABI_PROCESS_CHILD 0xffffffff
/** What `cloudabi_sys_mem_map` is given if no file is mapped. */
#define CLOUDABI_MAP_ANON_FD 0xffffffff

/** What a descriptor or a directory entry refers to. */
typedef uint8_t cloudabi_filetype_t;
/** Something else, or the system cannot tell. */
#define CLOUDABI_FILETYPE_UNKNOWN 0x00
/** A block device. */
#define CLOUDABI_FILETYPE_BLOCK_DEVICE 0x10
/** A character device, such as a terminal. */
#define CLOUDABI_FILETYPE_CHARACTER_DEVICE 0x11
/** A directory. */
#define CLOUDABI_FILETYPE_DIRECTORY 0x20
/** A process; only ever a descriptor. */
#define CLOUDABI_FILETYPE_PROCESS 0x50
/** An ordinary file. */
#define CLOUDABI_FILETYPE_REGULAR_FILE 0x60
/** Shared memory without a name; only ever a descriptor. */
#define CLOUDABI_FILETYPE_SHARED_MEMORY 0x70
/** A socket for datagrams. */
#define CLOUDABI_FILETYPE_SOCKET_DGRAM 0x80
/** A socket for a stream of bytes. */
#define CLOUDABI_FILETYPE_SOCKET_STREAM 0x82
/** A symbolic link; never a descriptor. */
#define CLOUDABI_FILETYPE_SYMBOLIC_LINK 0x90

/** How a descriptor reads and writes. */
typedef uint16_t cloudabi_fdflags_t;
/** Every write goes to the end of the file, wherever the offset is. */
#define CLOUDABI_FDFLAG_APPEND 0x01
/** A write returns once the data can be read back after a crash. */
#define CLOUDABI_FDFLAG_DSYNC 0x02
/** No call waits: `CLOUDABI_EAGAIN` is reported instead. */
#define CLOUDABI_FDFLAG_NONBLOCK 0x04
/** A read first waits for pending writes to what it reads. */
#define CLOUDABI_FDFLAG_RSYNC 0x08
/** As `CLOUDABI_FDFLAG_DSYNC`, and the attributes of the file are stored too. */
#define CLOUDABI_FDFLAG_SYNC 0x10

/** Which attributes `cloudabi_sys_fd_stat_put` changes. */
typedef uint16_t cloudabi_fdsflags_t;
/** The flags, to those in `cloudabi_fdstat_t.fs_flags`. */
#define CLOUDABI_FDSTAT_FLAGS 0x1
/**
 * The rights, down to those in `cloudabi_fdstat_t.fs_rights_base` and
 * `cloudabi_fdstat_t.fs_rights_inheriting`.
 */
#define CLOUDABI_FDSTAT_RIGHTS 0x2

/**
 * What may be done with a descriptor. The entry `needs` of each call says the same from the side of the
 * calls. Bits without a name are reserved; a program that sets them gets `CLOUDABI_ENOTCAPABLE`.
 */
typedef uint64_t cloudabi_rights_t;
/** `cloudabi_sys_fd_datasync`. If inherited: opening files with `CLOUDABI_FDFLAG_DSYNC`. */
#define CLOUDABI_RIGHT_FD_DATASYNC UINT64_C(0x0000000001)
/**
 * `cloudabi_sys_fd_read` and `cloudabi_sys_sock_recv`. With `CLOUDABI_RIGHT_FD_SEEK`:
 * `cloudabi_sys_fd_pread`. With `CLOUDABI_RIGHT_MEM_MAP`: mapping with `CLOUDABI_PROT_READ`.
 */
#define CLOUDABI_RIGHT_FD_READ UINT64_C(0x0000000002)
/** `cloudabi_sys_fd_seek` to any offset. */
#define CLOUDABI_RIGHT_FD_SEEK UINT64_C(0x0000000004)
/** `cloudabi_sys_fd_stat_put` with `CLOUDABI_FDSTAT_FLAGS`. */
#define CLOUDABI_RIGHT_FD_STAT_PUT_FLAGS UINT64_C(0x0000000008)
/**
 * `cloudabi_sys_fd_sync`. If inherited: opening files with `CLOUDABI_FDFLAG_SYNC`, `CLOUDABI_FDFLAG_RSYNC`
 * or `CLOUDABI_FDFLAG_DSYNC`.
 */
#define CLOUDABI_RIGHT_FD_SYNC UINT64_C(0x0000000010)
/** `cloudabi_sys_fd_seek` by nothing from `CLOUDABI_WHENCE_CUR`, which tells the offset. */
#define CLOUDABI_RIGHT_FD_TELL UINT64_C(0x0000000020)
/**
 * `cloudabi_sys_fd_write` and `cloudabi_sys_sock_send`. With `CLOUDABI_RIGHT_FD_SEEK`:
 * `cloudabi_sys_fd_pwrite`. With `CLOUDABI_RIGHT_MEM_MAP`: mapping with `CLOUDABI_PROT_WRITE`.
 */
#define CLOUDABI_RIGHT_FD_WRITE UINT64_C(0x0000000040)
/** `cloudabi_sys_file_advise`. */
#define CLOUDABI_RIGHT_FILE_ADVISE UINT64_C(0x0000000080)
/** `cloudabi_sys_file_allocate`. */
#define CLOUDABI_RIGHT_FILE_ALLOCATE UINT64_C(0x0000000100)
/** `cloudabi_sys_file_create` of a `CLOUDABI_FILETYPE_DIRECTORY`. */
#define CLOUDABI_RIGHT_FILE_CREATE_DIRECTORY UINT64_C(0x0000000200)
/** With `CLOUDABI_RIGHT_FILE_OPEN`: `cloudabi_sys_file_open` with `CLOUDABI_O_CREAT`. */
#define CLOUDABI_RIGHT_FILE_CREATE_FILE UINT64_C(0x0000000400)
/** `cloudabi_sys_file_link` of files beneath this directory. */
#define CLOUDABI_RIGHT_FILE_LINK_SOURCE UINT64_C(0x0000001000)
/** `cloudabi_sys_file_link` to names beneath this directory. */
#define CLOUDABI_RIGHT_FILE_LINK_TARGET UINT64_C(0x0000002000)
/** `cloudabi_sys_file_open`. */
#define CLOUDABI_RIGHT_FILE_OPEN UINT64_C(0x0000004000)
/** `cloudabi_sys_file_readdir`. */
#define CLOUDABI_RIGHT_FILE_READDIR UINT64_C(0x0000008000)
/** `cloudabi_sys_file_readlink`. */
#define CLOUDABI_RIGHT_FILE_READLINK UINT64_C(0x0000010000)
/** `cloudabi_sys_file_rename` of files beneath this directory. */
#define CLOUDABI_RIGHT_FILE_RENAME_SOURCE UINT64_C(0x0000020000)
/** `cloudabi_sys_file_rename` to names beneath this directory. */
#define CLOUDABI_RIGHT_FILE_RENAME_TARGET UINT64_C(0x0000040000)
/** `cloudabi_sys_file_stat_fget`. */
#define CLOUDABI_RIGHT_FILE_STAT_FGET UINT64_C(0x0000080000)
/**
 * `cloudabi_sys_file_stat_fput` with `CLOUDABI_FILESTAT_SIZE`. With `CLOUDABI_RIGHT_FILE_OPEN`:
 * `cloudabi_sys_file_open` with `CLOUDABI_O_TRUNC`.
 */
#define CLOUDABI_RIGHT_FILE_STAT_FPUT_SIZE UINT64_C(0x0000100000)
/** `cloudabi_sys_file_stat_fput` of times. */
#define CLOUDABI_RIGHT_FILE_STAT_FPUT_TIMES UINT64_C(0x0000200000)
/** `cloudabi_sys_file_stat_get`. */
#define CLOUDABI_RIGHT_FILE_STAT_GET UINT64_C(0x0000400000)
/** `cloudabi_sys_file_stat_put` of times. */
#define CLOUDABI_RIGHT_FILE_STAT_PUT_TIMES UINT64_C(0x0000800000)
/** `cloudabi_sys_file_symlink`. */
#define CLOUDABI_RIGHT_FILE_SYMLINK UINT64_C(0x0001000000)
/** `cloudabi_sys_file_unlink`. */
#define CLOUDABI_RIGHT_FILE_UNLINK UINT64_C(0x0002000000)
/** `cloudabi_sys_mem_map`, by itself only without access to the pages. */
#define CLOUDABI_RIGHT_MEM_MAP UINT64_C(0x0004000000)
/** With `CLOUDABI_RIGHT_MEM_MAP`: mapping with `CLOUDABI_PROT_EXEC`. */
#define CLOUDABI_RIGHT_MEM_MAP_EXEC UINT64_C(0x0008000000)
/**
 * With `CLOUDABI_RIGHT_FD_READ`: `cloudabi_sys_poll` for `CLOUDABI_EVENTTYPE_FD_READ`. With
 * `CLOUDABI_RIGHT_FD_WRITE`: `cloudabi_sys_poll` for `CLOUDABI_EVENTTYPE_FD_WRITE`.
 */
#define CLOUDABI_RIGHT_POLL_FD_READWRITE UINT64_C(0x0010000000)
/** `cloudabi_sys_poll` for `CLOUDABI_EVENTTYPE_PROC_TERMINATE`. */
#define CLOUDABI_RIGHT_POLL_PROC_TERMINATE UINT64_C(0x0040000000)
/** `cloudabi_sys_proc_exec` of this file. */
#define CLOUDABI_RIGHT_PROC_EXEC UINT64_C(0x0100000000)
/** `cloudabi_sys_sock_shutdown`. */
#define CLOUDABI_RIGHT_SOCK_SHUTDOWN UINT64_C(0x8000000000)

/** From where `cloudabi_sys_fd_seek` counts. */
typedef uint8_t cloudabi_whence_t;
/** From the present offset. */
#define CLOUDABI_WHENCE_CUR 1
/** From the end of the file. */
#define CLOUDABI_WHENCE_END 2
/** From the start of the file. */
#define CLOUDABI_WHENCE_SET 3

/** A count of bytes in a file, or an offset from its start. */
typedef uint64_t cloudabi_filesize_t;

/** A distance between two offsets in a file. */
typedef int64_t cloudabi_filedelta_t;

/** A time in nanoseconds, counted as its clock counts; in a file's attributes by `CLOUDABI_CLOCK_REALTIME`. */
typedef uint64_t cloudabi_timestamp_t;

/** How many names a file has. */
typedef uint32_t cloudabi_linkcount_t;

/** The file system that holds a file. Together with `cloudabi_inode_t` it identifies a file on this machine. */
typedef uint64_t cloudabi_device_t;

/** The number of a file within its file system. */
typedef uint64_t cloudabi_inode_t;

/** A place in a directory at which `cloudabi_sys_file_readdir` can go on. */
typedef uint64_t cloudabi_dircookie_t;
/** Before the first entry, at any time. */
#define CLOUDABI_DIRCOOKIE_START UINT64_C(0)

/** What a program expects to do with a part of a file or of memory. */
typedef uint8_t cloudabi_advice_t;
/** Not to use it soon. */
#define CLOUDABI_ADVICE_DONTNEED 1
/** To use it once and not again. */
#define CLOUDABI_ADVICE_NOREUSE 2
/** Nothing in particular. */
#define CLOUDABI_ADVICE_NORMAL 3
/** To use it in no particular order. */
#define CLOUDABI_ADVICE_RANDOM 4
/** To use it from the start to the end. */
#define CLOUDABI_ADVICE_SEQUENTIAL 5
/** To use it soon. */
#define CLOUDABI_ADVICE_WILLNEED 6

/** How the last component of a path is treated. */
typedef uint32_t cloudabi_lookupflags_t;
/** A symbolic link is followed, and so on until something else is found. */
#define CLOUDABI_LOOKUP_SYMLINK_FOLLOW 0x1

/** What `cloudabi_sys_file_open` does besides opening. */
typedef uint16_t cloudabi_oflags_t;
/** Makes an ordinary file if there is none. */
#define CLOUDABI_O_CREAT 0x1
/** Fails with `CLOUDABI_ENOTDIR` unless it is a directory. */
#define CLOUDABI_O_DIRECTORY 0x2
/** With `CLOUDABI_O_CREAT`: fails with `CLOUDABI_EEXIST` if there is something already. */
#define CLOUDABI_O_EXCL 0x4
/** Empties the file. */
#define CLOUDABI_O_TRUNC 0x8

/** Which attributes `cloudabi_sys_file_stat_fput` and `cloudabi_sys_file_stat_put` change. */
typedef uint16_t cloudabi_fsflags_t;
/** The time of last access, to `cloudabi_filestat_t.st_atim`. */
#define CLOUDABI_FILESTAT_ATIM 0x01
/** The time of last access, to the present. */
#define CLOUDABI_FILESTAT_ATIM_NOW 0x02
/** The time of last modification, to `cloudabi_filestat_t.st_mtim`. */
#define CLOUDABI_FILESTAT_MTIM 0x04
/** The time of last modification, to the present. */
#define CLOUDABI_FILESTAT_MTIM_NOW 0x08
/** The size, to `cloudabi_filestat_t.st_size`: what lies beyond is cut off, what is missing reads as zero. */
#define CLOUDABI_FILESTAT_SIZE 0x10

/** What `cloudabi_sys_file_unlink` removes. */
typedef uint8_t cloudabi_ulflags_t;
/** An empty directory, instead of anything but a directory. */
#define CLOUDABI_UNLINK_REMOVEDIR 0x1

/** Which directions `cloudabi_sys_sock_shutdown` ends. */
typedef uint8_t cloudabi_sdflags_t;
/** Receiving. */
#define CLOUDABI_SHUT_RD 0x1
/** Sending. */
#define CLOUDABI_SHUT_WR 0x2

/** How `cloudabi_sys_sock_recv` receives. */
typedef uint16_t cloudabi_riflags_t;
/** The message stays in the queue. */
#define CLOUDABI_SOCK_RECV_PEEK 0x04
/** On a stream: waits until all the memory given is full. */
#define CLOUDABI_SOCK_RECV_WAITALL 0x10

/** What `cloudabi_sys_sock_recv` has to say about a message. */
typedef uint16_t cloudabi_roflags_t;
/** More descriptors came than there was room for; the others are closed. */
#define CLOUDABI_SOCK_RECV_FDS_TRUNCATED 0x1
/** More data came than there was room for; the rest is lost. */
#define CLOUDABI_SOCK_RECV_DATA_TRUNCATED 0x8

/** How `cloudabi_sys_sock_send` sends. No flag is defined, so it is zero. */
typedef uint16_t cloudabi_siflags_t;

/** What may be done with a page. `CLOUDABI_PROT_WRITE` and `CLOUDABI_PROT_EXEC` exclude each other. */
typedef uint8_t cloudabi_mprot_t;
/** Execute. */
#define CLOUDABI_PROT_EXEC 0x1
/** Write. */
#define CLOUDABI_PROT_WRITE 0x2
/** Read. */
#define CLOUDABI_PROT_READ 0x4

/** What `cloudabi_sys_mem_map` maps, and where. */
typedef uint8_t cloudabi_mflags_t;
/** Fresh memory full of zeros instead of a file. */
#define CLOUDABI_MAP_ANON 0x1
/** At exactly the address given, replacing what was there. */
#define CLOUDABI_MAP_FIXED 0x2
/** Writes stay within this mapping. */
#define CLOUDABI_MAP_PRIVATE 0x4
/** Writes reach the file and its other mappings. */
#define CLOUDABI_MAP_SHARED 0x8

/** How `cloudabi_sys_mem_sync` stores. */
typedef uint8_t cloudabi_msflags_t;
/** Starts writing and does not wait. */
#define CLOUDABI_MS_ASYNC 0x1
/** Lets go of cached data, so that it is read anew. */
#define CLOUDABI_MS_INVALIDATE 0x2
/** Writes and waits until it is done. */
#define CLOUDABI_MS_SYNC 0x4

/** The clocks there are. */
typedef uint32_t cloudabi_clockid_t;
/** Real time since an unknown moment. It never jumps and never goes back. */
#define CLOUDABI_CLOCK_MONOTONIC 1
/** The time processors have spent on this process. */
#define CLOUDABI_CLOCK_PROCESS_CPUTIME_ID 2
/** Real time since 1970-01-01T00:00:00Z. It can be set, so it can jump. */
#define CLOUDABI_CLOCK_REALTIME 3
/** The time a processor has spent on this thread. */
#define CLOUDABI_CLOCK_THREAD_CPUTIME_ID 4

/** A value that the system hands back as it was given. */
typedef uint64_t cloudabi_userdata_t;

/** What can be waited for. */
typedef uint8_t cloudabi_eventtype_t;
/** A clock reaches `cloudabi_subscription_t.clock.timeout`. */
#define CLOUDABI_EVENTTYPE_CLOCK 1
/** The condition variable was signalled, and its lock is held again for writing. */
#define CLOUDABI_EVENTTYPE_CONDVAR 2
/** There is something to read, or the end. For ordinary files this is always so. */
#define CLOUDABI_EVENTTYPE_FD_READ 3
/** There is room to write. For ordinary files this is always so. */
#define CLOUDABI_EVENTTYPE_FD_WRITE 4
/** The lock is held for reading. */
#define CLOUDABI_EVENTTYPE_LOCK_RDLOCK 5
/** The lock is held for writing. */
#define CLOUDABI_EVENTTYPE_LOCK_WRLOCK 6
/** The process has ended. */
#define CLOUDABI_EVENTTYPE_PROC_TERMINATE 7

/** The state of a descriptor that was waited for. */
typedef uint16_t cloudabi_eventrwflags_t;
/** The peer of the socket or pipe has closed its end. */
#define CLOUDABI_EVENT_FD_READWRITE_HANGUP 0x1

/** How a clock's timeout is meant. */
typedef uint16_t cloudabi_subclockflags_t;
/** As a time of that clock, instead of as a duration from now. */
#define CLOUDABI_SUBSCRIPTION_CLOCK_ABSTIME 0x1

/** How a descriptor is waited for. */
typedef uint16_t cloudabi_subrwflags_t;
/** Has no effect. Programs set it, for the sake of old systems. */
#define CLOUDABI_SUBSCRIPTION_FD_READWRITE_POLL 0x1

/**
 * The number of a thread within its process, valid while the thread lives. Its two topmost bits are zero,
 * because it is stored in a `cloudabi_lock_t`. It has no other use.
 */
typedef uint32_t cloudabi_tid_t;

/**
 * A lock for many readers or one writer. A thread may take it for reading again while it has it for
 * reading. The lower 30 bits hold the writer's `cloudabi_tid_t`, or the number of read locks.
 */
typedef uint32_t cloudabi_lock_t;
/** Free, and nobody waits. This is how a lock starts. */
#define CLOUDABI_LOCK_UNLOCKED 0
/** A bit: taken for writing. */
#define CLOUDABI_LOCK_WRLOCKED 0x40000000
/**
 * A bit: threads wait, so the last owner calls the kernel to give it up. New readers wait too, so that
 * writers are not starved, unless waiting would never end because they hold a read lock already.
 */
#define CLOUDABI_LOCK_KERNEL_MANAGED 0x80000000
/** No valid state: nobody has it, but somebody waits. */
#define CLOUDABI_LOCK_BOGUS 0x80000000

/** A condition variable. */
typedef uint32_t cloudabi_condvar_t;
/** Nobody waits, so nobody need be woken. With any other value the kernel is called. */
#define CLOUDABI_CONDVAR_HAS_NO_WAITERS 0

/** In what kind of memory a lock or condition variable lies. */
typedef uint8_t cloudabi_scope_t;
/** In memory of this process alone. */
#define CLOUDABI_SCOPE_PRIVATE 4
/** In memory that other processes map too. */
#define CLOUDABI_SCOPE_SHARED 8

/** How many threads to wake. */
typedef uint32_t cloudabi_nthreads_t;

/** What a process says about its end: zero for success. */
typedef uint32_t cloudabi_exitcode_t;

/**
 * Why a process was stopped or ended by something other than its own wish. The attribute says what the
 * signal does when `cloudabi_sys_proc_raise` raises it. There are no signal handlers.
 */
typedef uint8_t cloudabi_signal_t;
/** The program gave up. */
#define CLOUDABI_SIGABRT 1
/** An alarm clock went off. */
#define CLOUDABI_SIGALRM 2
/** Memory was used that has nothing behind it, or not as it must be aligned. */
#define CLOUDABI_SIGBUS 3
/** A child changed its state. */
#define CLOUDABI_SIGCHLD 4
/** A stopped process goes on. */
#define CLOUDABI_SIGCONT 5
/** A calculation cannot be done. */
#define CLOUDABI_SIGFPE 6
/** The terminal went away. */
#define CLOUDABI_SIGHUP 7
/** The processor does not know the instruction. */
#define CLOUDABI_SIGILL 8
/** Somebody at the terminal wants it to end. */
#define CLOUDABI_SIGINT 9
/** Somebody ended it. */
#define CLOUDABI_SIGKILL 10
/** Nobody reads what is written. */
#define CLOUDABI_SIGPIPE 11
/** Somebody at the terminal wants it to end and leave a trace. */
#define CLOUDABI_SIGQUIT 12
/** Memory was used that is not mapped, or not for this. */
#define CLOUDABI_SIGSEGV 13
/** Somebody stopped it. */
#define CLOUDABI_SIGSTOP 14
/** The system call does not exist or is forbidden. */
#define CLOUDABI_SIGSYS 15
/** Somebody asks it to end. */
#define CLOUDABI_SIGTERM 16
/** A breakpoint was reached. */
#define CLOUDABI_SIGTRAP 17
/** Somebody at the terminal stopped it. */
#define CLOUDABI_SIGTSTP 18
/** It reads from the terminal while in the background. */
#define CLOUDABI_SIGTTIN 19
/** It writes to the terminal while in the background. */
#define CLOUDABI_SIGTTOU 20
/** Urgent data waits at a socket. */
#define CLOUDABI_SIGURG 21
/** Free for any use. */
#define CLOUDABI_SIGUSR1 22
/** Free for any use. */
#define CLOUDABI_SIGUSR2 23
/** A timer that counts processor time went off. */
#define CLOUDABI_SIGVTALRM 24
/** The limit of processor time was reached. */
#define CLOUDABI_SIGXCPU 25
/** The limit of file size was reached. */
#define CLOUDABI_SIGXFSZ 26

/** What an entry of the auxiliary vector tells. */
typedef uint32_t cloudabi_auxtype_t;
/** Nothing: the vector ends here. */
#define CLOUDABI_AT_NULL 0
/** Where the program headers of the executable are in memory. */
#define CLOUDABI_AT_PHDR 3
/** How many program headers there are. */
#define CLOUDABI_AT_PHNUM 4
/** The size of a page: the least that can be mapped and protected by itself. */
#define CLOUDABI_AT_PAGESZ 6
/** By how much the executable was moved from the addresses it was linked for. */
#define CLOUDABI_AT_BASE 7
/** Where the argument data is. */
#define CLOUDABI_AT_ARGDATA 256
/** How many bytes of argument data there are. */
#define CLOUDABI_AT_ARGDATALEN 257
/** Where random bytes are, good enough for stack protection and no secret keys. */
#define CLOUDABI_AT_CANARY 258
/** How many random bytes there are. */
#define CLOUDABI_AT_CANARYLEN 259
/** How many processors there are. */
#define CLOUDABI_AT_NCPUS 260
/** The `cloudabi_tid_t` of the first thread. */
#define CLOUDABI_AT_TID 261
/**
 * Where the ELF header of the library with the system calls is: one symbol per call, the call's name after
 * `cloudabi_sys_`. Programs call these, and raise no traps themselves. That lets a system answer calls
 * without entering the kernel, be emulated by another, and replace calls one by one.
 */
#define CLOUDABI_AT_SYSINFO_EHDR 262
/** Where the identity of the process is: 16 bytes, a random (version 4) UUID. There are no process numbers. */
#define CLOUDABI_AT_PID 263

/** The attributes of a descriptor. */
typedef struct {
  /** What the descriptor refers to. */
  cloudabi_filetype_t fs_filetype;
  /** How it reads and writes. */
  cloudabi_fdflags_t fs_flags;
  /** What it may be used for. */
  cloudabi_rights_t fs_rights_base;
  /** What a descriptor opened through it may be used for at most. */
  cloudabi_rights_t fs_rights_inheriting;
} cloudabi_fdstat_t;
CLOUDABI_ASSERT(offsetof(cloudabi_fdstat_t, fs_filetype) == 0);
CLOUDABI_ASSERT(offsetof(cloudabi_fdstat_t, fs_flags) == 2);
CLOUDABI_ASSERT(offsetof(cloudabi_fdstat_t, fs_rights_base) == 8);
CLOUDABI_ASSERT(offsetof(cloudabi_fdstat_t, fs_rights_inheriting) == 16);
CLOUDABI_ASSERT(sizeof(cloudabi_fdstat_t) == 24);
CLOUDABI_ASSERT(CLOUDABI_ALIGNOF(cloudabi_fdstat_t) == 8);

/** Where a path starts. It is passed as a value, not by address. */
typedef struct {
  /** The directory from which the path is looked up. */
  cloudabi_fd_t fd;
  /** Whether a link at its end is followed. */
  cloudabi_lookupflags_t flags;
} cloudabi_lookup_t;
CLOUDABI_ASSERT(offsetof(cloudabi_lookup_t, fd) == 0);
CLOUDABI_ASSERT(offsetof(cloudabi_lookup_t, flags) == 4);
CLOUDABI_ASSERT(sizeof(cloudabi_lookup_t) == 8);
CLOUDABI_ASSERT(CLOUDABI_ALIGNOF(cloudabi_lookup_t) == 4);

/** The attributes of a file. */
typedef struct {
  /** The file system that holds it. */
  cloudabi_device_t st_dev;
  /** Its number there. */
  cloudabi_inode_t st_ino;
  /** What it is. */
  cloudabi_filetype_t st_filetype;
  /** How many names it has. */
  cloudabi_linkcount_t st_nlink;
  /** Bytes in an ordinary file, or in the target of a symbolic link. */
  cloudabi_filesize_t st_size;
  /** When it was last read. */
  cloudabi_timestamp_t st_atim;
  /** When its content last changed. */
  cloudabi_timestamp_t st_mtim;
  /** When its attributes last changed. */
  cloudabi_timestamp_t st_ctim;
} cloudabi_filestat_t;
CLOUDABI_ASSERT(offsetof(cloudabi_filestat_t, st_dev) == 0);
CLOUDABI_ASSERT(offsetof(cloudabi_filestat_t, st_ino) == 8);
CLOUDABI_ASSERT(offsetof(cloudabi_filestat_t, st_filetype) == 16);
CLOUDABI_ASSERT(offsetof(cloudabi_filestat_t, st_nlink) == 20);
CLOUDABI_ASSERT(offsetof(cloudabi_filestat_t, st_size) == 24);
CLOUDABI_ASSERT(offsetof(cloudabi_filestat_t, st_atim) == 32);
CLOUDABI_ASSERT(offsetof(cloudabi_filestat_t, st_mtim) == 40);
CLOUDABI_ASSERT(offsetof(cloudabi_filestat_t, st_ctim) == 48);
CLOUDABI_ASSERT(sizeof(cloudabi_filestat_t) == 56);
CLOUDABI_ASSERT(CLOUDABI_ALIGNOF(cloudabi_filestat_t) == 8);

/** The head of a directory entry. The name follows at once, without padding or a zero byte. */
typedef struct {
  /** Where the next entry is. */
  cloudabi_dircookie_t d_next;
  /** The number of the file. */
  cloudabi_inode_t d_ino;
  /** Bytes in the name. */
  uint32_t d_namlen;
  /** What the file is. */
  cloudabi_filetype_t d_type;
} cloudabi_dirent_t;
CLOUDABI_ASSERT(offsetof(cloudabi_dirent_t, d_next) == 0);
CLOUDABI_ASSERT(offsetof(cloudabi_dirent_t, d_ino) == 8);
CLOUDABI_ASSERT(offsetof(cloudabi_dirent_t, d_namlen) == 16);
CLOUDABI_ASSERT(offsetof(cloudabi_dirent_t, d_type) == 20);
CLOUDABI_ASSERT(sizeof(cloudabi_dirent_t) == 24);
CLOUDABI_ASSERT(CLOUDABI_ALIGNOF(cloudabi_dirent_t) == 8);

/** A piece of memory to be filled by a scattering read. */
typedef struct {
  /** Its address and its size in bytes. */
  void *buf;
  size_t buf_len;
} cloudabi_iovec_t;
CLOUDABI_ASSERT(offsetof(cloudabi_iovec_t, buf) == 0);
CLOUDABI_ASSERT(offsetof(cloudabi_iovec_t, buf_len) == CLOUDABI_BY_WIDTH(4, 8));
CLOUDABI_ASSERT(sizeof(cloudabi_iovec_t) == CLOUDABI_BY_WIDTH(8, 16));
CLOUDABI_ASSERT(CLOUDABI_ALIGNOF(cloudabi_iovec_t) == CLOUDABI_BY_WIDTH(4, 8));

/** A piece of memory to be taken by a gathering write. */
typedef struct {
  /** Its address and its size in bytes. */
  const void *buf;
  size_t buf_len;
} cloudabi_ciovec_t;
CLOUDABI_ASSERT(offsetof(cloudabi_ciovec_t, buf) == 0);
CLOUDABI_ASSERT(offsetof(cloudabi_ciovec_t, buf_len) == CLOUDABI_BY_WIDTH(4, 8));
CLOUDABI_ASSERT(sizeof(cloudabi_ciovec_t) == CLOUDABI_BY_WIDTH(8, 16));
CLOUDABI_ASSERT(CLOUDABI_ALIGNOF(cloudabi_ciovec_t) == CLOUDABI_BY_WIDTH(4, 8));

/** What `cloudabi_sys_sock_recv` is asked for. */
typedef struct {
  /** Where the data goes. */
  const cloudabi_iovec_t *ri_data;
  size_t ri_data_len;
  /** Where the numbers of received descriptors go. */
  cloudabi_fd_t *ri_fds;
  size_t ri_fds_len;
  /** How to receive. */
  cloudabi_riflags_t ri_flags;
} cloudabi_recv_in_t;
CLOUDABI_ASSERT(offsetof(cloudabi_recv_in_t, ri_data) == 0);
CLOUDABI_ASSERT(offsetof(cloudabi_recv_in_t, ri_data_len) == CLOUDABI_BY_WIDTH(4, 8));
CLOUDABI_ASSERT(offsetof(cloudabi_recv_in_t, ri_fds) == CLOUDABI_BY_WIDTH(8, 16));
CLOUDABI_ASSERT(offsetof(cloudabi_recv_in_t, ri_fds_len) == CLOUDABI_BY_WIDTH(12, 24));
CLOUDABI_ASSERT(offsetof(cloudabi_recv_in_t, ri_flags) == CLOUDABI_BY_WIDTH(16, 32));
CLOUDABI_ASSERT(sizeof(cloudabi_recv_in_t) == CLOUDABI_BY_WIDTH(20, 40));
CLOUDABI_ASSERT(CLOUDABI_ALIGNOF(cloudabi_recv_in_t) == CLOUDABI_BY_WIDTH(4, 8));

/** What `cloudabi_sys_sock_recv` received. */
typedef struct {
  /** Bytes of data. */
  size_t ro_datalen;
  /** Descriptors. */
  size_t ro_fdslen;
  /** Held addresses once. Left alone. */
  char ro_unused[40];
  /** What was cut off. */
  cloudabi_roflags_t ro_flags;
} cloudabi_recv_out_t;
CLOUDABI_ASSERT(offsetof(cloudabi_recv_out_t, ro_datalen) == 0);
CLOUDABI_ASSERT(offsetof(cloudabi_recv_out_t, ro_fdslen) == CLOUDABI_BY_WIDTH(4, 8));
CLOUDABI_ASSERT(offsetof(cloudabi_recv_out_t, ro_unused) == CLOUDABI_BY_WIDTH(8, 16));
CLOUDABI_ASSERT(offsetof(cloudabi_recv_out_t, ro_flags) == CLOUDABI_BY_WIDTH(48, 56));
CLOUDABI_ASSERT(sizeof(cloudabi_recv_out_t) == CLOUDABI_BY_WIDTH(52, 64));
CLOUDABI_ASSERT(CLOUDABI_ALIGNOF(cloudabi_recv_out_t) == CLOUDABI_BY_WIDTH(4, 8));

/** What `cloudabi_sys_sock_send` is asked for. */
typedef struct {
  /** The data to send. */
  const cloudabi_ciovec_t *si_data;
  size_t si_data_len;
  /** Descriptors to send along. */
  const cloudabi_fd_t *si_fds;
  size_t si_fds_len;
  /** How to send. */
  cloudabi_siflags_t si_flags;
} cloudabi_send_in_t;
CLOUDABI_ASSERT(offsetof(cloudabi_send_in_t, si_data) == 0);
CLOUDABI_ASSERT(offsetof(cloudabi_send_in_t, si_data_len) == CLOUDABI_BY_WIDTH(4, 8));
CLOUDABI_ASSERT(offsetof(cloudabi_send_in_t, si_fds) == CLOUDABI_BY_WIDTH(8, 16));
CLOUDABI_ASSERT(offsetof(cloudabi_send_in_t, si_fds_len) == CLOUDABI_BY_WIDTH(12, 24));
CLOUDABI_ASSERT(offsetof(cloudabi_send_in_t, si_flags) == CLOUDABI_BY_WIDTH(16, 32));
CLOUDABI_ASSERT(sizeof(cloudabi_send_in_t) == CLOUDABI_BY_WIDTH(20, 40));
CLOUDABI_ASSERT(CLOUDABI_ALIGNOF(cloudabi_send_in_t) == CLOUDABI_BY_WIDTH(4, 8));

/** What `cloudabi_sys_sock_send` sent. */
typedef struct {
  /** Bytes of data. */
  size_t so_datalen;
} cloudabi_send_out_t;
CLOUDABI_ASSERT(offsetof(cloudabi_send_out_t, so_datalen) == 0);
CLOUDABI_ASSERT(sizeof(cloudabi_send_out_t) == CLOUDABI_BY_WIDTH(4, 8));
CLOUDABI_ASSERT(CLOUDABI_ALIGNOF(cloudabi_send_out_t) == CLOUDABI_BY_WIDTH(4, 8));

/** Contents of a `cloudabi_subscription_t` if its `type` is `CLOUDABI_EVENTTYPE_CLOCK`. */
typedef struct {
  /** A number by which the program knows the clock. Ignored. */
  cloudabi_userdata_t identifier;
  /** The clock to look at. */
  cloudabi_clockid_t clock_id;
  /** When, or after how long. */
  cloudabi_timestamp_t timeout;
  /** How much later will do, so that several timers can share one wakeup. */
  cloudabi_timestamp_t precision;
  /** Whether the timeout is a time or a duration. */
  cloudabi_subclockflags_t flags;
} cloudabi_subscription_clock_t;

/** Contents of a `cloudabi_subscription_t` if its `type` is `CLOUDABI_EVENTTYPE_CONDVAR`. */
typedef struct {
  /** The condition variable. */
  CLOUDABI_ATOMIC(cloudabi_condvar_t) *condvar;
  /** A lock held for writing. It is given up meanwhile and taken again before the event. */
  CLOUDABI_ATOMIC(cloudabi_lock_t) *lock;
  /** In what kind of memory the condition variable lies. */
  cloudabi_scope_t condvar_scope;
  /** In what kind of memory the lock lies. */
  cloudabi_scope_t lock_scope;
} cloudabi_subscription_condvar_t;

/**
 * Contents of a `cloudabi_subscription_t` if its `type` is `CLOUDABI_EVENTTYPE_FD_READ` or
 * `CLOUDABI_EVENTTYPE_FD_WRITE`.
 */
typedef struct {
  /** The descriptor. */
  cloudabi_fd_t fd;
  /** How to wait for it. */
  cloudabi_subrwflags_t flags;
} cloudabi_subscription_fd_readwrite_t;

/**
 * Contents of a `cloudabi_subscription_t` if its `type` is `CLOUDABI_EVENTTYPE_LOCK_RDLOCK` or
 * `CLOUDABI_EVENTTYPE_LOCK_WRLOCK`.
 */
typedef struct {
  /** The lock to take. */
  CLOUDABI_ATOMIC(cloudabi_lock_t) *lock;
  /** In what kind of memory it lies. */
  cloudabi_scope_t lock_scope;
} cloudabi_subscription_lock_t;

/** Contents of a `cloudabi_subscription_t` if its `type` is `CLOUDABI_EVENTTYPE_PROC_TERMINATE`. */
typedef struct {
  /** The descriptor of the process. */
  cloudabi_fd_t fd;
} cloudabi_subscription_proc_terminate_t;

/** One thing to wait for. */
typedef struct {
  /** Comes back in `cloudabi_event_t.userdata`. */
  cloudabi_userdata_t userdata;
  /** Ignored. */
  uint16_t unused;
  /** What to wait for. */
  cloudabi_eventtype_t type;
  union {
    cloudabi_subscription_clock_t clock;
    cloudabi_subscription_condvar_t condvar;
    cloudabi_subscription_fd_readwrite_t fd_readwrite;
    cloudabi_subscription_lock_t lock;
    cloudabi_subscription_proc_terminate_t proc_terminate;
  };
} cloudabi_subscription_t;
CLOUDABI_ASSERT(offsetof(cloudabi_subscription_t, userdata) == 0);
CLOUDABI_ASSERT(offsetof(cloudabi_subscription_t, unused) == 8);
CLOUDABI_ASSERT(offsetof(cloudabi_subscription_t, type) == 10);
CLOUDABI_ASSERT(offsetof(cloudabi_subscription_t, clock.identifier) == 16);
CLOUDABI_ASSERT(offsetof(cloudabi_subscription_t, clock.clock_id) == 24);
CLOUDABI_ASSERT(offsetof(cloudabi_subscription_t, clock.timeout) == 32);
CLOUDABI_ASSERT(offsetof(cloudabi_subscription_t, clock.precision) == 40);
CLOUDABI_ASSERT(offsetof(cloudabi_subscription_t, clock.flags) == 48);
CLOUDABI_ASSERT(offsetof(cloudabi_subscription_t, condvar.condvar) == 16);
CLOUDABI_ASSERT(offsetof(cloudabi_subscription_t, condvar.lock) == CLOUDABI_BY_WIDTH(20, 24));
CLOUDABI_ASSERT(offsetof(cloudabi_subscription_t, condvar.condvar_scope) == CLOUDABI_BY_WIDTH(24, 32));
CLOUDABI_ASSERT(offsetof(cloudabi_subscription_t, condvar.lock_scope) == CLOUDABI_BY_WIDTH(25, 33));
CLOUDABI_ASSERT(offsetof(cloudabi_subscription_t, fd_readwrite.fd) == 16);
CLOUDABI_ASSERT(offsetof(cloudabi_subscription_t, fd_readwrite.flags) == 20);
CLOUDABI_ASSERT(offsetof(cloudabi_subscription_t, lock.lock) == 16);
CLOUDABI_ASSERT(offsetof(cloudabi_subscription_t, lock.lock_scope) == CLOUDABI_BY_WIDTH(20, 24));
CLOUDABI_ASSERT(offsetof(cloudabi_subscription_t, proc_terminate.fd) == 16);
CLOUDABI_ASSERT(sizeof(cloudabi_subscription_t) == 56);
CLOUDABI_ASSERT(CLOUDABI_ALIGNOF(cloudabi_subscription_t) == 8);

/**
 * Contents of a `cloudabi_event_t` if its `type` is `CLOUDABI_EVENTTYPE_FD_READ` or
 * `CLOUDABI_EVENTTYPE_FD_WRITE`.
 */
typedef struct {
  /** How many bytes can be read or written; zero if unknown. */
  cloudabi_filesize_t nbytes;
  /** Ignored. */
  char unused[4];
  /** The state of the descriptor. */
  cloudabi_eventrwflags_t flags;
} cloudabi_event_fd_readwrite_t;

/** Contents of a `cloudabi_event_t` if its `type` is `CLOUDABI_EVENTTYPE_PROC_TERMINATE`. */
typedef struct {
  /** Ignored. */
  char unused[4];
  /** The signal that ended the process, or zero if it ended by itself. */
  cloudabi_signal_t signal;
  /** The exit code, if it ended by itself. */
  cloudabi_exitcode_t exitcode;
} cloudabi_event_proc_terminate_t;

/** One thing that has happened. */
typedef struct {
  /** From `cloudabi_subscription_t.userdata`. */
  cloudabi_userdata_t userdata;
  /** Why this subscription failed; if it did, nothing below is filled in. */
  cloudabi_errno_t error;
  /** What has happened. */
  cloudabi_eventtype_t type;
  union {
    cloudabi_event_fd_readwrite_t fd_readwrite;
    cloudabi_event_proc_terminate_t proc_terminate;
  };
} cloudabi_event_t;
CLOUDABI_ASSERT(offsetof(cloudabi_event_t, userdata) == 0);
CLOUDABI_ASSERT(offsetof(cloudabi_event_t, error) == 8);
CLOUDABI_ASSERT(offsetof(cloudabi_event_t, type) == 10);
CLOUDABI_ASSERT(offsetof(cloudabi_event_t, fd_readwrite.nbytes) == 16);
CLOUDABI_ASSERT(offsetof(cloudabi_event_t, fd_readwrite.unused) == 24);
CLOUDABI_ASSERT(offsetof(cloudabi_event_t, fd_readwrite.flags) == 28);
CLOUDABI_ASSERT(offsetof(cloudabi_event_t, proc_terminate.unused) == 16);
CLOUDABI_ASSERT(offsetof(cloudabi_event_t, proc_terminate.signal) == 20);
CLOUDABI_ASSERT(offsetof(cloudabi_event_t, proc_terminate.exitcode) == 24);
CLOUDABI_ASSERT(sizeof(cloudabi_event_t) == 32);
CLOUDABI_ASSERT(CLOUDABI_ALIGNOF(cloudabi_event_t) == 8);

/** Where a thread starts. It ends by `cloudabi_sys_thread_exit` and must not return. */
typedef void cloudabi_threadentry_t(cloudabi_tid_t tid, void *aux);

/** What `cloudabi_sys_thread_create` needs to know. */
typedef struct {
  /** Where the thread starts. */
  cloudabi_threadentry_t *entry_point;
  /** The memory for its stack: lowest address and size. */
  void *stack;
  size_t stack_len;
  /** What is passed on to the entry point. */
  void *argument;
} cloudabi_threadattr_t;
CLOUDABI_ASSERT(offsetof(cloudabi_threadattr_t, entry_point) == 0);
CLOUDABI_ASSERT(offsetof(cloudabi_threadattr_t, stack) == CLOUDABI_BY_WIDTH(4, 8));
CLOUDABI_ASSERT(offsetof(cloudabi_threadattr_t, stack_len) == CLOUDABI_BY_WIDTH(8, 16));
CLOUDABI_ASSERT(offsetof(cloudabi_threadattr_t, argument) == CLOUDABI_BY_WIDTH(12, 24));
CLOUDABI_ASSERT(sizeof(cloudabi_threadattr_t) == CLOUDABI_BY_WIDTH(16, 32));
CLOUDABI_ASSERT(CLOUDABI_ALIGNOF(cloudabi_threadattr_t) == CLOUDABI_BY_WIDTH(4, 8));

/**
 * The thread control block: what the thread register of the processor points to when a thread starts. A
 * program that wants more thread-local storage makes its own area, copies this block into it, and sets the
 * register to that; the block must stay within reach, because an emulator may keep its own state there.
 */
typedef struct {
  /** Belongs to the system. It means nothing to the program. */
  void *parent;
} cloudabi_tcb_t;
CLOUDABI_ASSERT(offsetof(cloudabi_tcb_t, parent) == 0);
CLOUDABI_ASSERT(sizeof(cloudabi_tcb_t) == CLOUDABI_BY_WIDTH(4, 8));
CLOUDABI_ASSERT(CLOUDABI_ALIGNOF(cloudabi_tcb_t) == CLOUDABI_BY_WIDTH(4, 8));

/**
 * An entry of the auxiliary vector, which tells a process about its start. The vector ends with
 * `CLOUDABI_AT_NULL`; a program skips the types it does not know.
 */
typedef struct {
  /** What the entry tells. */
  cloudabi_auxtype_t a_type;
  union {
    /**
     * If `a_type` is `CLOUDABI_AT_ARGDATALEN` or `CLOUDABI_AT_CANARYLEN` or `CLOUDABI_AT_NCPUS` or
     * `CLOUDABI_AT_PAGESZ` or `CLOUDABI_AT_PHNUM` or `CLOUDABI_AT_TID`: A number.
     */
    size_t a_val;
    /**
     * If `a_type` is `CLOUDABI_AT_ARGDATA` or `CLOUDABI_AT_BASE` or `CLOUDABI_AT_CANARY` or
     * `CLOUDABI_AT_PHDR` or `CLOUDABI_AT_PID` or `CLOUDABI_AT_SYSINFO_EHDR`: An address.
     */
    void *a_ptr;
  };
} cloudabi_auxv_t;
CLOUDABI_ASSERT(offsetof(cloudabi_auxv_t, a_type) == 0);
CLOUDABI_ASSERT(offsetof(cloudabi_auxv_t, a_val) == CLOUDABI_BY_WIDTH(4, 8));
CLOUDABI_ASSERT(offsetof(cloudabi_auxv_t, a_ptr) == CLOUDABI_BY_WIDTH(4, 8));
CLOUDABI_ASSERT(sizeof(cloudabi_auxv_t) == CLOUDABI_BY_WIDTH(8, 16));
CLOUDABI_ASSERT(CLOUDABI_ALIGNOF(cloudabi_auxv_t) == CLOUDABI_BY_WIDTH(4, 8));

/** Where a process starts (`_start`). It must not return. */
typedef void cloudabi_processentry_t(const cloudabi_auxv_t *auxv);

#ifdef __cplusplus
}
#endif

#endif
